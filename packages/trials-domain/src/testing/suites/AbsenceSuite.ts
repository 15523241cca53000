import { describe, expect, it } from "@effect/vitest"
import { SqlClient } from "@effect/sql"
import { Effect, TestClock } from "effect"
import { dump } from "../../store/Dump.js"
import { type Engine, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const all: ReadonlyArray<SyntheticRecord> = Array.from({ length: 4 }, (_, n) => ({
  id: `T${n}`,
  title: `Trial ${n}`
}))
const without = (id: string) => all.filter((record) => record.id !== id)
const limits = { shrink: 0.5 }

/** What upstream drops and what comes back. */
export const absenceSuite = (engine: Engine) =>
  describe(`Absence on ${engine.name}`, () => {
    it.scoped(
      "a disappearance takes two proven misses in a row and dates from the first; a return ends it",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          yield* Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            const upstream = new SyntheticUpstream(syntheticRegistry(), all)
            const night = (records: ReadonlyArray<SyntheticRecord>) => {
              upstream.records = records
              return Effect.zipRight(TestClock.adjust("1 day"), syncFrom(upstream, { limits }))
            }
            yield* night(all)
            const before = yield* dump()
            const missed = yield* night(without("T1"))
            expect(missed).toMatchObject({ verdict: "unchanged", counts: { missed: 1, disappeared: 0 } })
            expect(yield* dump()).toBe(before)

            // A trial seen again after one miss was never gone, and the miss is forgotten.
            expect((yield* night(all)).verdict).toBe("unchanged")
            expect((yield* night(without("T1"))).verdict).toBe("unchanged")
            expect(yield* dump()).toBe(before)

            const gone = yield* night(without("T1"))
            expect(gone).toMatchObject({
              verdict: "complete",
              counts: { missed: 0, disappeared: 1, unchanged: 3 }
            })
            const still = yield* night(without("T1"))
            expect(still).toMatchObject({ verdict: "unchanged", counts: { missed: 0 } })
            const back = yield* night(all)
            expect(back).toMatchObject({
              verdict: "complete",
              counts: { reappeared: 1, edited: 0, unchanged: 3 }
            })

            const versions =
              yield* sql`SELECT kind, observed_at AS "at", missing_since AS "missing", updated_at AS "updated"
            FROM trial_versions WHERE id = 'T1' ORDER BY version`
            expect(versions).toEqual([
              { kind: "created", at: day(2), missing: null, updated: day(2) },
              { kind: "disappeared", at: day(6), missing: day(5), updated: day(2) },
              { kind: "reappeared", at: day(8), missing: null, updated: day(2) }
            ])
          }).pipe(Effect.provide(writeSide(database)))
        })
    )

    it.scoped("a return with an edit makes two versions; an unproven run does not count as a miss", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const upstream = new SyntheticUpstream(syntheticRegistry(), all)
          yield* syncFrom(upstream)
          upstream.records = without("T2")
          yield* syncFrom(upstream, { limits })
          upstream.records = []
          expect((yield* syncFrom(upstream)).verdict).toBe("quarantined")
          upstream.records = all
          expect((yield* syncFrom(upstream)).verdict).toBe("unchanged")
          upstream.records = without("T2")
          yield* syncFrom(upstream, { limits })
          yield* syncFrom(upstream, { limits })
          yield* TestClock.adjust("1 hour")
          upstream.records = all.map((record) => (record.id === "T2" ? { ...record, title: "Back" } : record))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ reappeared: 1, edited: 1, unchanged: 3 })
          const kinds = yield* sql`SELECT kind FROM trial_versions WHERE id = 'T2' ORDER BY version`
          expect(kinds.map(({ kind }) => kind)).toEqual(["created", "disappeared", "reappeared", "edited"])
        }).pipe(Effect.provide(writeSide(database)))
      })
    )

    it.scoped("a rejected record counts as seen; if one has no readable id, nothing disappears", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        yield* Effect.gen(function* () {
          const upstream = new SyntheticUpstream(syntheticRegistry(), all)
          yield* syncFrom(upstream)
          const tolerant = { ...limits, reject: 1 }
          upstream.records = [...without("T0"), { id: "", title: "" }]
          for (let night = 0; night < 3; night += 1) {
            const report = yield* syncFrom(upstream, { limits: tolerant })
            expect(report.counts).toMatchObject({ rejected: 1, disappeared: 0 })
          }
          upstream.records = [...without("T0").slice(1), { id: "T0", title: "" }]
          for (const disappeared of [0, 1, 0]) {
            const report = yield* syncFrom(upstream, { limits: tolerant })
            expect(report.counts).toMatchObject({ rejected: 1, disappeared })
          }
          const sql = yield* SqlClient.SqlClient
          expect(yield* sql`SELECT id FROM trials WHERE missing_since IS NOT NULL`).toEqual([{ id: "T1" }])
        }).pipe(Effect.provide(writeSide(database)))
      })
    )
  })

const day = (n: number) => `2026-11-0${n}T00:00:00.000Z`
