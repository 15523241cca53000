import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { createPrivateKey, generateKeyPairSync } from "node:crypto"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parse } from "../src/postgres/PostgresUrl.js"
import { afterAll } from "vitest"

type Environment = Readonly<Record<string, string>>

const home = mkdtempSync(join(tmpdir(), "trials-home-"))
afterAll(() => rmSync(home, { recursive: true }))

const parsed = (url: string, environment: Environment = {}) =>
  parse(Redacted.make(url), { HOME: home, APPDATA: home, ...environment })

const refused = (url: string, environment?: Environment) => Effect.flip(parsed(url, environment))

const root = fileURLToPath(new URL("./fixtures/localhost.pem", import.meta.url))
const key = fileURLToPath(new URL("./fixtures/localhost.key.pem", import.meta.url))

/** What is checked in each attempt. */
const attempts = (url: string, environment?: Environment) =>
  Effect.map(parsed(url, environment), ({ tls }) =>
    tls.map((options) =>
      options === false
        ? "plain"
        : options.rejectUnauthorized === false
          ? "any"
          : options.checkServerIdentity === undefined
            ? "name"
            : "chain"
    )
  )

describe("the attempts that a URL stands for", () => {
  it.effect.each([
    ["", {}, ["any", "plain"]],
    ["sslmode=prefer", {}, ["any", "plain"]],
    ["sslmode=allow", {}, ["plain", "any"]],
    ["sslmode=disable", {}, ["plain"]],
    ["sslmode=require", {}, ["any"]],
    ["sslmode=verify-full", {}, ["name"]],
    ["sslrootcert=system", {}, ["name"]],
    ["sslrootcert=system&sslmode=verify-full", {}, ["name"]],
    [`sslrootcert=${root}`, {}, ["chain", "plain"]],
    [`sslmode=require&sslrootcert=${root}`, {}, ["chain"]],
    [`sslmode=verify-ca&sslrootcert=${root}`, {}, ["chain"]],
    [`sslmode=verify-full&sslrootcert=${root}`, {}, ["name"]],
    [`sslmode=require&sslcert=${root}&sslkey=${key}`, {}, ["any"]],
    ["sslmode=disable&sslrootcert=/none&sslcert=/none", {}, ["plain"]],
    ["", { PGSSLMODE: "require" }, ["any"]],
    ["", { PGREQUIRESSL: "1" }, ["any"]],
    ["sslmode=disable", { PGSSLMODE: "require", PGREQUIRESSL: "1" }, ["plain"]],
    ["", { PGSSLMODE: "verify-full", PGSSLROOTCERT: root }, ["name"]],
    ["", { PGSSLROOTCERT: "system" }, ["name"]],
    ["host=/run/postgresql&sslmode=verify-ca", {}, ["plain"]],
    ["host=/run/postgresql", { PGSSLROOTCERT: "system", PGSSLNEGOTIATION: "direct" }, ["plain"]]
  ] as const)("%s with %o is %o", ([query, environment, found]) =>
    Effect.map(attempts(`postgres://u@h/d?${query}`, environment), (tls) => expect(tls).toEqual(found))
  )

  it.effect.each([
    ["", {}, "postgres"],
    ["sslmode=require&sslnegotiation=direct", {}, "direct"],
    ["sslmode=require", { PGSSLNEGOTIATION: "direct" }, "direct"],
    ["sslnegotiation=postgres", { PGSSLNEGOTIATION: "direct" }, "postgres"],
    ["sslmode=require&sslnegotiation=direct&host=/run/postgresql", {}, "postgres"]
  ] as const)("%s with %o begins as %s", ([query, environment, found]) =>
    Effect.map(parsed(`postgres://u@h/d?${query}`, environment), ({ negotiation }) =>
      expect(negotiation).toBe(found)
    )
  )

  it.effect("a key opens with its password, and belongs to its certificate", () =>
    Effect.gen(function* () {
      const locked = join(home, "locked.pem")
      const other = join(home, "other.pem")
      const form = { type: "pkcs8", format: "pem" } as const
      writeFileSync(
        locked,
        createPrivateKey(readFileSync(key)).export({ ...form, cipher: "aes-256-cbc", passphrase: "canary" })
      )
      writeFileSync(other, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(form))
      const url = `postgres://u@h/d?sslmode=require&sslcert=${root}`
      expect(yield* attempts(`${url}&sslkey=${locked}&sslpassword=canary`)).toEqual(["any"])
      for (const [wrong, text] of [
        [`${locked}&sslpassword=no`, "`sslpassword` does not open it"],
        [locked, "`sslpassword` does not open it"],
        [other, "`sslkey`: the file is not the key of the certificate"]
      ]) {
        const { message, reason } = yield* refused(`${url}&sslkey=${wrong}`)
        expect(reason).toBe("tls")
        expect(message).toContain(text)
      }
    })
  )

  it.effect("the files that psql looks for are used where nothing names others", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(home, "usual-"))
      const own = process.platform === "win32" ? join(folder, "postgresql") : join(folder, ".postgresql")
      const environment = { HOME: folder, APPDATA: folder }
      mkdirSync(own)
      writeFileSync(join(own, "root.crt"), "junk")
      expect((yield* refused("postgres://u@h/d", environment)).message).toContain("`sslrootcert`")
      expect(yield* attempts("postgres://u@h/d?sslrootcert=system", environment)).toEqual(["name"])
      expect(yield* attempts(`postgres://u@h/d?sslmode=require&sslrootcert=${root}`, environment)).toEqual([
        "chain"
      ])
      rmSync(join(own, "root.crt"))
      writeFileSync(join(own, "postgresql.crt"), "junk")
      expect((yield* refused("postgres://u@h/d", environment)).message).toContain("`sslcert`")
      expect(yield* attempts("postgres://u@h/d?sslcertmode=disable", environment)).toEqual(["any", "plain"])
    })
  )
})
