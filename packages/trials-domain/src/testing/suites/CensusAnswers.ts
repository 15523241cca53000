import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { bucketOf } from "../../model/AuditBucket.js"
import * as Verify from "../../pipeline/Verify.js"
import { type Engine, syncFrom } from "../Engine.js"
import {
  at,
  codesOf,
  edited,
  hiddenly,
  lastRun,
  recordOf,
  records,
  size,
  versionsOf,
  visibly,
  world
} from "./CensusNights.js"

/** What a census and its details may say, and what becomes of it. */
export const censusAnswers = (engine: Engine) =>
  describe(`What a census says, on ${engine.name}`, () => {
    it.scoped("keeps the last record of a trial that is listed and not served, and lets a new one wait", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "lacking")
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          const more = [...visibly(["T0005"], 2)(records), { ...recordOf(200), detail: "new" }]
          upstream.begin(at(2, more))
          upstream.unserved.add("T0005").add("T0200")
          const limits = { reject: 0.02 }
          expect(yield* syncFrom(upstream, { limits })).toMatchObject({
            verdict: "unchanged",
            counts: { expected: size + 1, created: 0, edited: 0, missed: 0 }
          })
          expect(codesOf(yield* lastRun("lacking"))).toEqual(["2 record-lacking"])
          expect(upstream.asked.filter((ids) => ids.includes("T0005"))).toHaveLength(3)

          // Under the same state they are asked for again; so is nothing else but the audited part.
          upstream.begin(at(2, more))
          upstream.unserved.delete("T0200")
          expect((yield* syncFrom(upstream, { limits })).counts).toMatchObject({ created: 1, edited: 0 })
          expect(upstream.askedIds).toEqual(expect.arrayContaining(["T0005", "T0200"]))

          upstream.begin(at(3, more))
          upstream.unserved.clear()
          expect((yield* syncFrom(upstream, { limits })).counts).toMatchObject({ created: 0, edited: 1 })

          // More of them than the limit are a failure, and nothing is loaded.
          const gone = visibly(["T0006", "T0007", "T0008"], 4)(more)
          upstream.begin(at(4, gone))
          for (const id of ["T0006", "T0007"]) upstream.unserved.add(id)
          expect(yield* syncFrom(upstream)).toMatchObject({
            verdict: "failed",
            reason: { code: "record-lacking", examples: ["T0006", "T0007"] },
            counts: { edited: 0 }
          })
          upstream.begin(at(4, gone))
          upstream.unserved.clear()
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ edited: 3 })
          expect(upstream.askedIds).not.toContain("T0008")
          expect(yield* Verify.run([upstream.registry])).toEqual({ trials: size + 1, mismatches: [] })
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("takes an answer under another id for a merge, never for the record", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "merging")
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          const into = edited(["T0020"], (record) => ({
            ...record,
            formerIds: ["T0010"],
            updated: "2026-11-02"
          }))
          // The list still names both, and the old one's own row moved.
          const both = visibly(["T0010"], 2)(into(records))
          upstream.begin(at(2, both))
          upstream.merged.set("T0010", "T0020")
          const report = yield* syncFrom(upstream, { limits: { reject: 0.01 } })
          expect((yield* versionsOf(report)).map(({ id, kind }) => `${id} ${kind}`)).toEqual(["T0020 edited"])
          expect(codesOf(yield* lastRun("merging"))).toEqual(["1 record-merged"])

          const left = both.filter(({ id }) => id !== "T0010")
          upstream.begin(at(3, left))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ missed: 1, disappeared: 0 })
          // The same state again is the same miss.
          upstream.begin(at(3, left))
          expect((yield* syncFrom(upstream, { full: true })).counts).toMatchObject({
            missed: 0,
            disappeared: 0
          })
          upstream.begin(at(4, left))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ missed: 0, disappeared: 1 })
          // A whole read of the same state, whose list is not read again, does not bring it back.
          upstream.begin(at(4, left))
          expect((yield* syncFrom(upstream, { full: true })).counts).toMatchObject({
            unchanged: size - 1,
            reappeared: 0
          })
          expect(upstream.askedIds).not.toContain("T0010")
          // Listed again as it was: its record need not be asked for.
          upstream.begin(at(5, both))
          upstream.merged.clear()
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ reappeared: 1 })
          expect(yield* Verify.run([upstream.registry])).toEqual({ trials: size, mismatches: [] })
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("marks a mass change, and says when a full read is due", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "mass")
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          const all = records.map(({ id }) => id)
          // Markup is rewritten everywhere, and the list shows nothing of it.
          const rewritten = hiddenly(all)(records)
          upstream.begin(at(2, rewritten))
          const found = yield* syncFrom(upstream)
          const first = records.filter(({ id }) => bucketOf(id) === 0)
          expect(found).toMatchObject({
            verdict: "complete",
            counts: { edited: first.length, silent: first.length }
          })
          expect((yield* versionsOf(found)).every(({ mass, silent }) => mass === 1 && silent === 1)).toBe(
            true
          )
          expect(yield* lastRun("mass")).toMatchObject({ audit: { bucket: 0, hidden: first.length } })
          expect(codesOf(yield* lastRun("mass"))).toEqual([`${first.length} full-due`])
          upstream.begin(at(3, rewritten))
          const full = yield* syncFrom(upstream, { full: true })
          expect(full.counts).toMatchObject({ edited: size - first.length, silent: size - first.length })
          expect((yield* versionsOf(full)).every(({ mass }) => mass === 1)).toBe(true)

          // A few edits that the list shows are no mass change.
          upstream.begin(at(4, visibly(["T0001", "T0002"], 4)(rewritten)))
          expect((yield* versionsOf(yield* syncFrom(upstream))).map(({ mass }) => mass)).toEqual([0, 0])

          // A record that the mapping cannot read keeps its trial as it is, and is counted.
          const unreadable = edited(["T0003"], (record) => ({
            ...record,
            detail: "unreadable",
            updated: "2026-11-05"
          }))
          upstream.begin(at(5, unreadable(visibly(["T0001", "T0002"], 4)(rewritten))))
          const one = yield* syncFrom(upstream, { limits: { reject: 0.01 } })
          expect(one.counts).toMatchObject({ rejected: 1, edited: 0, missed: 0 })
          expect((yield* lastRun("mass")).rejected).toEqual([{ id: "T0003", reason: "it is unreadable" }])
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("refuses data older than those it loaded, unless they are allowed", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "older")
        yield* Effect.gen(function* () {
          upstream.begin({ records, stamp: "2026-11-05T14:00:00" })
          yield* syncFrom(upstream)
          const older = { records: visibly(["T0001"], 5)(records), stamp: "2026-11-05T09:00:00" }
          upstream.begin(older)
          expect(yield* syncFrom(upstream)).toMatchObject({
            verdict: "quarantined",
            reason: { code: "older-edition" }
          })
          upstream.begin(older)
          expect(yield* syncFrom(upstream, { limits: { allowOlder: true } })).toMatchObject({
            counts: { edited: 1 }
          })
        }).pipe(Effect.provide(side))
      })
    )
  })
