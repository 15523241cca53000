import { describe, expect, it } from "@effect/vitest"
import { SqlClient } from "@effect/sql"
import { Effect, Either, Redacted } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { rootCertificates } from "node:tls"
import { fileURLToPath } from "node:url"
import { Client } from "pg"
import * as Database from "trials-database/Database"
import { mayTryNext, type TlsOptions } from "../src/postgres/PostgresTls.js"
import { parse, type PostgresTarget } from "../src/postgres/PostgresUrl.js"
import { type PostgresServer, startPostgres } from "trials-testkit/PostgresServer"
import { afterAll, beforeAll, inject } from "vitest"

const file = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))
const cert = file("localhost.pem")
const key = file("localhost.key.pem")
// A certificate of another authority: any that Node trusts.
const other = join(mkdtempSync(join(tmpdir(), "trials-root-")), "other.pem")
writeFileSync(other, rootCertificates[0] ?? "")
afterAll(() => rmSync(dirname(other), { recursive: true }))
const environment = { HOME: "/none" }

/** How one connection went: the attempts it took, and what the last one says of itself. */
interface Answer {
  readonly tried: number
  readonly said: unknown
}

const attempt = async (target: PostgresTarget, ssl: false | TlsOptions): Promise<unknown> => {
  const client = new Client({
    host: target.host,
    port: target.port,
    user: target.user,
    password: target.password && Redacted.value(target.password),
    database: target.database,
    ssl,
    sslnegotiation: target.negotiation
  })
  // After a refusal, the server also ends the connection.
  client.on("error", () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    return rows[0]
  } finally {
    await client.end()
  }
}

/** Connects as a pool does: one attempt after the other, as long as the next one may do better. */
const answer = (url: string) =>
  Effect.flatMap(parse(Redacted.make(url), environment), (target) =>
    Effect.promise(async (): Promise<Answer> => {
      for (const [index, ssl] of target.tls.entries()) {
        try {
          return { tried: index + 1, said: await attempt(target, ssl) }
        } catch (error) {
          if (index + 1 === target.tls.length || !mayTryNext(error)) return { tried: index + 1, said: error }
        }
      }
      throw new Error("no attempt")
    })
  )

const encrypted = expect.objectContaining({ ssl: true })
const plain = expect.objectContaining({ ssl: false })
const code = (code: string) => expect.objectContaining({ code })

