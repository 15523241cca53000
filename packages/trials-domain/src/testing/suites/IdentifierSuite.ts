import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import type { SecondaryId, SecondaryIdKind } from "../../model/SecondaryId.js"
import * as Rebuild from "../../pipeline/Rebuild.js"
import * as Verify from "../../pipeline/Verify.js"
import { IdentifierQueries } from "../../queries/IdentifierQueries.js"
import { type ChangesRequest, VersionQueries } from "../../queries/VersionQueries.js"
import { type Engine, readSide, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const also = (id: string, kind: SecondaryIdKind): SecondaryId => ({ id, kind, issuer: null, raw: id })

const old: SyntheticRecord = { id: "NCT00000009", title: "merged later" }

const first: SyntheticRecord = {
  id: "NCT00000001",
  title: "one",
  secondaryIds: [also("2014-001234-12", "eudract"), also("PROT-1", "other"), also("R01", "grant")],
  status: "recruiting",
  phases: ["3", "2"],
  enrollment: 100,
  startDate: "2024-05",
  completionDate: "2026"
}

/** It names another trial of its registry, and is not the same one. */
const extension: SyntheticRecord = {
  id: "NCT00000002",
  title: "its extension",
  secondaryIds: [also("NCT00000001", "nct")]
}

const elsewhere: ReadonlyArray<SyntheticRecord> = [
  {
    id: "KCT0000001",
    title: "하나",
    secondaryIds: [also("NCT00000001", "nct")],
    status: "completed",
    phases: ["2", "3"],
    startDate: "2024-05-13",
    completionDate: "2027"
  },
  { id: "KCT0000002", title: "둘", secondaryIds: [also("2014-001234-12", "eudract")] },
  {
    id: "KCT0000003",
    title: "셋",
    secondaryIds: [also("prot 1", "other"), also("JPRN-JapicCTI-152893", "other")]
  },
  // Registries that count from 1 have ids in common.
  { id: "7", title: "넷" },
  // Once moved.
  { id: "KCT0000005", title: "다섯", secondaryIds: [also("NCT00000009", "nct")] }
]

const one = new SyntheticUpstream(syntheticRegistry("one"), [old, first, { id: "7", title: "seven" }])
const two = new SyntheticUpstream(syntheticRegistry("two"), elsewhere)

/** Finding trials by identifiers, the same trial elsewhere, and what a trial was merged into. */
export const identifierSuite = (engine: Engine) =>
  describe(`IdentifierQueries on ${engine.name}`, () => {
    it.scoped(
      "finds a trial by any spelling, its relatives by explicit identifiers alone, and a merged one",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const write = writeSide(database)
          const read = Layer.provideMerge(IdentifierQueries.layer, readSide(database))
          const found = (identifier: string) =>
            Effect.gen(function* () {
              const { items, total } = yield* Effect.flatMap(IdentifierQueries, ({ find }) =>
                find({ identifier })
              )
              expect(total).toEqual({ value: items.length, relation: "eq" })
              return items.map(({ kind, trial }) => `${kind} ${trial.registry}/${trial.id}`)
            })
          const related = (registry: string, id: string) =>
            Effect.map(
              Effect.flatMap(IdentifierQueries, (queries) => queries.related({ registry, id })),
              ({ items }) => items
            )
          const links = (registry: string, id: string) =>
            Effect.map(related(registry, id), (items) =>
              items.flatMap(({ links, trial }) =>
                links.map((link) => `${link.assertedBy} ${link.kind} ${link.identifier} ${trial.id}`)
              )
            )
          const changes = (request: ChangesRequest) =>
            Effect.map(
              Effect.flatMap(VersionQueries, (queries) => queries.changes(request)),
              ({ items }) => items
            )

          yield* Effect.gen(function* () {
            yield* syncFrom(one)
            yield* syncFrom(two)
            yield* TestClock.adjust("1 day")
            one.records = [{ ...first, formerIds: [old.id] }, extension, { id: "7", title: "seven" }]
            for (const day of ["2026-11-02", "2026-11-03"]) {
              one.dataTimestamp = day
              yield* syncFrom(one, { limits: { allowShrink: true } })
              yield* TestClock.adjust("1 day")
            }
          }).pipe(Effect.provide(write))

          yield* Effect.gen(function* () {
            for (const spelling of [
              "NCT00000001",
              "nct 0000-0001",
              " ＮＣＴ00000001.",
              "NCT number: NCT00000001"
            ]) {
              expect(yield* found(spelling), spelling).toEqual(["own one/NCT00000001", "nct two/KCT0000001"])
            }
            // Today's trial, before the record that became it.
            expect(yield* found("NCT00000009")).toEqual([
              "former one/NCT00000001",
              "nct two/KCT0000005",
              "own one/NCT00000009"
            ])
            for (const spelling of ["EudraCT 2014-001234-12", "EudraCT:2014-001234-12", "201400123412"]) {
              expect(yield* found(spelling), spelling).toEqual([
                "eudract one/NCT00000001",
                "eudract two/KCT0000002"
              ])
            }
            for (const spelling of ["JapicCTI-152893", "JPRN-JapicCTI-152893"]) {
              expect(yield* found(spelling), spelling).toEqual(["other two/KCT0000003"])
            }
            expect(yield* found("Prot/1")).toEqual(["other one/NCT00000001", "other two/KCT0000003"])
            expect(yield* found("7")).toEqual(["own one/7", "own two/7"])
            expect(yield* found("R01")).toEqual([])
            const refused = yield* Effect.flip(found("--"))
            expect(refused).toMatchObject({ _tag: "InvalidRequest", issues: [{ path: "identifier" }] })

            expect(yield* links("one", "NCT00000001")).toEqual([
              "this former NCT00000009 NCT00000009",
              "other nct NCT00000001 KCT0000001",
              "both eudract 2014-001234-12 KCT0000002",
              "other former NCT00000009 KCT0000005"
            ])
            expect(yield* links("two", "KCT0000005")).toEqual([
              "this former NCT00000009 NCT00000001",
              "this nct NCT00000009 NCT00000009"
            ])
            expect(yield* links("two", "KCT0000001")).toEqual(["this nct NCT00000001 NCT00000001"])
            expect(yield* links("one", "NCT00000002")).toEqual([])
            expect(yield* links("two", "7")).toEqual([])
            expect(yield* links("two", "KCT0000003")).toEqual([])
            const [, other] = yield* related("one", "NCT00000001")
            expect(other?.disagreements).toEqual([
              { field: "status", this: "recruiting", other: "completed" },
              { field: "completionDate", this: "2026", other: "2027" }
            ])
            expect(yield* Effect.flip(related("one", "NCT00000077"))).toMatchObject({ _tag: "TrialNotFound" })

            const gone = (yield* changes({})).filter(({ kind }) => kind === "disappeared")
            expect(gone.map(({ id, mergedInto }) => [id, mergedInto])).toEqual([[old.id, first.id]])
            const history = yield* Effect.flatMap(VersionQueries, (queries) =>
              queries.history({ registry: "one", id: old.id })
            )
            expect(history.items.map(({ mergedInto }) => mergedInto)).toEqual([first.id, null])
          }).pipe(Effect.provide(read))

          yield* Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            const all = Effect.map(sql`SELECT * FROM trial_ids ORDER BY registry, id, identifier`, (rows) =>
              rows.map((row) => Object.values(row).join(" "))
            )
            const registries = [one.registry, two.registry]
            expect((yield* Verify.run(registries)).mismatches).toEqual([])
            const before = yield* all
            yield* sql`DELETE FROM trial_ids WHERE kind = 'eudract'`
            yield* sql`UPDATE trial_ids SET kind = 'other' WHERE kind = 'former'`
            const { mismatches } = yield* Verify.run(registries)
            expect(mismatches.map(({ code, id }) => `${id} ${code}`)).toEqual([
              "NCT00000001 identifiers",
              "KCT0000002 identifiers"
            ])
            yield* Rebuild.run
            expect(yield* all).toEqual(before)
          }).pipe(Effect.provide(write))
        })
    )

    it.scoped("tells silent edits and those of a mass change apart in the feed", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const records = Array.from({ length: 60 }, (_, n) => ({
          id: `T${n}`,
          title: "t",
          registryUpdatedDate: "2026-10-01"
        }))
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        const edited = (count: number, edit: Partial<SyntheticRecord>) =>
          Effect.suspend(() => {
            upstream.records = upstream.records.map((record, n) =>
              n < count ? { ...record, ...edit } : record
            )
            return Effect.zipRight(TestClock.adjust("1 day"), syncFrom(upstream))
          })
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          yield* edited(1, { title: "silent" })
          yield* edited(1, { title: "said", registryUpdatedDate: "2026-11-02" })
          yield* edited(60, { title: "all", registryUpdatedDate: "2026-11-03" })
        }).pipe(Effect.provide(writeSide(database)))
        yield* Effect.gen(function* () {
          const { changes } = yield* VersionQueries
          const count = (request: ChangesRequest) =>
            Effect.map(changes({ ...request, limit: 1000 }), ({ items }) => items.length)
          expect(yield* count({ silent: true })).toBe(1)
          expect(yield* count({ mass: true })).toBe(60)
          expect(yield* count({ silent: false, mass: false, kind: "edited" })).toBe(1)
          expect(yield* count({ mass: false })).toBe(62)
        }).pipe(Effect.provide(readSide(database)))
      })
    )
  })
