import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { dump } from "../store/Dump.js"
import { RunLedger } from "../store/RunLedger.js"
import { type Engine, seeded, startOfTime, syncFrom, writeSide } from "./Engine.js"
import { contentOf, type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "./SyntheticRegistry.js"
import { SqlClient } from "@effect/sql"

const trials = (count: number): ReadonlyArray<SyntheticRecord> =>
  Array.from({ length: count }, (_, n) => ({ id: `T${String(n).padStart(4, "0")}`, title: `Trial ${n}` }))

/** What a run must prove before it loads. */
export const proofSuite = (engine: Engine, reads: number) =>
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
      "0 %, 50 % and 89 % of the last proven count are quarantined, 90 % loads, and nothing is deleted",
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
        const apart = new SyntheticUpstream(syntheticRegistry(), clash.records, 2)
        expect(yield* syncFrom(apart)).toMatchObject({
          verdict: "quarantined",
          reason: { code: "key-clash" }
        })
        // An unreadable body is a different body.
        for (const pageSize of [1000, 2]) {
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
        const sameApart = new SyntheticUpstream(syntheticRegistry("apart"), same.records, 2)
        for (const created of [3, 0]) {
          expect(yield* syncFrom(sameApart)).toMatchObject({
            verdict: created > 0 ? "complete" : "unchanged",
            counts: { expected: 4, extracted: 4, created, unchanged: 3 - created }
          })
        }
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
        expect(edits).toBe(12)
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
        expect(yield* last).toMatchObject({ proof: "data-timestamp", dataTimestamp: "moved 1 times" })
        expect(stateOf(yield* lastSeen("synth"))).toBe(stateOf(upstream.records))

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
        expect(stateOf(yield* lastSeen("synth"))).toBe(stateOf(upstream.records))
      })
    )

    test(
      `${reads} seeded reads of ten moving pages: only real states are loaded, and only what two of them lack disappears`,
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        let runs = 0
        let disappeared = 0
        for (let seed = 1; runs < reads; seed += 1) {
          const random = seeded(seed)
          const registry = syntheticRegistry(`moving-${seed}`)
          yield* syncFrom(new SyntheticUpstream(registry, trials(40)))
          const upstream = new SyntheticUpstream(registry, trials(40), 4)
          // A third of the registries have a data timestamp.
          let stamp = 0
          const stamped = () => (seed % 3 === 0 ? `state ${(stamp += 1)}` : null)
          upstream.dataTimestamp = stamped()
          let known = yield* lastSeen(registry.name)
          expect(stateOf(known)).toBe(stateOf(upstream.records))
          const everSeen = new Set(idsOf(known))
          const missing = new Set<string>()

          for (let proven = 0; proven < 2;) {
            runs += 1
            const states = new Set([stateOf(upstream.records)])
            let left = 1 + Math.floor(random() * 6)
            upstream.onPage = () =>
              Effect.sync(() => {
                if (left === 0 || random() < 0.75) return
                left -= 1
                upstream.records = moved(upstream.records, random)
                upstream.dataTimestamp = stamped()
                states.add(stateOf(upstream.records))
              })
            const report = yield* syncFrom(upstream, { limits: { allowShrink: true } })
            const seen = yield* lastSeen(registry.name)
            const gone = yield* sql<{ id: string }>`SELECT id FROM trial_versions
              WHERE registry = ${registry.name} AND run_id = ${report.runId} AND kind = 'disappeared' ORDER BY id`
            if (report.reason !== null) {
              expect(report.verdict).toBe("failed")
              expect([seen, gone]).toEqual([known, []])
              continue
            }
            expect(states).toContain(stateOf(seen))
            const present = new Set([...idsOf(known), ...idsOf(seen)])
            const expected = [...everSeen].filter((id) => !present.has(id) && !missing.has(id))
            expect(idsOf(gone)).toEqual(expected.sort())
            for (const id of expected) missing.add(id)
            for (const id of idsOf(seen)) {
              everSeen.add(id)
              missing.delete(id)
            }
            disappeared += gone.length
            if (states.size > 1) proven += 1
            known = seen
          }
        }
        // Something must have disappeared; otherwise the test shows nothing.
        expect(disappeared).toBeGreaterThan(reads / 20)
      }),
      180_000
    )
  })

/** What the last proven run saw, according to the database. */
const lastSeen = (registry: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ id: string; title: string }>`SELECT id, title FROM trials t
      WHERE registry = ${registry} AND missing_since IS NULL
        AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.registry = t.registry AND a.id = t.id)
      ORDER BY id`
  )

const idsOf = (rows: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> =>
  rows.map(({ id }) => id)

const stateOf = (records: ReadonlyArray<{ readonly id: string; readonly title: string }>): string =>
  JSON.stringify(records.map(({ id, title }) => [id, contentOf({ title }).title]).sort())

/** The records after an insertion, removal, return or edit at a random place. */
const moved = (
  records: ReadonlyArray<SyntheticRecord>,
  random: () => number
): ReadonlyArray<SyntheticRecord> => {
  const at = Math.floor(random() * records.length)
  const kind = random()
  if (kind < 0.4) {
    const [back] = trials(40).filter(({ id }) => records.every((record) => record.id !== id))
    const id = `N${Math.floor(random() * 1e9)}`
    const record = kind < 0.2 && back !== undefined ? back : { id, title: `New ${id}` }
    return [...records.slice(0, at), record, ...records.slice(at)]
  }
  return kind < 0.8
    ? records.filter((_, n) => n !== at)
    : records.map((record, n) => (n === at ? { ...record, title: `${record.title}.` } : record))
}

type Needs = Effect.Effect.Context<ReturnType<typeof syncFrom>>
