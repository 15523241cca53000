import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { userInfo } from "node:os"
import { parse } from "../src/postgres/PostgresUrl.js"

type Environment = Readonly<Record<string, string>>

const parsed = (url: string, environment: Environment = {}) =>
  parse(Redacted.make(url), { HOME: "/none", APPDATA: "/none", ...environment })

/** What a URL names, and nothing that it leaves open. */
const place = (url: string, environment?: Environment) =>
  Effect.map(parsed(url, environment), ({ database, host, password, port, user }) => ({
    host,
    port,
    user,
    password: password && Redacted.value(password),
    database
  }))

const me = userInfo().username
const open = { host: "localhost", port: 5432, user: "u", password: undefined, database: "u" }

describe("the place that a URL names", () => {
  it.effect.each([
    ["postgres://u:p@h:5433/d", { host: "h", port: 5433, password: "p", database: "d" }],
    ["postgresql://u:p@h:5433/d", { host: "h", port: 5433, password: "p", database: "d" }],
    ["postgres://", { user: me, database: me }],
    ["postgres:///d", { user: me, database: "d" }],
    ["postgres://h", { host: "h", user: me, database: me }],
    ["postgres://h:/d", { host: "h", user: me, database: "d" }],
    ["postgres://u@h", { host: "h" }],
    ["postgres://u@", {}],
    ["postgres://@h/d", { host: "h", user: me, database: "d" }],
    ["postgres://u:@h/d", { host: "h", database: "d" }],
    ["postgres://:p@h?user=u", { host: "h", password: "p" }],
    ["postgres://u@:5433/d", { port: 5433, database: "d" }],
    ["postgres://u@[::1]:5433/d", { host: "::1", port: 5433, database: "d" }],
    ["postgres://u@[fe80::1%25eth0]/d", { host: "fe80::1%eth0", database: "d" }],
    ["postgres://u@%2Frun%2Fpostgresql/d", { host: "/run/postgresql", database: "d" }],
    ["postgres://u@/d?host=/run/postgresql", { host: "/run/postgresql", database: "d" }],
    [
      "postgres://u@/d?host=/run/postgresql&port=5433",
      { host: "/run/postgresql", port: 5433, database: "d" }
    ],
    [
      "postgres://u:p@h/d?host=other&port=1&user=v&password=q&dbname=e",
      { host: "other", port: 1, user: "v", password: "q", database: "e" }
    ],
    ["postgres://u@h/d?dbname=a&dbname=b", { host: "h", database: "b" }],
    ["postgres://u@h/d?%75ser=v&", { host: "h", user: "v", database: "d" }],
    ["postgres://u@h/d?user=v@tenant", { host: "h", user: "v@tenant", database: "d" }],
    ["postgres://u@h/d?", { host: "h", database: "d" }],
    ["postgres:// u @h/d ", { host: "h", database: "d" }],
    ["postgres://%20u@h/d", { user: " u", host: "h", database: "d" }],
    ["postgres://u:p#q@h/d", { host: "h", password: "p#q", database: "d" }],
    ["postgres://u:p?q=1&r@h/d", { host: "h", password: "p?q=1&r", database: "d" }],
    ["postgres://u:p:q+[r],@h/d", { host: "h", password: "p:q+[r],", database: "d" }],
    ["postgres://u:%2F%40%3a%25@h/d#e", { host: "h", password: "/@:%", database: "d#e" }],
    ["postgres://u:%ED%95%9C%0a@h/시험/e", { host: "h", password: "한\n", database: "시험/e" }]
  ] as const)("%s", ([url, found]) =>
    Effect.map(place(url), (target) => expect(target).toEqual({ ...open, database: target.user, ...found }))
  )

  const variables = { PGHOST: "eh", PGPORT: "99", PGUSER: "eu", PGPASSWORD: "ep", PGDATABASE: "ed" }
  const all = { host: "eh", port: 99, user: "eu", password: "ep", database: "ed" }
  it.effect.each([
    ["postgres://", variables, all],
    ["postgres:///?host=&port=&user=&password=&dbname=", variables, all],
    ["postgres://u@h/d", variables, { host: "h", port: 99, user: "u", password: "ep", database: "d" }],
    ["postgres://u:p@h:1", variables, { host: "h", port: 1, user: "u", password: "p", database: "ed" }],
    ["postgres://", { PGUSER: "u" }, open],
    ["postgres://u@?host=&port=&dbname=", {}, open],
    ["postgres://u@", { PGHOST: "", PGPORT: "", PGDATABASE: "" }, open],
    ["postgres://u@", { PGHOST: "/run/postgresql" }, { ...open, host: "/run/postgresql" }]
  ] as const)("%s with %o", ([url, environment, found]) =>
    Effect.map(place(url, environment), (target) => expect(target).toEqual(found))
  )

  it.effect("a password is not shown", () =>
    Effect.map(parsed("postgres://u:canary@h/d?sslpassword=canary"), (target) =>
      expect(JSON.stringify(target) + String(target)).not.toContain("canary")
    )
  )
})

