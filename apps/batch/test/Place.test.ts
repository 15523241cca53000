import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Database from "trials-database/Database"
import type { FailpointName } from "trials-domain/Failpoint"
import { firstSchema } from "trials-domain/testing"
import { ofTrials } from "trials-testkit/VersionOne"
import { describe } from "vitest"
import { document, ErrorDocument } from "./Batch.js"
import * as Scenario from "./Scenario.js"
import { difference, dumpOf, empty, type Store } from "./Stores.js"
import { within } from "./Within.js"

const deleted = (file: string) => rmSync(file)
const replaced = (file: string) => {
  copyFileSync(file, `${file}.copy`)
  renameSync(`${file}.copy`, file)
}
const itsFolderMoved = (file: string) => {
  renameSync(dirname(file), `${dirname(file)}-moved`)
  // The folder that the test removes.
  mkdirSync(dirname(file))
  renameSync(`${dirname(file)}-moved`, join(dirname(file), "moved"))
}
const itsLogDeleted = (file: string) => rmSync(`${file}-wal`)

/** Runs `trials` on a store, to whose file something happens when the command first passes a failpoint. */
const interfered = (
  store: Store,
  args: ReadonlyArray<string>,
  settings: Readonly<Record<string, string>>,
  failpoint: FailpointName,
  interfere: (file: string) => void
) =>
  Effect.gen(function* () {
    const file = store.url.slice("sqlite:".length)
    let passed = 0
    const told = yield* Effect.promise(() =>
      within(args, settings, {
        failpoint: (name) =>
          Effect.sync(() => {
            if (name === failpoint && (passed += 1) === 1) interfere(file)
          })
      })
    )
    expect([failpoint, passed > 0]).toEqual([failpoint, true])
    expect([failpoint, told.exit]).toEqual([failpoint, 6])
    const { error } = document(ErrorDocument, told)
    expect(error.code).toBe("lost")
    expect(error.message).toContain(file)
    return error.message
  })

const moments = [
  "ledger.begin",
  "extract.page",
  "stage.whole",
  "load.begin",
  "load.page",
  "load.ledger",
  "load.commit",
  "ledger.end"
] as const

describe("a database", { timeout: 120_000 }, () => {
  it.scopedLive("that loses its place during a run is a failure of storage, and nothing is claimed", () =>
    Effect.gen(function* () {
      const scenario = yield* Scenario.make(30)
      const before = yield* scenario.before(empty.SQLite)
      const old = yield* dumpOf(before)
      const lost = (args: ReadonlyArray<string>, moment: FailpointName, interfere: (file: string) => void) =>
        Effect.gen(function* () {
          const store = yield* before.copy
          const message = yield* interfered(store, args, scenario.settings(store), moment, interfere)
          return { store, message }
        })
      for (const moment of moments) {
        const { message } = yield* lost([...Scenario.sync, "--init"], moment, deleted)
        expect(message).toContain("deleted or moved")
      }
      for (const moment of ["load.begin", "load.commit"] as const) {
        expect((yield* lost(Scenario.sync, moment, itsFolderMoved)).message).toContain("deleted or moved")
        expect((yield* lost(Scenario.sync, moment, itsLogDeleted)).message).toContain("-wal was deleted")
      }
      const commands = [
        [Scenario.sync, "load.ledger"],
        [[...Scenario.sync, "--dry-run"], "load.absences"],
        [["remap", "--json"], "load.remap"]
      ] as const
      for (const [args, moment] of commands) {
        const { message, store } = yield* lost(args, moment, replaced)
        expect(message).toContain("Another file")
        // What was put there stays as it was: the load was rolled back.
        expect(difference(yield* dumpOf(store), old)).toBeNull()
      }
    })
  )

  it.scopedLive("that is deleted or replaced while its schema is migrated is not reported as migrated", () =>
    Effect.gen(function* () {
      for (const interfere of [deleted, replaced]) {
        const store = yield* empty.SQLite
        const old = Database.layerWriter({ url: Redacted.make(store.url), init: true, migrate: false })
        yield* Effect.orDie(Effect.provide(firstSchema(ofTrials(20)), old))
        const settings = { TRIALS_DATABASE_URL: store.url }
        yield* interfered(store, ["migrate", "--json"], settings, "migrate", interfere)
      }
    })
  )
})
