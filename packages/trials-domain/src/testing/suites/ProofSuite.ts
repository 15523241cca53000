import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { SyncOptions } from "../../pipeline/Sync.js"
import { dump } from "../../store/Dump.js"
import { RunLedger } from "../../store/RunLedger.js"
import { type Engine, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { areSame } from "./MovingRegistry.js"
import { lastSeen } from "./MovingSuite.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"
import { SqlClient } from "@effect/sql"

const trials = (count: number): ReadonlyArray<SyntheticRecord> =>
  Array.from({ length: count }, (_, n) => ({ id: `T${String(n).padStart(4, "0")}`, title: `Trial ${n}` }))

/** A record that cannot be read, and says nothing of whose it is. */
const nameless: SyntheticRecord = { id: "", title: "" }

/** What a run must prove before it loads. */
export const proofSuite = (engine: Engine) =>
  describe(`Proof on ${engine.name}`, () => {
    const test = <E>(name: string, body: Effect.Effect<void, E, Needs>, timeout?: number) =>
      it.scoped(
        name,
        () =>
          Effect.gen(function* () {
            yield* TestClock.setTime(startOfTime)
            const database = yield* engine.database
            yield* Effect.provide(body, writeSide(database))
          }),
        timeout
      )

    test(
      "0 %, 50 % and 89 % of the known trials are quarantined, 90 % loads, and nothing is deleted",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), trials(100))
        yield* syncFrom(upstream)
        const before = yield* dump()
        for (const count of [0, 50, 89]) {
          upstream.records = trials(count)
          const report = yield* syncFrom(upstream)
          expect(report).toMatchObject({ verdict: "quarantined", reason: { code: "shrink" } })
          const gone = trials(100).slice(count, count + 10)
          expect(report.reason?.examples).toEqual(gone.map(({ id }) => id))
          expect(yield* dump()).toBe(before)
        }
        upstream.records = trials(90)
        expect((yield* syncFrom(upstream)).verdict).toBe("unchanged")
        expect(yield* dump()).toBe(before)
        upstream.records = trials(10)
        expect((yield* syncFrom(upstream, { limits: { allowShrink: true } })).verdict).toBe("complete")
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT 1 FROM trials`).toHaveLength(100)
      })
    )

    test(
      "one id with two bodies is quarantined, on one page or on two; the same body twice is one trial",
      Effect.gen(function* () {
        const clash = new SyntheticUpstream(syntheticRegistry(), [
          ...trials(3),
          { id: "T0001", title: "Other" }
        ])
        expect(yield* syncFrom(clash)).toMatchObject({
          verdict: "quarantined",
          reason: { examples: ["T0001"] }
        })
        const apart = new SyntheticUpstream(syntheticRegistry(), clash.records, 3)
        expect(yield* syncFrom(apart)).toMatchObject({
          verdict: "quarantined",
          reason: { code: "key-clash" }
        })
        // An unreadable body is a different body.
        for (const pageSize of [1000, 3]) {
          const unread = new SyntheticUpstream(
            syntheticRegistry(),
            [{ id: "T0002", title: "" }, ...trials(4), { id: "T0001", title: "" }],
            pageSize
          )
          const report = yield* syncFrom(unread, { limits: { reject: 1 } })
          expect(report).toMatchObject({ verdict: "quarantined", reason: { code: "key-clash" } })
          expect([...(report.reason?.examples ?? [])].sort()).toEqual(["T0001", "T0002"])
        }
        const same = new SyntheticUpstream(syntheticRegistry(), [
          ...trials(3),
          { id: "T0001", title: "Trial 1" }
        ])
        expect(yield* syncFrom(same)).toMatchObject({
          verdict: "complete",
          counts: { expected: 4, created: 3 }
        })
      })
    )

    const night = (upstream: SyntheticUpstream, options?: SyncOptions) =>
      Effect.gen(function* () {
        const report = yield* syncFrom(upstream, options)
        const run = (yield* (yield* RunLedger).lastLoaded(upstream.registry.name)) ?? null
        return { report, run: run?.runId === report.runId ? run : null }
      })

    test(
      "a record on two pages takes three reads that agree, and is a finding; no timestamp vouches for it",
      Effect.gen(function* () {
        const twice = [...trials(30), { id: "T0001", title: "Trial 1" }]
        const upstream = new SyntheticUpstream(syntheticRegistry(), twice, 10)
        for (const created of [30, 0]) {
          const { report, run } = yield* night(upstream)
          expect(report).toMatchObject({
            counts: { expected: 31, extracted: 31, created, unchanged: 30 - created }
          })
          expect(run).toMatchObject({
            proof: "two-reads",
            notes: ["3 reads agreed, in pages of 10, 9, 7 records.", expect.stringContaining("came twice")],
            findings: [{ code: "record-repeated", count: 1, examples: [{ id: "T0001", value: null }] }]
          })
        }
        // A record that cannot be read, and has no id, may as well hide another.
        const unread = new SyntheticUpstream(
          syntheticRegistry("unread"),
          [nameless, ...trials(30), nameless],
          10
        )
        const { run } = yield* night(unread, { limits: { reject: 1 } })
        expect(run).toMatchObject({
          notes: [
            "3 reads agreed, in pages of 10, 9, 7 records.",
            expect.stringContaining("none was concluded to be missing")
          ]
        })

        const stamped = new SyntheticUpstream(syntheticRegistry("stamped"), twice, 10)
        stamped.dataTimestamp = "2026-11-01"
        expect((yield* night(stamped)).report).toMatchObject({
          verdict: "failed",
          reason: { code: "id-repeated", examples: ["T0001"] }
        })
        const small = new SyntheticUpstream(syntheticRegistry("small"), twice, 6)
        const { reason } = (yield* night(small)).report
        expect(reason).toMatchObject({ code: "page-size" })
        expect(reason?.message).toMatch(/on more than one page.* size to 8\.$/)
      })
    )

    test(
      "pages that are too small to prove anything are refused before the first is read",
      Effect.gen(function* () {
        const three = new SyntheticUpstream(syntheticRegistry(), trials(30), 5)
        expect((yield* night(three)).run?.notes).toEqual(["3 reads agreed, in pages of 5, 4, 3 records."])
        const upstream = new SyntheticUpstream(syntheticRegistry(), trials(30), 4)
        let pages = 0
        upstream.onPage = () => Effect.sync(() => void (pages += 1))
        const { report } = yield* night(upstream)
        expect(report).toMatchObject({ verdict: "failed", reason: { code: "page-size" } })
        expect(report.reason?.message).toContain("30 records cannot be proven whole in pages of 4")
        expect(report.reason?.message).toContain("size to 5.")
        expect(pages).toBe(0)
      })
    )

    test(
      "known trials that do not come are missed, however many rows do: repeated, renamed or new ones",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), trials(145))
        yield* syncFrom(upstream)
        const before = yield* dump()
        const [one] = trials(1)
        const same = Array.from({ length: 145 }, () => one ?? nameless)
        const renamed = trials(145).map(({ id, title }) => ({ id: `R${id}`, title }))
        for (const records of [
          same,
          [...trials(100), ...trials(45)],
          renamed,
          [...trials(130), ...renamed]
        ]) {
          upstream.records = records
          const { report } = yield* night(upstream)
          expect(report).toMatchObject({ verdict: "quarantined", reason: { code: "shrink" } })
          expect(yield* dump()).toBe(before)
        }
        // What was missed already is not missed again.
        upstream.records = trials(135)
        yield* syncFrom(upstream)
        upstream.records = trials(122)
        expect(yield* syncFrom(upstream)).toMatchObject({ counts: { disappeared: 10 } })
      })
    )

    test(
      "a column that no longer comes is named and quarantines the run",
      Effect.gen(function* () {
        const registry = syntheticRegistry("synth", { columns: ["id", "title", "scopeRaw"] })
        const upstream = new SyntheticUpstream(registry, trials(3))
        const report = yield* syncFrom(upstream)
        expect(report).toMatchObject({ verdict: "quarantined", reason: { code: "columns-missing" } })
        expect(report.reason?.message).toContain("scopeRaw")
      })
    )

    test(
      "a read during which the data always change fails after three tries and loads nothing",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), trials(30), 10)
        let edits = 0
        upstream.onPage = () =>
          Effect.sync(() => {
            edits += 1
            upstream.records = upstream.records.map((record) => ({ ...record, title: `${record.title}.` }))
          })
        const report = yield* syncFrom(upstream)
        expect(report).toMatchObject({ verdict: "failed", reason: { code: "unstable-read" } })
        // Four reads, in pages of ten and of nine.
        expect(edits).toBe(3 + 4 + 3 + 4)
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT 1 FROM trials`).toHaveLength(0)
      })
    )

    test(
      "pages of a killed run are reused if the data timestamp is unchanged, and only then",
      Effect.gen(function* () {
        const registry = syntheticRegistry()
        const upstream = new SyntheticUpstream(registry, trials(30), 10)
        const ledger = yield* SqlClient.SqlClient
        const killedAtPage = (page: number) => (at: number) =>
          at === page ? Effect.die(new Error("killed")) : Effect.void
        const resumed = Effect.map(
          ledger<{
            n: number
            notes: string
          }>`SELECT resumed_pages AS n, notes FROM runs WHERE verdict IN ('complete', 'unchanged')
            ORDER BY started_at DESC, run_id DESC LIMIT 1`,
          ([row]) => [
            row?.n,
            row?.notes.includes("2 page(s) that an earlier run left behind were read again")
          ]
        )
        upstream.dataTimestamp = "2026-11-01"
        upstream.onPage = killedAtPage(3)
        yield* Effect.exit(syncFrom(upstream))
        upstream.onPage = () => Effect.void
        yield* syncFrom(upstream)
        expect(yield* resumed).toEqual([2, false])

        upstream.onPage = killedAtPage(3)
        yield* Effect.exit(syncFrom(upstream))
        upstream.dataTimestamp = "2026-11-02"
        upstream.onPage = () => Effect.void
        yield* TestClock.adjust("1 second")
        yield* syncFrom(upstream)
        expect(yield* resumed).toEqual([0, true])

        upstream.dataTimestamp = null
        upstream.onPage = killedAtPage(3)
        yield* Effect.exit(syncFrom(upstream))
        upstream.onPage = () => Effect.void
        yield* TestClock.adjust("1 second")
        yield* syncFrom(upstream)
        expect(yield* resumed).toEqual([0, true])
      })
    )

    test(
      "a data timestamp that moved during a read does not prove it: it is read again, or agrees with another",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), trials(30), 10)
        const last = Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded("synth"))
        let moves = 0
        const atPage = (at: number, edits: boolean) => {
          upstream.onPage = (page) =>
            Effect.sync(() => {
              if (page !== at) return
              moves += 1
              upstream.dataTimestamp = `moved ${moves} times`
              // One trial that was already read, and one that is still to come.
              const edited = (record: SyntheticRecord) => ({ ...record, title: `Edited ${moves} times` })
              if (edits)
                upstream.records = trials(30).map((record, n) => (n % 29 === 0 ? edited(record) : record))
            })
        }
        upstream.dataTimestamp = "not moved yet"
        atPage(3, true)
        const onlyOnce = upstream.onPage
        upstream.onPage = (page) => (moves === 0 ? onlyOnce(page) : Effect.void)
        expect((yield* syncFrom(upstream)).verdict).toBe("complete")
        expect(yield* last).toMatchObject({ proof: "data-version", dataTimestamp: "moved 1 times" })
        expect(areSame(yield* lastSeen("synth"), upstream.records)).toBe(true)

        atPage(2, false)
        expect((yield* syncFrom(upstream)).verdict).toBe("unchanged")
        expect(yield* last).toMatchObject({ proof: "two-reads" })
        expect(moves).toBe(3)

        const before = yield* dump()
        atPage(2, true)
        const report = yield* syncFrom(upstream)
        expect(report).toMatchObject({ verdict: "failed", reason: { code: "unstable-read" } })
        expect(yield* dump()).toBe(before)
      })
    )

    test(
      "a data timestamp that comes back does not vouch for pages read in between",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), trials(30), 10)
        upstream.dataTimestamp = "A"
        let moved = false
        upstream.onPage = (page) =>
          Effect.sync(() => {
            if (page !== 3 || moved) return
            moved = true
            upstream.records = trials(30).map((record, n) =>
              n % 29 === 0 ? { ...record, title: "Edited" } : record
            )
            // One replica answers the next request with B; from then on, another answers with A again.
            const answers = ["B"]
            Object.defineProperty(upstream, "dataTimestamp", { get: () => answers.pop() ?? "A" })
          })
        const report = yield* syncFrom(upstream)
        expect(report.verdict).toBe("complete")
        expect(areSame(yield* lastSeen("synth"), upstream.records)).toBe(true)
      })
    )
  })

type Needs = Effect.Effect.Context<ReturnType<typeof syncFrom>>
