import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { bucketOf } from "../../model/AuditBucket.js"
import * as Sync from "../../pipeline/Sync.js"
import * as Verify from "../../pipeline/Verify.js"
import { dump } from "../../store/Dump.js"
import type { CensusState } from "../CensusUpstream.js"
import { type Engine, syncFrom } from "../Engine.js"
import {
  at,
  dyingAt,
  hiddenly,
  lastRun,
  records,
  savedCopy,
  size,
  versionsOf,
  visibly,
  world
} from "./CensusNights.js"

/** How a registry is read whose list carries only a part of each record. */
export const censusSuite = (engine: Engine) =>
  describe(`A census and its details, on ${engine.name}`, () => {
    it.scoped("reads all of it once, then what moved, and one part of it to see what the list hides", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "nights")
        yield* Effect.gen(function* () {
          const night = (state: CensusState, options = {}) =>
            Effect.zipRight(
              TestClock.adjust("1 day"),
              Effect.suspend(() => {
                upstream.begin(state)
                return syncFrom(upstream, options)
              })
            )
          const first = yield* night(at(1, records))
          expect(first).toMatchObject({
            verdict: "complete",
            revision: { id: "2026-11-01T09:00:00", date: "2026-11-01" },
            counts: { expected: size, extracted: size, detailed: size, created: size, unchanged: 0 }
          })
          expect(yield* lastRun("nights")).toMatchObject({
            proof: "data-version",
            audit: { bucket: null, trials: size, hidden: 0 }
          })

          // Another state, in which three trials moved, one of them twice in a day.
          let list = visibly(["T0003", "T0050", "T0139"], 2)(records)
          const second = yield* night(at(2, list))
          const audited = (bucket: number) => records.filter(({ id }) => bucketOf(id) === bucket)
          expect(second.counts).toMatchObject({ edited: 3, silent: 0, created: 0, unchanged: size - 3 })
          expect(new Set(upstream.askedIds)).toEqual(
            new Set(["T0003", "T0050", "T0139", ...audited(0).map(({ id }) => id)])
          )

          // The same state: no list is read, only the next part of the registry.
          const same = yield* night(at(2, list))
          expect(same).toMatchObject({
            verdict: "unchanged",
            counts: { expected: size, extracted: 0, edited: 0, unchanged: size }
          })
          expect(upstream.pages).toBe(0)
          expect(upstream.askedIds).toEqual(audited(1).map(({ id }) => id))

          // What the list hides is found when its part is due, each edit with its cause.
          // Those of the next two parts.
          const hiding = ["T0011", "T0087"]
          expect(hiding.map(bucketOf)).toEqual([2, 3])
          list = hiddenly(hiding)(list)
          const found: Array<string> = []
          for (let n = 0; n < 3; n += 1) {
            const report = yield* night(at(3 + n, list))
            const versions = yield* versionsOf(report)
            found.push(...versions.map(({ id, kind, mass, silent }) => `${id} ${kind} ${silent} ${mass}`))
            expect(report.counts.silent).toBe(versions.length)
          }
          expect(found.map((each) => each.slice(0, -2)).sort()).toEqual(["T0011 edited 1", "T0087 edited 1"])

          const whole = yield* night(at(40, list), { full: true })
          expect(whole.counts).toMatchObject({ detailed: size, edited: 0, unchanged: size })
          expect(yield* Verify.run([upstream.registry])).toEqual({ trials: size, mismatches: [] })
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("goes on where a run was killed amid the details; what it loads is what one run would", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "killed")
        const disturbed = yield* Effect.gen(function* () {
          yield* dyingAt("stage.details", 4, syncFrom(upstream))
          const asked = upstream.askedIds.length
          expect(asked).toBe(80)
          upstream.begin(at(1, records))
          yield* syncFrom(upstream)
          expect(upstream.askedIds).toHaveLength(size - asked)
          expect(upstream.pages).toBe(0)
          return yield* dump()
        }).pipe(Effect.provide(side))
        const other = yield* world(engine, "killed")
        const calm = yield* Effect.provide(Effect.zipRight(syncFrom(other.upstream), dump()), other.side)
        const withoutRun = (text: string) => text.replace(/"run_id":"[^"]+"/g, "")
        expect(withoutRun(disturbed)).toBe(withoutRun(calm))
      })
    )

    it.scoped("where the registry moves meanwhile, asks again for what disagrees, and for nothing else", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "moving")
        yield* Effect.gen(function* () {
          const [before, after] = [at(1, records), at(2, visibly(["T0001", "T0130"], 2)(records))]
          // Amid the list: it is read again.
          upstream.beginMoving(({ n, what }) => (what === "page" && n === 4 ? after : n > 4 ? after : before))
          expect(yield* syncFrom(upstream)).toMatchObject({
            verdict: "complete",
            revision: { id: after.stamp },
            counts: { created: size }
          })
          expect(upstream.pages).toBeGreaterThan(3)

          // Amid the details of a whole read: one trial was read before it moved, one after.
          const later = at(3, visibly(["T0002", "T0131"], 3)(after.records))
          let details = 0
          upstream.beginMoving(({ what }) => {
            if (what === "details") details += 1
            return details > 3 ? later : after
          })
          const report = yield* syncFrom(upstream, { full: true })
          expect(report).toMatchObject({
            verdict: "complete",
            revision: { id: later.stamp },
            counts: { edited: 2 }
          })
          expect(upstream.askedIds.filter((id, n, all) => all.indexOf(id) !== n)).toEqual(["T0002"])
          expect((yield* versionsOf(report)).map(({ id }) => id)).toEqual(["T0002", "T0131"])

          // A list that moves three times is not proven; the records that came are kept for the next run.
          const never = (n: number) => at(4 + n, visibly(["T0009"], 4)(later.records))
          upstream.beginMoving(({ n, what }) => (what === "version" ? never(n) : never(0)))
          expect(yield* syncFrom(upstream)).toMatchObject({
            verdict: "failed",
            reason: { code: "version-moved" },
            counts: { edited: 0 }
          })
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("asks again for what a saved copy said differently", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "saved")
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          const saved = visibly(["T0008"], 2)(records)
          yield* Effect.provide(Sync.run(), savedCopy(upstream.registry, saved))
          upstream.begin(at(3, records))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ edited: 1, unchanged: size - 1 })
          expect(upstream.askedIds).toContain("T0008")
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("makes its listings anew from the stored records where they were lost, as by a restore", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "restored")
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* syncFrom(upstream)
          yield* sql`DELETE FROM trial_listings`
          upstream.begin(at(2, visibly(["T0100"], 2)(records)))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ edited: 1, unchanged: size - 1 })
          expect(upstream.askedIds).toHaveLength(
            1 + records.filter(({ id }) => bucketOf(id) === 0 && id !== "T0100").length
          )
          // Nothing shows which trials lacked their record, so the list is read though the registry did not move.
          yield* sql`DELETE FROM trial_listings`
          upstream.begin(at(2, visibly(["T0100"], 2)(records)))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ extracted: size, unchanged: size })
        }).pipe(Effect.provide(side))
      })
    )
  })
