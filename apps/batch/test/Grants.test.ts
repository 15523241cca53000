import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { statement, temporaryFolder } from "trials-testkit/Engines"
import { sqlState, withRoles } from "trials-testkit/Roles"
import { here, within } from "./Within.js"
import { body, rows } from "./Rows.js"

const Document = Schema.parseJson(
  Schema.Struct({ schema: Schema.Int, grants: Schema.optional(Schema.Array(Schema.String)) })
)

describe("trials migrate --grants", { timeout: 120_000 }, () => {
  it.scopedLive("prints SQL and nothing else, with which other roles collect and read", () =>
    Effect.gen(function* () {
      const { names, owner, reader, writer } = yield* withRoles("app")
      const run = (url: string, ...args: ReadonlyArray<string>) =>
        Effect.promise(() => within(args, { TRIALS_DATABASE_URL: url, TRIALS_LOG_LEVEL: "info" }))
      const first = yield* run(owner, "migrate", "--init", "--grants", names.writer, names.reader)
      expect([first.exit, first.stderr]).toEqual([0, expect.stringContaining("The database now has schema")])
      const lines = first.stdout.trimEnd().split("\n")
      expect(lines.length).toBeGreaterThan(15)
      for (const line of lines) expect(line).toMatch(/^(GRANT|ALTER DEFAULT PRIVILEGES) .*;$/)

      const quiet = yield* run(owner, "migrate", "--quiet", "--grants", names.writer, names.reader)
      expect(quiet).toMatchObject({ exit: 0, stdout: first.stdout })
      expect(quiet.stderr).not.toContain("The database")
      const json = yield* run(owner, "migrate", "--json", "--grants", names.writer, names.reader)
      const { grants } = yield* Schema.decode(Document)(json.stdout)
      expect(grants?.map((each) => `${each};`)).toEqual(lines)

      const folder = yield* temporaryFolder
      const collect = (count: number) => {
        const file = join(folder, `${count}.json`)
        writeFileSync(file, body(rows(count)))
        return run(writer, "sync", "--registry", "kdca", "--from", file)
      }
      expect((yield* collect(3)).exit).not.toBe(0)
      yield* statement(owner, first.stdout)
      expect((yield* collect(20)).exit).toBe(0)
      expect((yield* collect(30)).exit).toBe(0)
      for (const args of [
        ["verify"],
        ["runs", "list"],
        ["search"],
        ["changes"],
        ["quality", "--registry", "kdca"]
      ]) {
        expect([args, (yield* run(reader, ...args)).exit]).toEqual([args, 0])
      }
      expect((yield* run(writer, "migrate")).exit).toBe(0)
      expect(yield* sqlState(statement(reader, "DELETE FROM trials"))).toBe("42501")

      // Who reads packs, and who collects brings back what is new.
      const out = join(folder, "releases")
      expect((yield* run(reader, "release", "pack", "--first", "--out", out)).exit).toBe(0)
      const other = yield* withRoles("mirror")
      expect((yield* run(other.owner, "release", "restore", out)).exit).toBe(0)
      const granted = yield* run(other.owner, "migrate", "--grants", other.names.writer, other.names.reader)
      yield* statement(other.owner, granted.stdout)
      expect((yield* collect(31)).exit).toBe(0)
      expect((yield* run(reader, "release", "pack", "--out", out)).exit).toBe(0)
      const told = yield* run(other.writer, "release", "restore", out, "--json")
      expect(JSON.parse(told.stdout)).toMatchObject({ added: 1 })
      const plain = yield* run(owner, "migrate", "--json")
      expect((yield* Schema.decode(Document)(plain.stdout)).grants).toBe(undefined)
    })
  )

  it.live("is refused without its two roles, and roles without it; nothing is made then", () =>
    Effect.promise(
      here(async ({ run }) => {
        const url = "postgres://nobody@127.0.0.1:1/none"
        for (const [args, where, message] of [
          [["--grants"], url, "needs two roles"],
          [["--grants", "w"], url, "needs two roles"],
          [["--grants", "same", "same"], url, "needs two different roles"],
          [["w", "r"], url, "named for --grants only"],
          [["w"], undefined, "named for --grants only"],
          [["--grants", "w", "r"], undefined, "SQLite has no roles"],
          [["--grants"], undefined, "SQLite has no roles"]
        ] as const) {
          const told = await run(
            ["migrate", ...args],
            where === undefined ? {} : { TRIALS_DATABASE_URL: where }
          )
          expect([args, told.code, told.stdout]).toEqual([args, 2, ""])
          expect(told.stderr).toContain(message)
          expect(told.stderr).toContain(
            message.startsWith("SQLite") ? "--grants is for" : "trials migrate --grants"
          )
        }
      })
    )
  )
})
