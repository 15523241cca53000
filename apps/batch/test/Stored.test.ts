import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { RunReport } from "trials-domain/Run"
import { Mismatch } from "trials-domain/Verify"
import { Trial } from "trials-domain/Trial"
import { TrialVersion } from "trials-domain/TrialVersion"
import { describe } from "vitest"
import { temporaryFolder } from "trials-testkit/Engines"
import { document, documents, feedOf } from "./Batch.js"
import { body, rows } from "./Rows.js"
import * as Scenario from "./Scenario.js"
import { empty, type Store } from "./Stores.js"
import { within } from "./Within.js"

const Check = Schema.Struct({ trials: Schema.Int, mismatches: Schema.Array(Mismatch) })

/** A database of twelve trials, and `trials` on it. */
const collected = Effect.gen(function* () {
  const store = yield* empty.SQLite
  const file = join(yield* temporaryFolder, "body.json")
  writeFileSync(file, body(rows(12)))
  const trials = (...args: ReadonlyArray<string>) =>
    Effect.promise(() => within(args, { TRIALS_DATABASE_URL: store.url }))
  expect(yield* trials("sync", "--registry", "kdca", "--from", file, "--init")).toMatchObject({ exit: 0 })
  return { store, trials }
})

const damage = (store: Store, statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)).pipe(
    Effect.provide(store.writer),
    Effect.orDie
  )

const damages: ReadonlyArray<
  readonly [name: string, statement: string, code: Mismatch["code"], trials: number]
> = [
  ["a title is changed", "UPDATE trials SET title = 'Another' WHERE id = 'C130003'", "content", 12],
  ["a trial is deleted", "DELETE FROM trials WHERE id = 'C130003'", "versions", 11],
  [
    "a record is that of another",
    "UPDATE trial_versions SET record = (SELECT o.record FROM trial_versions o WHERE o.id = 'C130004') WHERE id = 'C130003'",
    "record",
    12
  ]
]

describe("trials verify", () => {
  it.scopedLive("finds nothing if nothing is wrong", () =>
    Effect.gen(function* () {
      const { trials } = yield* collected
      expect(yield* trials("verify")).toMatchObject({ exit: 0, stderr: "" })
      expect(yield* trials("verify", "--quiet")).toMatchObject({ exit: 0, stdout: "", stderr: "" })
      const check = yield* trials("verify", "--json")
      expect(check.exit).toBe(0)
      expect(document(Check, check)).toEqual({ trials: 12, mismatches: [] })
    })
  )

  it.scopedLive("names the command that makes wrong search keys anew", () =>
    Effect.gen(function* () {
      const { store, trials } = yield* collected
      yield* damage(store, "UPDATE trial_search SET title = 'forged' WHERE id = 'C130003'")
      expect((yield* trials("verify")).stdout).toContain("`trials migrate --rebuild` makes them anew")
    })
  )

  it.scopedLive.each(damages)("reports with exit code 7 that %s", ([, statement, code, count]) =>
    Effect.gen(function* () {
      const { store, trials } = yield* collected
      yield* damage(store, statement)
      for (const told of [yield* trials("verify"), yield* trials("verify", "--quiet")]) {
        expect(told.exit).toBe(7)
        expect(told.stdout).toMatch(new RegExp(`^  kdca C130003 ${code}: .`, "m"))
        expect(told.stdout).not.toMatch(/^  kdca C1300(?!03)/m)
      }
      const check = yield* trials("verify", "--json", "--registry", "kdca")
      expect(check.exit).toBe(7)
      const { mismatches, trials: seen } = document(Check, check)
      expect(seen).toBe(count)
      expect(mismatches).toContainEqual(expect.objectContaining({ registry: "kdca", id: "C130003", code }))
      expect(new Set(mismatches.map(({ id }) => id))).toEqual(new Set(["C130003"]))
    })
  )
})

describe("trials remap", () => {
  it.scopedLive(
    "makes a remapped version of a trial that it now reads differently, which is not an update",
    () =>
      Effect.gen(function* () {
        const { store, trials } = yield* collected
        yield* Effect.orDie(Effect.provide(Scenario.remember, store.writer))
        const show = Effect.map(trials("show", "kdca", "C130010", "--json"), (told) => document(Trial, told))
        const before = yield* show
        expect(before).toMatchObject({ studyType: "other", version: 1 })
        expect((yield* trials("verify")).exit).toBe(7)

        const remapped = yield* trials("remap", "--json")
        expect(remapped).toMatchObject({ exit: 0 })
        const report = document(RunReport, remapped)
        expect(report).toMatchObject({ registry: "kdca", verdict: "complete", reason: null })
        expect(report.counts).toMatchObject({ remapped: 1, created: 0, edited: 0 })

        expect(yield* show).toEqual({ ...before, studyType: "observational", version: 2 })
        const history = documents(TrialVersion, yield* trials("history", "kdca", "C130010", "--json"))
        expect(history).toMatchObject([
          {
            kind: "remapped",
            runId: report.runId,
            changes: [{ field: "studyType", from: "other", to: "observational" }]
          },
          { kind: "created" }
        ])
        expect(feedOf(yield* trials("changes", "--after", "12", "--json")).versions).toHaveLength(1)
        expect(yield* trials("verify")).toMatchObject({ exit: 0 })

        const again = yield* trials("remap")
        expect(again.exit).toBe(0)
        expect(again.stdout).toMatch(/^unchanged {2}kdca: 0 trials remapped/)
      })
  )
})
