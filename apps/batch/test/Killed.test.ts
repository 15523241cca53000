import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as Database from "trials-database/Database"
import * as Migrations from "trials-domain/Migrations"
import { kdca } from "trials-domain/registries/kdca/Kdca"
import { firstSchema } from "trials-domain/testing"
import * as Verify from "trials-domain/Verify"
import { ofTrials } from "trials-testkit/VersionOne"
import { describe } from "vitest"
import * as Scenario from "./Scenario.js"
import { difference, dumpOf, empty, ledgerOf, ranked, type Store } from "./Stores.js"
import { within } from "./Within.js"

const size = 60

/** Runs `trials` on a store, in a process that dies at a failpoint. */
const killed = (scenario: Scenario.Scenario, store: Store, args: ReadonlyArray<string>, failpoint: string) =>
  Effect.gen(function* () {
    const batch = yield* Scenario.batch(scenario.settings(store))
    const ended = yield* Effect.promise(() => batch.run(args, { TRIALS_FAILPOINT: failpoint }))
    expect(ended.stderr).toContain(`failpoint ${failpoint.split(":", 1)[0]}`)
    expect(ended.signal).toBe("SIGKILL")
  })

/** Runs `trials` on a store. */
const trials = (scenario: Scenario.Scenario, store: Store, args: ReadonlyArray<string>) =>
  Effect.map(
    Effect.promise(() => within(args, scenario.settings(store))),
    (told) => ({ ...told, code: told.exit })
  )

/** Expects that the file is sound, and that every trial is what its records and versions say. */
const expectSound = (store: Store) =>
  Effect.gen(function* () {
    expect(yield* store.integrity).toBe("ok")
    const check = yield* Effect.promise(() => within(["verify"], { TRIALS_DATABASE_URL: store.url }))
    expect(check.exit, check.stdout).toBe(0)
  })

describe.concurrent("a command that is killed", { timeout: 120_000 }, () => {
  it.scopedLive("trials migrate leaves the older schema in place, and the next one gets there", () =>
    Effect.gen(function* () {
      const before = yield* empty.SQLite
      const old = Database.layerWriter({ url: Redacted.make(before.url), init: true, migrate: false })
      yield* Effect.provide(firstSchema(ofTrials(600)), old)
      const version = Effect.provide(Migrations.currentVersion, old)
      // After the columns, after each of two pages of contents, and before the commit.
      for (const failpoint of ["migrate:1", "migrate:2", "migrate:3", "migrate:4"]) {
        const batch = yield* Scenario.batch({ TRIALS_DATABASE_URL: before.url })
        const ended = yield* Effect.promise(() => batch.run(["migrate"], { TRIALS_FAILPOINT: failpoint }))
        expect(ended.signal, ended.stderr).toBe("SIGKILL")
        expect(yield* before.integrity).toBe("ok")
        expect(yield* version).toBe(1)
      }
      const { exit, stdout } = yield* Effect.promise(() =>
        within(["migrate", "--rebuild", "--json"], { TRIALS_DATABASE_URL: before.url })
      )
      expect([exit, JSON.parse(stdout)]).toEqual([
        0,
        {
          schema: Migrations.schemaVersion,
          migrations: [
            "2_content_once",
            "3_proof_names",
            "4_registries",
            "5_who_fields",
            "6_packed_records",
            "7_edits_told_apart",
            "8_census",
            "9_identifiers",
            "10_read_under",
            "11_search_terms",
            "12_search_terms",
            "13_search_terms",
            "14_feed_by_time"
          ],
          rebuilt: true
        }
      ])
      // The fixture's search keys were not those of its trials.
      const { mismatches } = yield* Effect.provide(Verify.run([kdca]), before.reader)
      expect(new Set(mismatches.map(({ code }) => code))).not.toContain("search")
    }).pipe(Effect.orDie)
  )

  it.scopedLive("trials remap leaves the old mapping in place, and the next one gets there", () =>
    Effect.gen(function* () {
      const scenario = yield* Scenario.make(size)
      const before = yield* scenario.before(empty.SQLite)
      const old = yield* dumpOf(before)
      const remap = ["remap", "--json"]
      const remapped = (store: Store) =>
        Effect.gen(function* () {
          const ended = yield* trials(scenario, store, remap)
          expect(Scenario.expectComplete(ended)).toMatchObject({ remapped: 1, created: 0, edited: 0 })
          yield* expectSound(store)
          return ranked(yield* dumpOf(store))
        })
      const wanted = yield* Effect.flatMap(before.copy, remapped)
      // After the trial's new version.
      const store = yield* before.copy
      yield* killed(scenario, store, remap, "load.remap")
      expect(yield* store.integrity).toBe("ok")
      expect(difference(yield* dumpOf(store), old)).toBeNull()
      expect(difference(yield* remapped(store), wanted)).toBeNull()
      expect((yield* ledgerOf(store)).slice(2)).toEqual(["killed", "complete"])
    })
  )

  it.scopedLive("sync --revision all leaves whole editions, and the next run continues from there", () =>
    Effect.gen(function* () {
      const scenario = yield* Scenario.make(size)
      const all = [...Scenario.sync, "--init", "--revision", "all"]
      const newest = (store: Store) =>
        Effect.gen(function* () {
          Scenario.expectComplete(yield* trials(scenario, store, [...Scenario.sync, "--init"]))
          yield* expectSound(store)
          return ranked(yield* dumpOf(store))
        })
      // Runs without a kill read the first edition, or the first two, and then the newest one.
      const [first, second] = scenario.upstream.editions
      const one = yield* empty.SQLite
      const named = [...Scenario.sync, "--init", "--revision"]
      Scenario.expectComplete(yield* trials(scenario, one, [...named, first?.uddi ?? ""]))
      const two = yield* one.copy
      const again = yield* trials(scenario, two, [...named, second?.uddi ?? ""])
      expect(again.code, again.stderr).toBe(0)
      const references = {
        none: { left: "", next: yield* Effect.flatMap(empty.SQLite, newest) },
        one: { left: ranked(yield* dumpOf(one)), next: yield* newest(one) },
        two: { left: ranked(yield* dumpOf(two)), next: yield* newest(two) }
      }
      expect(new Set(Object.values(references).map(({ next }) => next)).size).toBe(3)
      const kills = [
        ["load.page:1", "none", ["killed"]],
        ["ledger.end:1", "one", ["complete"]],
        ["load.commit:2", "two", ["complete", "unchanged"]],
        ["load.ledger:3", "two", ["complete", "unchanged", "killed"]]
      ] as const
      for (const [failpoint, editions, told] of kills) {
        const store = yield* empty.SQLite
        yield* killed(scenario, store, all, failpoint)
        yield* expectSound(store)
        const { left, next } = references[editions]
        expect(difference(ranked(yield* dumpOf(store)), left)).toBeNull()
        expect(difference(yield* newest(store), next)).toBeNull()
        expect(yield* ledgerOf(store)).toEqual([...told, "complete"])
      }
    })
  )
})
