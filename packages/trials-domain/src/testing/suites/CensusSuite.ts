import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { bucketOf } from "../../model/AuditBucket.js"
import type { Run, RunReport } from "../../model/Run.js"
import * as Sync from "../../pipeline/Sync.js"
import * as Verify from "../../pipeline/Verify.js"
import { RegistryClient } from "../../registries/RegistryClient.js"
import { dump } from "../../store/Dump.js"
import { Failpoint, type FailpointName } from "../../store/Failpoint.js"
import { RunLedger } from "../../store/RunLedger.js"
import { type CensusRecord, censusRegistry, type CensusState, CensusUpstream } from "../CensusUpstream.js"
import { type Engine, startOfTime, syncFrom, writeSide } from "../Engine.js"

const size = 140

const recordOf = (n: number): CensusRecord => ({
  id: `T${String(n).padStart(4, "0")}`,
  title: `Trial ${n}`,
  updated: "2026-10-01",
  detail: `detail ${n}`
})

const records = Array.from({ length: size }, (_, n) => recordOf(n))

/** The state of day n: YYYY-MM-DDT09:00:00. */
const at = (day: number, list: ReadonlyArray<CensusRecord>): CensusState => ({
  records: list,
  stamp: `${new Date(Date.UTC(2026, 10, day)).toISOString().slice(0, 10)}T09:00:00`
})

const edited =
  (ids: ReadonlyArray<string>, edit: (record: CensusRecord) => CensusRecord) =>
  (list: ReadonlyArray<CensusRecord>): ReadonlyArray<CensusRecord> =>
    list.map((record) => (ids.includes(record.id) ? edit(record) : record))

const visibly = (ids: ReadonlyArray<string>, day: number) =>
  edited(ids, (record) => ({
    ...record,
    title: `${record.title}!`,
    updated: `2026-11-${String(day).padStart(2, "0")}`
  }))

const hiddenly = (ids: ReadonlyArray<string>) =>
  edited(ids, (record) => ({ ...record, detail: `${record.detail}!` }))

const versionsOf = (report: RunReport) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ id: string; kind: string; silent: number; mass: number }>`
      SELECT id, kind, silent, mass FROM trial_versions WHERE run_id = ${report.runId} ORDER BY id, version`
  )

const lastRun = (name: string) =>
  Effect.gen(function* () {
    const run = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded(name))
    if (run === null) return yield* Effect.dieMessage("There is no run.")
    return run
  })

const codesOf = ({ findings }: Run) => findings.map(({ code, count }) => `${count} ${code}`)

/** Runs of registries whose list carries only a part of each record. */
export const censusSuite = (engine: Engine) =>
  describe(`A census and its details, on ${engine.name}`, () => {
    const world = (name: string) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const upstream = new CensusUpstream(censusRegistry(name), at(1, records))
        return { database, upstream, side: writeSide(database) }
      })

    it.scoped("reads all of it once, then what moved, and one part of it to see what the list hides", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world("nights")
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
        const { side, upstream } = yield* world("killed")
        const dies = (name: FailpointName, nth: number) => {
          let passed = 0
          return (point: FailpointName) => {
            if (point === name) passed += 1
            return point === name && passed === nth ? Effect.dieMessage("killed") : Effect.void
          }
        }
        const disturbed = yield* Effect.gen(function* () {
          yield* Effect.exit(Effect.provideService(syncFrom(upstream), Failpoint, dies("stage.details", 4)))
          const asked = upstream.askedIds.length
          expect(asked).toBe(80)
          upstream.begin(at(1, records))
          yield* syncFrom(upstream)
          expect(upstream.askedIds).toHaveLength(size - asked)
          expect(upstream.pages).toBe(0)
          return yield* dump()
        }).pipe(Effect.provide(side))
        const other = yield* world("killed")
        const calm = yield* Effect.provide(Effect.zipRight(syncFrom(other.upstream), dump()), other.side)
        const withoutRun = (text: string) => text.replace(/"run_id":"[^"]+"/g, "")
        expect(withoutRun(disturbed)).toBe(withoutRun(calm))
      })
    )

    it.scoped("where the registry moves meanwhile, asks again for what disagrees, and for nothing else", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world("moving")
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

    it.scoped("keeps the last record of a trial that is listed and not served, and lets a new one wait", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world("lacking")
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
        const { side, upstream } = yield* world("merging")
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
        const { side, upstream } = yield* world("mass")
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
        const { side, upstream } = yield* world("older")
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

    it.scoped("asks again for what a saved copy said differently", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world("saved")
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          const saved = visibly(["T0008"], 2)(records)
          yield* Effect.provide(
            Sync.run(),
            Layer.succeed(RegistryClient, {
              registry: upstream.registry,
              pageSize: 1000,
              saved: "one-response",
              revisions: Effect.succeed([]),
              resolve: () =>
                Effect.succeed({
                  revision: { id: "file:1", date: null, title: null },
                  how: "saved",
                  notes: []
                }),
              count: () => Effect.succeed(size),
              page: () => Effect.succeed({ records: saved, total: size, next: null }),
              dataTimestamp: () => Effect.succeed(null)
            })
          )
          upstream.begin(at(3, records))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ edited: 1, unchanged: size - 1 })
          expect(upstream.askedIds).toContain("T0008")
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("makes its listings anew from the stored records where they were lost, as by a restore", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world("restored")
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
