import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { ChangeKind } from "../../model/Change.js"
import { dump } from "../../store/Dump.js"
import { fromMillis } from "../../model/Instant.js"
import * as Remap from "../../pipeline/Remap.js"
import * as Verify from "../../pipeline/Verify.js"
import { type ContentField, contentFields, editedField, type Trial, TrialContent } from "../../model/Trial.js"
import { known, KnownTrial, knownSelect, toTrial } from "../../store/TrialRow.js"
import type { TrialVersion } from "../../model/TrialVersion.js"
import { VersionQueries } from "../../queries/VersionQueries.js"
import { beginning } from "../../queries/FeedPosition.js"
import { type Engine, readSide, seeded, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const plain = TrialContent.make({ title: "Plain" })

const outcomes = [{ measure: "Survival", timeFrame: null, description: "one\ntwo" }]

const others: Partial<TrialContent> = {
  secondaryIds: [{ id: "KCT0000001", kind: "kct", issuer: null, raw: "KCT0000001" }],
  studyType: "other",
  phases: ["2", "3"],
  observationalModel: "cohort",
  scope: "multi-center",
  sponsorClass: "industry",
  status: "recruiting",
  lastKnownStatus: "recruiting",
  interventions: [{ type: "drug", name: "one", otherNames: ["two"] }],
  arms: [{ label: "one", type: null }],
  design: { allocation: "randomized", masking: null, purpose: null, assignment: null },
  eligibility: { criteria: null, sex: null, minimumAge: null, maximumAge: null, healthyVolunteers: false },
  enrollment: 7,
  enrollmentType: "actual",
  durationMonths: 7,
  registeredDate: "2025-12",
  startDate: "2026",
  startDateType: "actual",
  primaryCompletionDate: "2026-10",
  primaryCompletionDateType: "estimated",
  completionDate: "2026-11",
  completionDateType: "unknown",
  registryUpdatedDate: "2026-11-30",
  primaryOutcomes: outcomes,
  secondaryOutcomes: outcomes,
  otherOutcomes: outcomes,
  hasResults: true,
  resultsDate: "2027",
  ipdSharing: "no"
}

/** A value for a field that differs from the one in `plain`. */
const other = (field: ContentField): TrialContent[ContentField] =>
  others[field] ?? (Array.isArray(plain[field]) ? ["one", "two"] : `another ${field}`)

/** The fields that come from the registry. */
const edited = contentFields.filter((field) => field !== "url")

/** Every version in the feed, read in pieces of `limit`. */
const wholeFeed = (limit: number) =>
  Effect.gen(function* () {
    const queries = yield* VersionQueries
    const seen: Array<TrialVersion> = []
    let after = beginning
    for (;;) {
      const { items, nextAfter } = yield* queries.changes({ after, limit })
      if (items.length === 0) return seen
      seen.push(...items)
      after = nextAfter
    }
  })

/** The tables of trials and versions and their indexes, each with its size on disk. */
const pages = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql.onDialectOrElse({
    // Only the main file: the server's notes about free space do not count. Staging is emptied as it grows.
    pg: () =>
      sql`SELECT relname AS name, CAST(pg_relation_size(oid) AS INTEGER) AS size FROM pg_class
        WHERE (relname LIKE 'trials%' AND relname NOT LIKE 'trials_staging%') OR relname LIKE 'trial_versions%'
        ORDER BY relname`,
    orElse: () =>
      sql`SELECT s.name, sum(d.pgsize) AS size, sum(d.payload) AS payload
        FROM sqlite_schema s JOIN dbstat d ON d.name = s.name
        WHERE s.tbl_name IN ('trials', 'trial_versions') GROUP BY s.name ORDER BY s.name`
  })
)

