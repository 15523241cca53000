import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schedule } from "effect"
import * as Database from "trials-database/Database"
import { RunQueries } from "trials-domain/RunQueries"
import { TrialQueries } from "trials-domain/TrialQueries"
import { syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { opened } from "trials-testkit/Engines"
import { type PostgresServer, startPostgres } from "trials-testkit/PostgresServer"

const isLong = process.env["TRIALS_FAULTS"] === "long"

const serverOf = (start: Promise<PostgresServer>) =>
  Effect.acquireRelease(
    Effect.promise(() => start),
    ({ remove }) => Effect.promise(remove)
  )

describe.skipIf(!isLong)("a standby", () => {
  it.scopedLive(
    "answers what its primary said up to a commit, whole; takes no run; says so",
    () =>
      Effect.gen(function* () {
        const primary = yield* serverOf(startPostgres())
        yield* Effect.promise(() => primary.stop())
        const standby = yield* serverOf(startPostgres({ standbyOf: primary }))
        yield* Effect.promise(primary.start)

        const upstream = new SyntheticUpstream(syntheticRegistry(), [])
        const load = (count: number) => {
          upstream.records = Array.from({ length: count }, (_, n) => ({ id: `T${n}`, title: `of ${count}` }))
          return Effect.provide(syncFrom(upstream), writeSide(opened(primary.url)))
        }
        yield* load(200)
        const read = Layer.merge(TrialQueries.layer, RunQueries.layer).pipe(
          Layer.provideMerge(
            Database.layerReader({ url: Redacted.make(standby.url), statementTimeout: "5 seconds" })
          )
        )
        yield* Effect.scoped(Layer.build(read)).pipe(
          Effect.retry(Schedule.spaced("100 millis").pipe(Schedule.upTo("20 seconds")))
        )
        const asked = Effect.gen(function* () {
          const { items, total } = yield* Effect.flatMap(TrialQueries, (trials) =>
            trials.list({ filter: {}, sort: "id", limit: 100, cursor: undefined })
          )
          return [total.value, new Set(items.map(({ title }) => title))]
        })
        yield* Effect.gen(function* () {
          let seen = 200
          for (let count = 201; count <= 220; count += 1) {
            yield* load(count)
            for (let n = 0; n < 20; n += 1) {
              const [total, titles] = yield* asked
              expect(titles).toEqual(new Set([`of ${total}`]))
              expect(total).toBeGreaterThanOrEqual(seen)
              seen = Number(total)
            }
          }
          const sql = yield* SqlClient.SqlClient
          expect(yield* sql`SELECT pg_is_in_recovery() AS standby`).toEqual([{ standby: true }])
        }).pipe(Effect.provide(read))

        const refused = yield* Effect.flip(
          Effect.scoped(Layer.build(Database.layerWriter({ url: Redacted.make(standby.url) })))
        )
        expect(refused.reason).toBe("read-only")
        expect(refused.message).toContain("standby")
      }),
    120_000
  )
})
