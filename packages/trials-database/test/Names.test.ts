import { expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { fromCause } from "trials-database/DatabaseError"
import { optionNames, settingNames } from "trials-database/Names"
import { temporaryFolder } from "trials-testkit/Engines"
import { describe } from "vitest"

const messageOf = <A, E extends { readonly message: string }>(layer: Layer.Layer<A, E>) =>
  Effect.map(Effect.flip(Effect.scoped(Layer.build(layer))), ({ message }) => message)

/** What every reader and writer of a URL says, first to whoever gave options and then to whoever gave settings. */
const told = (url: string) =>
  Effect.gen(function* () {
    const options = { url: Redacted.make(url) }
    const settings = ConfigProvider.fromMap(
      new Map([
        ["TRIALS_DATABASE_URL", url],
        ["TRIALS_DATABASE_CONNECTIONS", "1"]
      ])
    )
    const sides = [Database.layerReader(options), Database.layerWriter(options)]
    const configured = [Database.layerReader, Database.layerWriter].map((make) =>
      Layer.provide(Database.layerConfig(make), Layer.setConfigProvider(settings))
    )
    return {
      toProgram: yield* Effect.forEach(sides, messageOf),
      toPerson: yield* Effect.forEach(configured, messageOf)
    }
  })

const onlyPersons = /TRIALS_|`trials |command/
const onlyPrograms = /`url`|`connections`|init: true|Migrations|Grants|Verify|LogLevel|this process/

describe("a refusal", () => {
  it.scopedLive("names the option that was given, or the setting that was read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const text = join(folder, "text")
      writeFileSync(text, "not a database at all\n".repeat(100))
      for (const url of [
        "mysql://host/db",
        "sqlite:./data/",
        `sqlite:${join(folder, "missing.db")}`,
        `sqlite:${text}`,
        "postgres://user@host/db?sslmode=canary",
        "postgres://user@127.0.0.1:1/db"
      ]) {
        const { toPerson, toProgram } = yield* told(url)
        for (const message of toProgram) {
          expect(message).toMatch(onlyPrograms)
          expect(message).not.toMatch(onlyPersons)
        }
        for (const message of toPerson) {
          expect(message).toMatch(onlyPersons)
          expect(message).not.toMatch(onlyPrograms)
        }
      }
    })
  )

  it("of a statement does the same", () => {
    for (const code of ["ECONNREFUSED", "3D000", "28P01", "EPROTO", "53300", "42501", "unheard of"]) {
      const cause = Object.assign(new Error("TLS"), { code: code === "EPROTO" ? "ERR_SSL_X" : code })
      const [toProgram, toPerson] = [fromCause(cause), fromCause(cause, settingNames)]
      expect(toPerson.reason).toBe(toProgram.reason)
      expect(toProgram.message).toMatch(onlyPrograms)
      expect(toProgram.message).not.toMatch(onlyPersons)
      expect(toPerson.message).toMatch(onlyPersons)
      expect(toPerson.message).not.toMatch(onlyPrograms)
    }
  })

  it("has a word for everything in both", () => {
    for (const key of Object.keys(optionNames) as ReadonlyArray<keyof typeof optionNames>) {
      expect(optionNames[key]).not.toMatch(onlyPersons)
      expect(settingNames[key]).not.toMatch(onlyPrograms)
    }
  })
})

describe("the settings", () => {
  it.scopedLive("are options: a writer may begin a database that none of them names", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const url = `sqlite:${join(folder, "trials.db")}`
      const opening = (named: boolean) =>
        Database.layerConfig((setting) =>
          Database.layerWriter({ ...setting, url: Redacted.make(url), init: !setting.named })
        ).pipe(
          Layer.provide(
            Layer.setConfigProvider(
              ConfigProvider.fromMap(new Map(named ? [["TRIALS_DATABASE_URL", url]] : []))
            )
          )
        )
      expect(yield* messageOf(opening(true))).toContain("`trials sync --init` starts it")
      yield* Effect.scoped(Layer.build(opening(false)))
      yield* Effect.scoped(Layer.build(opening(true)))
    })
  )
})