describe("TLS with a server that wants it", () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({
      socket: true,
      tls: { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") },
      settings: { ssl_ca_file: "server.crt" },
      hba: [
        "local all all trust",
        "hostssl template1 all 127.0.0.1/32 cert",
        "hostnossl template1 all 127.0.0.1/32 trust",
        "hostssl all trials 127.0.0.1/32 scram-sha-256"
      ]
    })
  })
  afterAll(() => server.remove())

  it.live.each([
    ["127.0.0.1", "", 1, encrypted],
    ["127.0.0.1", "sslmode=disable", 1, code("28000")],
    ["127.0.0.1", "sslmode=allow", 2, encrypted],
    ["127.0.0.1", "sslmode=prefer", 1, encrypted],
    ["127.0.0.1", "sslmode=require", 1, encrypted],
    ["127.0.0.1", "ssl=true", 1, encrypted],
    ["127.0.0.1", `sslmode=require&sslrootcert=${cert}`, 1, encrypted],
    ["127.0.0.1", `sslmode=verify-ca&sslrootcert=${cert}`, 1, encrypted],
    ["127.0.0.1", `sslmode=verify-full&sslrootcert=${cert}`, 1, code("ERR_TLS_CERT_ALTNAME_INVALID")],
    ["localhost", `sslmode=verify-full&sslrootcert=${cert}`, 1, encrypted],
    ["localhost", "sslmode=verify-full", 1, code("DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["localhost", "sslrootcert=system", 1, code("DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["localhost", "sslmode=require&ssl_max_protocol_version=TLSv1.2", 1, { ssl: true, version: "TLSv1.2" }],
    ["localhost", "sslmode=require&ssl_min_protocol_version=tlsv1.3", 1, { ssl: true, version: "TLSv1.3" }],
    ["localhost", "sslmode=require&sslnegotiation=direct", 1, encrypted],
    ["localhost", `sslmode=verify-full&sslrootcert=${cert}&sslnegotiation=direct`, 1, encrypted],
    [
      "127.0.0.1",
      `sslmode=verify-full&sslrootcert=${cert}&sslnegotiation=direct`,
      1,
      code("ERR_TLS_CERT_ALTNAME_INVALID")
    ]
  ] as const)("%s with %s takes %d attempts", ([host, query, tried, said]) =>
    Effect.map(answer(`${server.url.replace("127.0.0.1", host)}?${query}`), (found) =>
      expect(found).toEqual({ tried, said })
    )
  )

  it.scopedLive.each([
    ["", null],
    ["sslmode=disable", "tls"],
    ["sslmode=verify-full", "tls"],
    ["user=stranger", "access"],
    ["user=stranger&sslmode=require", "access"],
    ["dbname=template1&sslmode=require", "tls"],
    ["password=wrong", "password"]
  ] as const)("a database opened with %s is refused for %s", ([query, reason]) =>
    Effect.gen(function* () {
      const side = Database.layerWriter({
        url: Redacted.make(`${server.url}?${query}`),
        init: true,
        migrate: false
      })
      const opened = yield* Effect.either(
        Effect.provide(
          Effect.flatMap(
            SqlClient.SqlClient,
            (sql) => sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
          ),
          side
        )
      )
      if (Either.isRight(opened)) expect([opened.right, reason]).toEqual([[{ ssl: true }], null])
      else expect(opened.left).toMatchObject({ reason })
    })
  )

  it.live("a wrong password is not sent again", () =>
    Effect.map(answer(server.url.replace(":trials@", ":wrong@")), (found) =>
      expect(found).toEqual({ tried: 1, said: code("28P01") })
    )
  )

  it.live("who is let in without TLS alone comes in so, after TLS", () =>
    Effect.gen(function* () {
      const url = server.url.replace(/postgres$/, "template1")
      expect(yield* answer(url)).toEqual({ tried: 2, said: plain })
      expect(yield* answer(`${url}?sslmode=require`)).toEqual({ tried: 1, said: code("28000") })
      // As with psql, a certificate that is not of the authority does not keep a client from trying without.
      expect(yield* answer(`${url}?sslrootcert=${other}`)).toEqual({ tried: 2, said: plain })
    })
  )

  it.live("a certificate of its own lets a client in without a password, and its absence does not", () =>
    Effect.gen(function* () {
      const url = server.url.replace(":trials@", "@").replace(/postgres$/, "template1?sslmode=require")
      expect(yield* answer(`${url}&sslcert=${cert}&sslkey=${key}`)).toEqual({ tried: 1, said: encrypted })
      expect(yield* answer(url)).toEqual({ tried: 1, said: code("28000") })
      expect(yield* answer(`${url}&sslcert=${cert}&sslkey=${key}&sslcertmode=disable`)).toEqual({
        tried: 1,
        said: code("28000")
      })
    })
  )

  it.live.skipIf(process.platform === "win32")("a socket has no TLS, whatever is asked for", () =>
    Effect.gen(function* () {
      const { port } = new URL(server.url)
      const folder = encodeURIComponent(server.folder)
      for (const url of [
        `postgres://trials@/postgres?host=${server.folder}&port=${port}`,
        `postgres://trials@:${port}/postgres?host=${server.folder}&sslmode=require`,
        `postgres://trials@${folder}:${port}/postgres?sslmode=verify-full&sslnegotiation=direct`
      ])
        expect(yield* answer(url)).toEqual({ tried: 1, said: plain })
    })
  )
})

// A server that TEST_POSTGRES_URL names may have TLS.
describe.skipIf(process.env["TEST_POSTGRES_URL"] !== undefined)("TLS with a server that has none", () => {
  it.live.each([
    ["", 2, plain],
    ["sslmode=disable", 1, plain],
    ["sslmode=allow", 1, plain],
    ["sslmode=prefer", 2, plain],
    [
      "sslmode=require",
      1,
      expect.objectContaining({ message: expect.stringContaining("does not support SSL") })
    ]
  ] as const)("%s takes %d attempts", ([query, tried, said]) =>
    Effect.map(answer(`${inject("postgresUrl")}?${query}`), (found) => expect(found).toEqual({ tried, said }))
  )

  it.live("direct negotiation does not fall back", () =>
    Effect.map(
      answer(`${inject("postgresUrl")}?sslmode=require&sslnegotiation=direct`),
      ({ said, tried }) => {
        expect(tried).toBe(1)
        expect(mayTryNext(said)).toBe(true)
      }
    )
  )
})

describe("whether the next attempt may do better", () => {
  it.each([
    [true, new Error("The server does not support SSL connections")],
    [true, Object.assign(new Error("no pg_hba.conf entry for host, no encryption"), { code: "28000" })],
    [true, Object.assign(new Error("SSL required"), { code: "08P01" })],
    [true, Object.assign(new Error("unsupported protocol"), { code: "ERR_SSL_UNSUPPORTED_PROTOCOL" })],
    [true, Object.assign(new Error("self-signed certificate"), { code: "SELF_SIGNED_CERT_IN_CHAIN" })],
    [false, Object.assign(new Error("password authentication failed"), { code: "28P01" })],
    [false, Object.assign(new Error("database does not exist"), { code: "3D000" })],
    [false, Object.assign(new Error("too many connections"), { code: "53300" })],
    [false, Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })],
    [false, new Error("timeout expired")],
    [false, undefined]
  ])("%s after %s", (may, error) => expect(mayTryNext(error)).toBe(may))
})