describe("what a URL says of a connection", () => {
  it.effect.each([
    ["-csearch_path=app", [["search_path", "app"]]],
    ["-c search_path=app,public", [["search_path", "app,public"]]],
    ["--search-path=app", [["search_path", "app"]]],
    [
      "  -c  a=1\t-cb=2 --c=3 ",
      [
        ["a", "1"],
        ["b", "2"],
        ["c", "3"]
      ]
    ],
    ["-c search_path=my\\ app", [["search_path", "my app"]]],
    ["-c a=\\\\b\\", [["a", "\\b"]]],
    ["-c a-b.c-d=e=f", [["a_b.c_d", "e=f"]]],
    ["-c a=", [["a", ""]]],
    ["", []]
  ] as const)("options %s", ([options, settings]) =>
    Effect.gen(function* () {
      const encoded = `postgres://u@h/d?options=${encodeURIComponent(options)}`
      expect((yield* parsed(encoded)).settings).toEqual(settings)
      expect((yield* parsed("postgres://u@h/d", { PGOPTIONS: options })).settings).toEqual(settings)
    })
  )

  it.effect("a blank of `options` may be `+`, as programs write it that build a URL", () =>
    Effect.gen(function* () {
      const url = new URL("postgres://u@h/d")
      url.searchParams.set("options", "-c search_path=app -c a=1+1")
      expect((yield* parsed(url.toString())).settings).toEqual([
        ["search_path", "app"],
        ["a", "1+1"]
      ])
    })
  )

  it.effect("a second `=` belongs to the value, and the URL's options replace those of the environment", () =>
    Effect.map(
      parsed("postgres://u@h/d?options=-csearch_path=app", { PGOPTIONS: "-c a=1" }),
      ({ settings }) => expect(settings).toEqual([["search_path", "app"]])
    )
  )

  it.effect.each([
    ["", {}, undefined],
    ["connect_timeout=0", {}, Duration.infinity],
    ["connect_timeout=-1", {}, Duration.infinity],
    ["connect_timeout=10", { PGCONNECT_TIMEOUT: "3" }, Duration.seconds(10)],
    ["", { PGCONNECT_TIMEOUT: "3" }, Duration.seconds(3)]
  ] as const)("%s with %o waits %s", ([query, environment, timeout]) =>
    Effect.map(parsed(`postgres://u@h/d?${query}`, environment), ({ connectTimeout }) =>
      expect(connectTimeout).toEqual(timeout)
    )
  )

  it.effect.each([
    ["", {}, undefined],
    ["application_name=a%20b", { PGAPPNAME: "c" }, "a b"],
    ["fallback_application_name=a", { PGAPPNAME: "c" }, "c"]
  ] as const)("%s with %o has the name %s", ([query, environment, name]) =>
    Effect.map(parsed(`postgres://u@h/d?${query}`, environment), ({ applicationName }) =>
      expect(applicationName).toBe(name)
    )
  )

  it.effect("what changes nothing is accepted", () =>
    parsed(
      "postgres://u@h/d?keepalives=1&keepalives_idle=30&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=0" +
        "&client_encoding=utf-8&gssencmode=prefer&krbsrvname=p&gsslib=gssapi&gssdelegation=0&channel_binding=prefer" +
        "&target_session_attrs=any&load_balance_hosts=disable&sslcompression=0&sslsni=1&replication=off" +
        "&min_protocol_version=3.0&max_protocol_version=latest&sslcertmode=allow"
    )
  )
})
