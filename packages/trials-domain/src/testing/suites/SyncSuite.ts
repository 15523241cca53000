import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Layer, TestClock } from "effect"
import { dump } from "../../store/Dump.js"
import { RegistryQueries } from "../../queries/RegistryQueries.js"
import { RunQueries } from "../../queries/RunQueries.js"
import * as Registry from "../../registries/Registry.js"
import type { RegistryAbout } from "../../registries/Registry.js"
import { RegistryClient } from "../../registries/RegistryClient.js"
import { RunLedger } from "../../store/RunLedger.js"
import type { SyncOptions } from "../../pipeline/Sync.js"
import { type Engine, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const records: ReadonlyArray<SyntheticRecord> = Array.from({ length: 7 }, (_, n) => ({
  id: `T${n}`,
  title: `Trial ${n}`,
  enrollmentRaw: "120",
  enrollment: 120
}))

const updatedAts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: string; at: string }>`SELECT id, updated_at AS at FROM trials ORDER BY id`
  return Object.fromEntries(rows.map(({ at, id }) => [id, at]))
})

/** A run, from its first line in the ledger to what it loads. */
export const syncSuite = (engine: Engine) =>
  describe(`Sync on ${engine.name}`, () => {
    const test = <E>(name: string, body: Effect.Effect<void, E, SyncNeeds>) =>
      it.scoped(name, () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          yield* Effect.provide(body, writeSide(database))
        })
      )

    test(
      "a first run creates every trial, and a second writes only its line in the ledger",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        const first = yield* syncFrom(upstream)
        expect(first).toMatchObject({ verdict: "complete", reason: null })
        expect(first.counts).toMatchObject({ expected: 7, extracted: 7, created: 7, unchanged: 0 })
        const before = yield* dump()
        yield* TestClock.adjust("1 day")
        upstream.records = [...records].reverse()
        const second = yield* syncFrom(upstream)
        expect(second).toMatchObject({ verdict: "unchanged", reason: null })
        expect(second.counts).toMatchObject({ created: 0, edited: 0, unchanged: 7 })
        expect(yield* dump()).toBe(before)
      })
    )

    test(
      "an edit of one field moves only that trial's updatedAt, and A, B, A are two edits",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        yield* syncFrom(upstream)
        const before = yield* updatedAts
        yield* TestClock.adjust("1 day")
        upstream.records = records.map((record) =>
          record.id === "T3" ? { ...record, title: "Renamed" } : record
        )
        const report = yield* syncFrom(upstream)
        expect(report.counts).toMatchObject({ edited: 1, unchanged: 6, created: 0 })
        expect(yield* updatedAts).toEqual({ ...before, T3: "2026-11-02T00:00:00.000Z" })
        yield* TestClock.adjust("1 day")
        upstream.records = records
        yield* syncFrom(upstream)
        expect(yield* updatedAts).toEqual({ ...before, T3: "2026-11-03T00:00:00.000Z" })
      })
    )

    test(
      "a clock that goes back does not move a trial's instants back",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        yield* TestClock.adjust("2 days")
        yield* syncFrom(upstream)
        yield* TestClock.setTime(startOfTime)
        const state = Effect.flatMap(RegistryQueries, (registries) => registries.list).pipe(
          Effect.map(([found]) => found),
          Effect.provide(RegistryQueries.layer([syntheticRegistry()]))
        )
        expect(yield* state).toMatchObject({ lastProvenAt: "2026-11-03T00:00:00.000Z", ageSeconds: null })
        upstream.records = records.map((record) => ({ ...record, title: `${record.title}!` }))
        const second = yield* syncFrom(upstream)
        const after = yield* updatedAts
        expect(new Set(Object.values(after))).toEqual(new Set(["2026-11-03T00:00:00.000Z"]))
        expect(yield* state).toMatchObject({ lastRun: { runId: second.runId }, ageSeconds: 0 })
        const last = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded("synth"))
        expect(last?.runId).toBe(second.runId)
      })
    )

    test(
      "the registries are those of which the database has a run, as their last run described them",
      Effect.gen(function* () {
        const listed = (...known: ReadonlyArray<RegistryAbout>) =>
          Effect.flatMap(RegistryQueries, ({ list }) => list).pipe(
            Effect.map((found) =>
              found.map(({ homepage, name, publishes, title }) => [name, title, homepage ?? publishes])
            ),
            Effect.provide(RegistryQueries.layer(known))
          )
        const synth = syntheticRegistry()
        expect(yield* listed()).toEqual([])
        expect(yield* listed(synth)).toEqual([["synth", synth.title, "daily"]])
        const acme = syntheticRegistry("acme")
        yield* syncFrom(new SyntheticUpstream(acme, records))
        expect(yield* listed()).toEqual([["acme", acme.title, "daily"]])
        expect(yield* listed(synth)).toEqual([["acme", acme.title, "daily"]])
        const renamed = Registry.make({ ...acme, title: "Another", homepage: "https://acme.example" })
        const upstream = new SyntheticUpstream(renamed, [])
        expect((yield* syncFrom(upstream)).verdict).toBe("quarantined")
        upstream.records = records
        yield* syncFrom(upstream, { dryRun: true })
        // Neither of the two published anything.
        expect(yield* listed()).toEqual([["acme", acme.title, "daily"]])
        yield* syncFrom(upstream)
        expect(yield* listed()).toEqual([["acme", "Another", "https://acme.example"]])
        // A program that knows the registry has newer words for it.
        expect(yield* listed(acme)).toEqual([["acme", acme.title, "daily"]])
        yield* syncFrom(new SyntheticUpstream(synth, records))
        const names = Effect.map(listed(synth), (found) => found.map(([name]) => name))
        expect(yield* names).toEqual(["synth", "acme"])
        const unknown = yield* Effect.flatMap(RegistryQueries, ({ quality }) =>
          quality({ registry: "none" })
        ).pipe(Effect.provide(RegistryQueries.layer([])), Effect.flip)
        expect(unknown).toMatchObject({ _tag: "RegistryNotFound", known: ["acme", "synth"] })
      })
    )

    test(
      "an option that means nothing is refused before anything is written, and what is undefined is not given",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        yield* syncFrom(upstream)
        const before = yield* dump(true)
        // What a program without types may give.
        const given = (options: object): SyncOptions => options
        const wrong: ReadonlyArray<readonly [SyncOptions, string]> = [
          [{ limits: { shrink: 1.5 } }, "limits.shrink"],
          [{ limits: { reject: -1 } }, "limits.reject"],
          [{ limits: { shrink: Number.NaN } }, "limits.shrink"],
          [given({ limits: { shrink: "0.9" } }), "limits.shrink"],
          [given({ limits: { shrunk: 0.9 } }), "limits.shrunk"],
          [given({ revision: { id: "x" } }), "revision.date"],
          [given({ revision: { id: "x", date: 5, title: null } }), "revision.date"],
          [given({ dryrun: true }), "dryrun"]
        ]
        for (const [options, path] of wrong) {
          const error = yield* Effect.flip(syncFrom(upstream, options))
          expect([path, error._tag]).toEqual([path, "InvalidRequest"])
          expect(error.message).toContain(path)
        }
        // A copy of a registry may be none that could be stored.
        const copy = { ...syntheticRegistry(), name: "BAD NAME" }
        const unmade = yield* Effect.flip(syncFrom(new SyntheticUpstream(copy, records)))
        expect(unmade._tag).toBe("InvalidRegistry")
        expect(yield* dump(true)).toBe(before)
        upstream.records = records.slice(0, 1)
        const limits = given({ limits: { shrink: undefined, reject: undefined } })
        expect(yield* syncFrom(upstream, limits)).toMatchObject({ verdict: "quarantined" })
      })
    )

    test(
      "a client that answers in another form than it declares fails the run, and loads nothing",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        yield* syncFrom(upstream)
        const before = yield* dump()
        const answering = (more: object) => ({
          layer: () =>
            Layer.map(upstream.layer(), (context) =>
              // Somebody's own code, whose types are wrong.
              Context.make(RegistryClient, { ...Context.get(context, RegistryClient), ...more })
            )
        })
        const revision = { id: "next" }
        const newest = { how: "newest", notes: [] }
        const undated = { id: "next", title: null }
        const lies: ReadonlyArray<readonly [object, string]> = [
          [{ count: () => Effect.succeed(1.5) }, "count"],
          [{ count: () => Effect.succeed(-1) }, "count"],
          [{ count: () => Effect.succeed("7") }, "count"],
          [{ resolve: () => Effect.succeed({ revision, how: "newest", notes: [] }) }, "resolve"],
          [{ resolve: () => Effect.succeed({ revision: null }) }, "resolve"],
          [
            { resolve: () => Effect.succeed({ ...newest, revision: { ...undated, date: "soon" } }) },
            "resolve"
          ],
          [{ page: () => Effect.succeed({ records: {}, total: 7, next: null }) }, "page"],
          [{ page: () => Effect.succeed({ records: [], total: 7, next: 2 }) }, "page"],
          [{ dataTimestamp: () => Effect.succeed(20261101) }, "dataTimestamp"]
        ]
        for (const [lie, call] of lies) {
          const report = yield* syncFrom(answering(lie))
          expect(report).toMatchObject({ verdict: "failed", reason: { code: "malformed" } })
          expect(report.reason?.message).toContain(`asks ${call}.`)
        }
        // What is compared would not be what is stored.
        const shared: Array<unknown> = []
        for (let depth = 0; depth < 40; depth += 1) shared.push([shared.at(-1), shared.at(-1)])
        const odd = [1n, new Date(0), new Map(), Number.NaN, () => 1, Symbol("s"), shared.at(-1)]
        for (const value of odd) {
          const page = { records: records.map((record) => ({ ...record, value })), total: 7, next: null }
          const report = yield* syncFrom(answering({ page: () => Effect.succeed(page) }))
          expect(report).toMatchObject({ reason: { code: "malformed" } })
          expect(report.reason?.message).toContain("plain JSON")
        }
        const wild: ReadonlyArray<object> = [
          {
            count: () => {
              throw new Error("a client's own")
            }
          },
          { count: () => 7 },
          { count: () => Effect.fail("a client's own") },
          { page: () => Effect.dieMessage("a client's own") }
        ]
        for (const client of wild) {
          expect(yield* syncFrom(answering(client))).toMatchObject({ reason: { code: "malformed" } })
        }
        expect(yield* dump()).toBe(before)
        const { items } = yield* Effect.flatMap(RunQueries, ({ list }) => list({ limit: 100 })).pipe(
          Effect.provide(RunQueries.layer)
        )
        expect(items).toHaveLength(1 + lies.length + odd.length + wild.length)
      })
    )

    test(
      "a dry run reports what it would have done, and loads nothing",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        yield* syncFrom(upstream)
        const before = yield* dump()
        upstream.records = records.slice(1).map((record) => ({ ...record, title: "Other" }))
        const limits = { shrink: 0 }
        const dry = yield* syncFrom(upstream, { dryRun: true, limits })
        expect(dry).toMatchObject({ verdict: "complete", counts: { edited: 6, disappeared: 0 } })
        expect(yield* dump()).toBe(before)
        const last = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded("synth"))
        expect(last?.runId).not.toBe(dry.runId)
        // What the dry run did not see does not count as a first miss.
        const real = yield* syncFrom(upstream, { limits })
        expect(real.counts).toMatchObject({ edited: 6, disappeared: 0 })
      })
    )

    test(
      "an unreadable record is rejected and listed, and too many of them quarantine the run",
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        yield* syncFrom(upstream)
        const before = yield* dump()
        upstream.records = [...records, { id: "T9", title: "" }]
        const report = yield* syncFrom(upstream)
        expect(report).toMatchObject({ verdict: "quarantined", reason: { code: "too-many-rejected" } })
        expect(report.reason?.examples).toHaveLength(1)
        expect(yield* dump()).toBe(before)
        const lenient = yield* syncFrom(upstream, { limits: { reject: 0.5 } })
        expect(lenient).toMatchObject({ verdict: "unchanged", counts: { rejected: 1, unchanged: 7 } })
      })
    )

    test(
      "the next run marks a killed run as failed",
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        const { runId } = yield* syncFrom(upstream)
        yield* sql`UPDATE runs SET verdict = NULL, finished_at = NULL WHERE run_id = ${runId}`
        yield* TestClock.adjust("1 second")
        yield* syncFrom(upstream)
        const [row] = yield* sql<{ verdict: string; reason: string }>`
          SELECT verdict, reason FROM runs WHERE run_id = ${runId}`
        expect(row?.verdict).toBe("failed")
        expect(row?.reason).toContain("killed")
      })
    )
  })

type SyncNeeds = Effect.Effect.Context<ReturnType<typeof syncFrom>>