/** Versions, their causes, and the queries about them. */
export const historySuite = (engine: Engine, histories = 1000) =>
  describe(`History on ${engine.name}`, () => {
    it.scoped("a change to a single business field makes one version with that field, old and new", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const upstream = new SyntheticUpstream(
          syntheticRegistry(),
          edited.map((field) => ({ id: field, ...plain }))
        )
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          yield* TestClock.adjust("1 day")
          upstream.records = edited.map((field) => ({ id: field, ...plain, [field]: other(field) }))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({
            edited: edited.length,
            unchanged: 0
          })
        }).pipe(Effect.provide(writeSide(database)))
        yield* Effect.gen(function* () {
          const queries = yield* VersionQueries
          for (const field of edited) {
            const { items, total } = yield* queries.history({ registry: "synth", id: field, limit: 10 })
            const changes = [{ field, from: plain[field], to: other(field) }]
            expect(total).toEqual({ value: 2, relation: "eq" })
            expect(items.map(({ kind }) => kind)).toEqual(["edited", "created"])
            expect(items[0]?.changes).toEqual(changes)
            expect((yield* queries.diff({ registry: "synth", id: field, from: 1, to: 2 })).changes).toEqual(
              changes
            )
            const { items: found } = yield* queries.changes({ after: beginning, limit: 100, field })
            // Beside the edits of a coded value those of the text that it is usually computed from.
            expect(found.map(({ id }) => id)).toEqual([...new Set([field, editedField(field)])].sort())
          }
          // What is computed from the id is never edited.
          expect((yield* queries.changes({ after: beginning, limit: 100, field: "url" })).items).toEqual([])
        }).pipe(Effect.provide(readSide(database)))
      })
    )

    it.scoped("an empty text beside a coded value hides no edit of it", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const record = { id: "A", title: "a", enrollmentRaw: "", statusRaw: "" }
        const upstream = new SyntheticUpstream(syntheticRegistry(), [
          { ...record, enrollment: 1, status: "recruiting" }
        ])
        const counts = yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          upstream.records = [{ ...record, enrollment: 500, status: "completed" }]
          return (yield* syncFrom(upstream)).counts
        }).pipe(Effect.provide(writeSide(database)))
        expect(counts).toMatchObject({ edited: 1, remapped: 0 })
      })
    )

    it.scoped(
      "an edit by the registry and a mapping change of ours in one night make two versions of two kinds",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const upstream = new SyntheticUpstream(syntheticRegistry(), [
            { id: "A", title: "a", statusRaw: "Running" },
            { id: "B", title: "b", statusRaw: "Running" }
          ])
          const later = syntheticRegistry("synth", {
            mappingVersion: 2,
            requestedSince: { officialTitle: 2 },
            change: (content) => ({ ...content, status: content.statusRaw === null ? null : "recruiting" })
          })
          yield* Effect.gen(function* () {
            yield* syncFrom(upstream)
            yield* TestClock.adjust("1 day")
            upstream.records = [
              { id: "A", title: "a, edited", statusRaw: "Running", officialTitle: "The official one" },
              { id: "B", title: "b", statusRaw: "Running" }
            ]
            const report = yield* syncFrom({ layer: () => upstream.layer(later) })
            expect(report.counts).toMatchObject({ remapped: 3, edited: 1, unchanged: 0 })
            const before = yield* dump()
            expect((yield* syncFrom({ layer: () => upstream.layer(later) })).verdict).toBe("unchanged")
            expect(yield* dump()).toBe(before)
            expect((yield* Verify.run([later])).mismatches).toEqual([])
          }).pipe(Effect.provide(writeSide(database)))
          yield* Effect.gen(function* () {
            const queries = yield* VersionQueries
            const { items } = yield* queries.history({ registry: "synth", id: "A", limit: 10 })
            expect(items.map(({ changes, kind }) => [kind, changes.map(({ field }) => field)])).toEqual([
              ["edited", ["title"]],
              ["remapped", ["officialTitle"]],
              ["remapped", ["status"]],
              ["created", []]
            ])
            const updated = items.map(({ trial }) => trial.updatedAt)
            expect(updated).toEqual([
              fromMillis(startOfTime + 86_400_000),
              ...Array(3).fill(fromMillis(startOfTime))
            ])
            const { items: ofB } = yield* queries.history({ registry: "synth", id: "B", limit: 10 })
            expect(ofB.map(({ kind }) => kind)).toEqual(["remapped", "created"])
          }).pipe(Effect.provide(readSide(database)))
        })
    )

    it.scoped(
      "a field that is first requested after a remap of ours arrives as remapped, not as an edit",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: "a" }])
          const later = syntheticRegistry("synth", {
            mappingVersion: 2,
            requestedSince: { officialTitle: 2 }
          })
          yield* Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            yield* syncFrom(upstream)
            yield* TestClock.adjust("1 day")
            yield* Remap.run(later)
            yield* TestClock.adjust("1 day")
            upstream.records = [{ id: "A", title: "a", officialTitle: "The official one" }]
            const report = yield* syncFrom({ layer: () => upstream.layer(later) })
            expect(report.counts).toMatchObject({ remapped: 1, edited: 0 })
            upstream.records = [{ id: "A", title: "a", officialTitle: "Another" }]
            yield* TestClock.adjust("1 day")
            const edit = yield* syncFrom({ layer: () => upstream.layer(later) })
            expect(edit.counts).toMatchObject({ remapped: 0, edited: 1 })
            const rows = yield* sql<{ updated: string }>`SELECT updated_at AS updated FROM trials`
            expect(rows).toEqual([{ updated: fromMillis(startOfTime + 3 * 86_400_000) }])
          }).pipe(Effect.provide(writeSide(database)))
        })
    )

    it.scoped("a field first requested while a trial was away arrives with its return as remapped", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const away: ReadonlyArray<SyntheticRecord> = [{ id: "A", title: "a" }]
        const upstream = new SyntheticUpstream(syntheticRegistry(), [...away, { id: "B", title: "b" }])
        const later = syntheticRegistry("synth", { mappingVersion: 2, requestedSince: { officialTitle: 2 } })
        const night = (records: ReadonlyArray<SyntheticRecord>) =>
          Effect.gen(function* () {
            upstream.records = records
            yield* TestClock.adjust("1 day")
            return (yield* syncFrom(
              { layer: () => upstream.layer(later) },
              { limits: { allowShrink: true } }
            )).counts
          })
        const back: ReadonlyArray<SyntheticRecord> = [...away, { id: "B", title: "b", officialTitle: "B" }]
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          expect(yield* night(away)).toMatchObject({ disappeared: 0 })
          expect(yield* night(back)).toMatchObject({ edited: 0, remapped: 1, reappeared: 0 })
          const edit = [...away, { id: "B", title: "b", officialTitle: "C" }]
          expect(yield* night(edit)).toMatchObject({ edited: 1, remapped: 0 })
          yield* night(away)
          expect(yield* night(away)).toMatchObject({ disappeared: 1 })
          expect(yield* night(back)).toMatchObject({ edited: 1, remapped: 0, reappeared: 1 })
        }).pipe(Effect.provide(writeSide(database)))
      })
    )

    it.scoped(
      `${histories} seeded histories: asOf returns what the registry had on any night, and the feed rebuilds everything`,
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const random = seeded(7)
          const ids = Array.from({ length: histories }, (_, n) => `H${String(n).padStart(5, "0")}`)
          const fields = [
            "title",
            "department",
            "statusRaw",
            "conditions",
            "hasResults",
            "durationRaw"
          ] as const
          const nights: Array<ReadonlyMap<string, SyntheticRecord>> = []
          const registry = syntheticRegistry()
          // From the fourth night on, the mapping reads one more field.
          const read = (content: TrialContent): TrialContent => ({
            ...content,
            status: content.statusRaw === null ? null : content.statusRaw > "0.5" ? "recruiting" : "completed"
          })
          const later = syntheticRegistry("synth", { mappingVersion: 2, change: read })
          const remappedAt = 3
          const contentAt = (n: number, record: SyntheticRecord): TrialContent => {
            const content = TrialContent.make(record)
            return n < remappedAt ? content : read(content)
          }
          const upstream = new SyntheticUpstream(registry, [])
          let state = new Map<string, SyntheticRecord>()
          const night = () => {
            const next = new Map(state)
            for (const id of ids) {
              const dice = random()
              const present = next.get(id)
              if (present === undefined ? dice < 0.5 : dice < 0.3) {
                const field = fields[Math.floor(random() * fields.length)] ?? "title"
                const value =
                  field === "conditions" ? [String(dice)] : field === "hasResults" ? dice < 0.1 : String(dice)
                next.set(id, { id, title: id, ...present, [field]: value })
              }
              if (present !== undefined && dice > 0.95) next.delete(id)
            }
            state = next
            return next
          }
          yield* Effect.gen(function* () {
            for (let n = 0; n < 6; n += 1) {
              nights.push(night())
              upstream.records = [...state.values()]
              const layer = () => upstream.layer(n < remappedAt ? registry : later)
              yield* syncFrom({ layer }, { limits: { allowShrink: true } })
              yield* TestClock.adjust("1 day")
            }
            expect((yield* Verify.run([later])).mismatches).toEqual([])
          }).pipe(Effect.provide(writeSide(database)))

          yield* Effect.gen(function* () {
            const queries = yield* VersionQueries
            for (const id of ids) {
              for (const [n, records] of nights.entries()) {
                const at = fromMillis(startOfTime + n * 86_400_000 + Math.floor(random() * 86_400_000))
                const found = yield* Effect.option(queries.asOf({ registry: "synth", id, instant: at }))
                const record = records.get(id)
                if (record === undefined) {
                  // Never seen, or missed: a trial is gone only from the second miss on.
                  const everSeen = nights.slice(0, n).some((earlier) => earlier.has(id))
                  const twice = n > 0 && nights[n - 1]?.has(id) === false && everSeen
                  expect(found._tag).toBe(everSeen ? "Some" : "None")
                  if (found._tag === "Some") expect(found.value.missingSince !== null).toBe(twice)
                } else {
                  expect(found._tag).toBe("Some")
                  if (found._tag === "Some") {
                    expect(found.value).toMatchObject(contentAt(n, record))
                    expect(found.value.missingSince).toBeNull()
                  }
                }
              }
            }
            const replayed = new Map<string, Trial>()
            const feed = yield* wholeFeed(333)
            expect(feed.map(({ seq }) => seq)).toEqual(feed.map((_, n) => n + 1))
            expect(new Set(feed.map(({ kind }) => kind))).toEqual(new Set(ChangeKind.literals))
            for (const { id, trial } of feed) replayed.set(id, trial)
            const sql = yield* SqlClient.SqlClient
            const stored =
              yield* sql`SELECT ${sql.literal(knownSelect)} FROM ${sql.literal(known)} ORDER BY t.id`
            const served = yield* Schema.decodeUnknown(Schema.Array(KnownTrial))(stored)
            expect(served.map(toTrial)).toEqual([...replayed.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
          }).pipe(Effect.provide(readSide(database)))
        }),
      120_000
    )

    it.scoped("a run that finds nothing new adds no page to history or trials", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const upstream = new SyntheticUpstream(
          syntheticRegistry(),
          Array.from({ length: 500 }, (_, n) => ({ id: `T${n}`, ...plain }))
        )
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          const before = yield* pages
          expect(before.length).toBeGreaterThanOrEqual(6)
          for (let night = 0; night < 3; night += 1) {
            yield* TestClock.adjust("1 day")
            expect((yield* syncFrom(upstream)).verdict).toBe("unchanged")
          }
          expect(yield* pages).toEqual(before)
          upstream.records = upstream.records.map((record) => ({ ...record, title: "Edited" }))
          yield* syncFrom(upstream)
          expect(yield* pages).not.toEqual(before)
        }).pipe(Effect.provide(writeSide(database)))
      })
    )
  })
