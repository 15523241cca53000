import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, existsSync, readdirSync } from "node:fs"
import { userInfo } from "node:os"
import { dirname, join } from "node:path"
import { describe } from "vitest"
import { limited } from "./Batch.js"
import * as Scenario from "./Scenario.js"
import { difference, dumpOf, empty, ranked, type Store } from "./Stores.js"

const size = Scenario.long ? 600 : 60

const growth = Scenario.long ? 1.15 : 3

const larger = (blocks: number): number => Math.ceil(blocks * growth)

/**
 * Runs with a limit on file size that rises until the run succeeds, each time on its own database. Returns how many
 * runs failed. Each failed run leaves the old data. After the last of them a run without a limit loads the same as the
 * run that had enough room.
 */
const untilThereIsRoom = (
  scenario: Scenario.Scenario,
  from: number,
  store: Effect.Effect<Store, never, Effect.Effect.Context<Store["copy"]>>
) =>
  Effect.gen(function* () {
    const before = yield* Effect.flatMap(store, dumpOf)
    const failed: Array<Store> = []
    for (let blocks = from; ; blocks = larger(blocks)) {
      const tried = yield* store
      const ended = yield* scenario.start(tried, {}, limited(blocks))
      if (ended.code === 0) {
        Scenario.expectComplete(ended)
        const last = failed.at(-1)
        if (last === undefined) return 0
        Scenario.expectComplete(yield* scenario.run(last))
        const loaded = ranked(yield* dumpOf(last))
        expect(difference(ranked(yield* dumpOf(tried)), loaded)).toBeNull()
        return failed.length
      }
      Scenario.expectFailure(ended, 6, ["io", "full"])
      if (before !== "") expect(yield* tried.integrity).toBe("ok")
      expect(difference(yield* dumpOf(tried), before)).toBeNull()
      failed.push(tried)
    }
  })

describe.concurrent("a disk that fails", { timeout: Scenario.long ? 900_000 : 120_000 }, () => {
  it.scopedLive("during a run leaves the old data, and is reported", () =>
    Effect.gen(function* () {
      const scenario = yield* Scenario.make(size)
      const { copy } = yield* scenario.before(empty.SQLite)
      expect(yield* untilThereIsRoom(scenario, 16, copy)).toBeGreaterThan(2)
    })
  )

  it.scopedLive("during the first run leaves a database that the next run can fill", () =>
    Effect.gen(function* () {
      const scenario = yield* Scenario.make(size)
      expect(yield* untilThereIsRoom(scenario, Scenario.long ? 1 : 32, empty.SQLite)).toBeGreaterThan(1)
    })
  )

  // Root may write to read-only files, so a test that root runs starts `trials` as another user.
  const root = userInfo().uid === 0
  const asReader = root ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
  it.scopedLive.skipIf(asReader.some((part) => part.startsWith("/") && !existsSync(part)))(
    "that is read-only makes a run fail, and no byte changes",
    () =>
      Effect.gen(function* () {
        const scenario = yield* Scenario.make(size)
        const store = yield* scenario.before(empty.SQLite)
        const folder = dirname(store.url.slice("sqlite:".length))
        const before = yield* dumpOf(store)
        const batch = yield* Scenario.batch(scenario.settings(store))
        chmodSync(batch.folder, 0o755)
        const names = readdirSync(folder)
        for (const name of names) chmodSync(join(folder, name), 0o444)
        for (const mode of [0o755, 0o555]) {
          chmodSync(folder, mode)
          const ended = yield* Effect.promise(() => batch.run(Scenario.sync, {}, asReader))
          Scenario.expectFailure(ended, 6, ["read-only"])
          expect(readdirSync(folder)).toEqual(names)
        }
        chmodSync(folder, 0o755)
        expect(difference(yield* dumpOf(store), before)).toBeNull()
        // A reader needs the files of the log. A cleanly closed database lacks them, and the message says so.
        const closed = yield* store.copy
        const file = closed.url.slice("sqlite:".length)
        const read = { TRIALS_DATABASE_URL: closed.url }
        const search = Effect.promise(() => batch.run(["search", "--json"], read, asReader))
        chmodSync(dirname(file), 0o555)
        const unopened = yield* search
        Scenario.expectFailure(unopened, 6, ["read-only"])
        expect(unopened.stderr).toContain("a folder that can be written")
        chmodSync(dirname(file), 0o755)
        chmodSync(file, 0o600)
        const unreadable = yield* search
        Scenario.expectFailure(unreadable, 6, ["read-only"])
        expect(unreadable.stderr).toContain(file)
        const nowhere = { TRIALS_DATABASE_URL: `sqlite:${join(batch.folder, "none", "trials.db")}` }
        const started = yield* Effect.promise(() =>
          batch.run([...Scenario.sync, "--init"], nowhere, asReader)
        )
        Scenario.expectFailure(started, 6, ["read-only"])
        expect(started.stderr).toContain("No database can be made at")
      })
  )
})
