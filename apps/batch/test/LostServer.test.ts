import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import { databaseOn } from "trials-testkit/Engines"
import { startPostgres } from "trials-testkit/PostgresServer"
import * as Scenario from "./Scenario.js"
import { difference, dumpOf, postgresAt } from "./Stores.js"

const size = 60

const server = Effect.acquireRelease(
  Effect.promise(() => startPostgres()),
  ({ remove }) => Effect.promise(remove)
)

const stops = [
  ["load.page:1", "fast"],
  ["load.ledger:1", "immediate"],
  ...(Scenario.long
    ? ([
        ["stage.page:2", "fast"],
        ["lease:1", "immediate"]
      ] as const)
    : [])
] as const

// The test must not stop a server that others run, and if one is given it may not be able to start its own.
describe.skipIf((process.env["TEST_POSTGRES_URL"] ?? "") !== "")("a server that stops", () => {
  it.scopedLive(
    "during a run: exit code 6, nothing half-written, and the next run completes",
    () =>
      Effect.gen(function* () {
        const { start, stop, url } = yield* server
        const scenario = yield* Scenario.make(size)
        const before = yield* scenario.before(Effect.map(databaseOn(url), postgresAt))
        const dump = yield* dumpOf(before)
        for (const [failpoint, how] of stops) {
          const store = yield* before.copy
          const batch = yield* Scenario.batch(scenario.settings(store))
          const going = batch.start(Scenario.sync, { TRIALS_FAILPOINT: `${failpoint}:pause` })
          const ended = yield* Effect.promise(async () => {
            await going.says("failpoint")
            await stop(how)
            going.wake()
            return going.ended
          })
          Scenario.expectFailure(ended, 6, ["lost", "refused"])
          yield* Effect.promise(start)
          expect(difference(yield* dumpOf(store), dump)).toBeNull()
          expect(Scenario.expectComplete(yield* scenario.run(store))).toMatchObject(Scenario.changesOf(size))
        }
      }),
    180_000
  )
})
