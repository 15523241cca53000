import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { fromMillis } from "../../model/Instant.js"
import type { Page } from "../../model/Page.js"
import type { TrialSummary } from "../../model/Trial.js"
import { searchedIn } from "../../model/TrialFilter.js"
import type { InvalidRequest } from "../../model/InvalidRequest.js"
import { type ListRequest, TrialQueries } from "../../queries/TrialQueries.js"
import { VersionQueries } from "../../queries/VersionQueries.js"
import { type Engine, readSide, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const records: ReadonlyArray<SyntheticRecord> = [
  { id: "A", title: "한국인 당뇨병 환자", department: "Cardiology", leadInstitution: "서울대학교병원" },
  { id: "B", title: "ABC 100% _x_ study", studyType: "observational", studyTypeRaw: "관찰연구" },
  { id: "C", title: "Étude ﬁbrose", phases: ["1", "2"], phaseRaw: "Phase 1/2", scope: "multi-center" },
  { id: "D", title: "back\\slash", observationalModel: "cohort", observationalModelRaw: "코호트" },
  { id: "E", title: "ЖИЗНЬ", department: "cardiology" }
]

/** It says in each place what that place is called. */
const searched: SyntheticRecord = {
  id: "zz id",
  title: "zz title",
  officialTitle: "zz official title",
  acronym: "zz acronym",
  secondaryIds: [{ id: "zz other identifiers", kind: "other", issuer: null, raw: "zz other identifiers" }],
  department: "zz department",
  leadInstitution: "zz lead institution",
  collaborators: ["zz collaborators"],
  funders: ["zz funders"],
  studyTypeRaw: "zz type",
  phaseRaw: "zz phase",
  observationalModelRaw: "zz model",
  scopeRaw: "zz scope",
  conditions: ["zz conditions"],
  keywords: ["zz keywords"],
  interventions: [{ type: null, name: "zz interventions", otherNames: [] }]
}

const request = (filter: ListRequest["filter"], rest: Partial<ListRequest> = {}): ListRequest => ({
  filter,
  sort: "id",
  limit: 20,
  ...rest
})

const ids = ({ items }: Page<TrialSummary>): string => items.map(({ id }) => id).join("")

/** One trial, lists, search and recent changes. */
export const queriesSuite = (engine: Engine) =>
  describe(`TrialQueries on ${engine.name}`, () => {
    it.scoped("finds text in any case and form, wildcards as plain text, and coded or raw values", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        yield* Effect.provide(
          syncFrom(new SyntheticUpstream(syntheticRegistry(), [...records, searched])),
          writeSide(database)
        )
        yield* Effect.gen(function* () {
          const queries = yield* TrialQueries
          const found = (filter: ListRequest["filter"]) => Effect.map(queries.list(request(filter)), ids)
          expect(yield* found({})).toBe("ABCDEzz id")
          for (const place of searchedIn.split(/, | or /))
            expect(yield* found({ q: `zz ${place}` }), place).toBe("zz id")
          expect(yield* found({ title: "zz official" })).toBe("zz id")
          expect(yield* found({ q: "당뇨" })).toBe("A")
          expect(yield* found({ q: "당뇨".normalize("NFD") })).toBe("A")
          expect(yield* found({ q: "fibrose" })).toBe("C")
          expect(yield* found({ q: "ÉTUDE" })).toBe("C")
          expect(yield* found({ q: "жизнь" })).toBe("E")
          expect(yield* found({ q: "100%" })).toBe("B")
          expect(yield* found({ q: "%" })).toBe("B")
          expect(yield* found({ q: "_x_" })).toBe("B")
          expect(yield* found({ q: "_" })).toBe("B")
          expect(yield* found({ q: "\\" })).toBe("D")
          expect(yield* found({ q: "'; DROP TABLE trials; --" })).toBe("")
          expect(yield* found({ department: "CARDIO" })).toBe("AE")
          expect(yield* found({ department: "cardio", title: "한국" })).toBe("A")
          expect(yield* found({ institution: "대학교" })).toBe("A")
          expect(yield* found({ studyType: "관찰연구" })).toBe("B")
          expect(yield* found({ studyType: "observational" })).toBe("B")
          expect(yield* found({ phase: "2" })).toBe("C")
          expect(yield* found({ phase: "Phase 1/2" })).toBe("C")
          expect(yield* found({ phase: "early-1" })).toBe("")
          expect(yield* found({ studyType: "Observational" })).toBe("B")
          expect(yield* found({ studyType: "관찰연구".normalize("NFD") })).toBe("B")
          expect(yield* found({ phase: "phase  1/2" })).toBe("C")
          for (const [filter, word] of [
            ["studyType", "observational study"],
            ["phase", "phase 3"],
            ["observationalModel", "코"],
            ["scope", "%"]
          ] as const) {
            const refused = yield* Effect.flip(queries.list(request({ [filter]: word })))
            expect(refused).toMatchObject({ _tag: "UnknownWord", filter, word })
          }
          expect(yield* found({ observationalModel: "코호트" })).toBe("D")
          expect(yield* found({ scope: "multi-center" })).toBe("C")
          expect(yield* found({ registry: "other" })).toBe("")
        }).pipe(Effect.provide(readSide(database)))
      })
    )

    it.scoped("a request that cannot be answered is refused, each part of it by its path", () =>
      Effect.gen(function* () {
        const database = yield* engine.database
        yield* Effect.provide(Effect.void, writeSide(database))
        yield* Effect.gen(function* () {
          const trials = yield* TrialQueries
          const versions = yield* VersionQueries
          const key = { registry: "synth", id: "A" }
          // What a program without types may ask.
          const asked = <A>(request: A, part: object): A => ({ ...request, ...part })
          const refused = [
            [trials.list({ limit: -1 }), "limit"],
            [trials.list({ limit: 0 }), "limit"],
            [trials.list({ limit: 101 }), "limit"],
            [trials.list({ limit: 1.5 }), "limit"],
            [trials.list({ limit: Number.NaN }), "limit"],
            [trials.list(asked({}, { limit: "5" })), "limit"],
            [trials.list(asked({}, { sort: "title" })), "sort"],
            [trials.list(asked({}, { colour: "red" })), "colour"],
            [trials.list(asked({}, { filter: { updatedSince: "yesterday" } })), "filter.updatedSince"],
            [trials.list(asked({}, { filter: { colour: "red" } })), "filter.colour"],
            [trials.list({ filter: { q: " " } }), "filter.q"],
            [trials.list({ cursor: "\0" }), "cursor"],
            [trials.recent({ days: 0 }), "days"],
            [trials.get({ ...key, id: "A\0" }), "id"],
            [trials.get(asked(key, { registry: undefined })), "registry"],
            [versions.asOf(asked({ ...key, instant: fromMillis(0) }, { instant: "yesterday" })), "instant"],
            [versions.history({ ...key, limit: 101 }), "limit"],
            [versions.diff({ ...key, from: 0, to: 1 }), "from"],
            [versions.changes({ limit: 5000 }), "limit"],
            [versions.changes(asked({}, { after: "next" })), "after"],
            [versions.changes(asked({}, { kind: "vanished" })), "kind"],
            [versions.changes(asked({}, { field: "colour" })), "field"]
          ] as const
          for (const [question, path] of refused) {
            const error = yield* Effect.flip(Effect.asVoid<unknown, { _tag: string }, never>(question))
            expect([path, error._tag]).toEqual([path, "InvalidRequest"])
            expect((error as InvalidRequest).issues.map((issue) => issue.path)).toEqual([path])
          }
          // All of it has a default.
          expect(yield* trials.list()).toMatchObject({ items: [], nextCursor: null })
          expect(yield* trials.recent()).toMatchObject({ items: [] })
          expect(yield* versions.changes()).toEqual({ items: [], nextAfter: "0", nextCursor: null })
        }).pipe(Effect.provide(readSide(database)))
      })
    )

    it.scoped(
      "pages by keyset: each order has every trial once, and a changed or foreign cursor is refused",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          yield* Effect.provide(
            syncFrom(new SyntheticUpstream(syntheticRegistry(), records)),
            writeSide(database)
          )
          yield* Effect.gen(function* () {
            const queries = yield* TrialQueries
            for (const sort of ["id", "updatedAt", "-updatedAt"] as const) {
              let seen = ""
              let cursor: string | undefined
              do {
                const page = yield* queries.list(request({}, { sort, limit: 2, cursor }))
                expect(page.total).toEqual({ value: 5, relation: "eq" })
                seen += ids(page)
                cursor = page.nextCursor ?? undefined
              } while (cursor !== undefined)
              expect(seen).toBe(sort === "-updatedAt" ? "EDCBA" : "ABCDE")
            }
            const first = yield* queries.list(request({}, { limit: 2 }))
            const cursor = first.nextCursor ?? ""
            for (const wrong of [
              request({ q: "a" }, { cursor }),
              request({}, { cursor, sort: "updatedAt" }),
              ...Array.from(cursor, (letter, n) =>
                request(
                  {},
                  { cursor: cursor.slice(0, n) + (letter === "A" ? "B" : "A") + cursor.slice(n + 1) }
                )
              )
            ]) {
              expect(yield* Effect.flip(queries.list(wrong))).toMatchObject({ _tag: "InvalidCursor" })
            }
          }).pipe(Effect.provide(readSide(database)))
        })
    )

    it.scoped("the window of seven days includes its edge to the millisecond", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        yield* Effect.provide(
          syncFrom(new SyntheticUpstream(syntheticRegistry(), records)),
          writeSide(database)
        )
        yield* Effect.gen(function* () {
          const queries = yield* TrialQueries
          const seen = (millis: number) =>
            Effect.gen(function* () {
              yield* TestClock.setTime(startOfTime + 7 * 86_400_000 + millis)
              return ids(yield* queries.recent({ days: 7, filter: {}, limit: 20 }))
            })
          expect(yield* seen(-1)).toBe("EDCBA")
          expect(yield* seen(0)).toBe("EDCBA")
          expect(yield* seen(1)).toBe("")
          const since = fromMillis(startOfTime + 1)
          expect(ids(yield* queries.list(request({ updatedSince: since })))).toBe("")
          expect(ids(yield* queries.list(request({ updatedSince: fromMillis(startOfTime) })))).toBe("ABCDE")
        }).pipe(Effect.provide(readSide(database)))
      })
    )

    it.scoped(
      "lists are in the order of the feed, whatever the clock of the machine that read a registry said",
      () =>
        Effect.gen(function* () {
          const database = yield* engine.database
          const ofRegistry = (name: string, count: number) =>
            new SyntheticUpstream(
              syntheticRegistry(name),
              Array.from({ length: count }, (_, n) => ({ id: `${name}${n}`, title: "t" }))
            )
          const day = 86_400_000
          const [fast, right] = [ofRegistry("fast", 2), ofRegistry("right", 2)]
          yield* Effect.gen(function* () {
            // The first machine's clock is a year ahead.
            yield* TestClock.setTime(startOfTime + 365 * day)
            yield* syncFrom(fast)
            yield* TestClock.setTime(startOfTime)
            yield* syncFrom(right)
            yield* TestClock.setTime(startOfTime + 10 * day)
            right.records = right.records.map((record, n) =>
              n === 0 ? { ...record, title: "edited" } : record
            )
            yield* syncFrom(right)
          }).pipe(Effect.provide(writeSide(database)))
          yield* Effect.gen(function* () {
            const queries = yield* TrialQueries
            const found = (filter: ListRequest["filter"], sort: ListRequest["sort"]) =>
              Effect.gen(function* () {
                const seen: Array<string> = []
                let cursor: string | undefined
                do {
                  const page = yield* queries.list(request(filter, { sort, limit: 1, cursor }))
                  seen.push(...page.items.map(({ id }) => id))
                  cursor = page.nextCursor ?? undefined
                  expect(page.total.relation).toBe("eq")
                } while (cursor !== undefined)
                return seen.join(" ")
              })
            expect(yield* found({}, "-updatedAt")).toBe("right0 right1 fast1 fast0")
            expect(yield* found({}, "updatedAt")).toBe("fast0 fast1 right1 right0")
            expect(yield* found({ registry: "right" }, "-updatedAt")).toBe("right0 right1")
            expect(yield* found({ registry: "fast" }, "updatedAt")).toBe("fast0 fast1")
            const since = fromMillis(startOfTime + 9 * day)
            expect(yield* found({ updatedSince: since }, "-updatedAt")).toBe("right0 fast1 fast0")
            expect(yield* found({ updatedSince: since, registry: "right" }, "-updatedAt")).toBe("right0")
            expect(yield* found({ updatedSince: fromMillis(startOfTime + 366 * day) }, "id")).toBe("")
            const recent = yield* queries.recent({ days: 7, filter: { registry: "right" }, limit: 20 })
            expect(recent.items.map(({ id }) => id)).toEqual(["right0"])
          }).pipe(Effect.provide(readSide(database)))
        })
    )

    it.scoped("a trial that is gone is left out of lists and is always there by its id", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const upstream = new SyntheticUpstream(syntheticRegistry(), records)
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          upstream.records = records.slice(1)
          const limits = { shrink: 0 }
          yield* syncFrom(upstream, { limits })
          yield* syncFrom(upstream, { limits })
        }).pipe(Effect.provide(writeSide(database)))
        yield* Effect.gen(function* () {
          const queries = yield* TrialQueries
          expect(ids(yield* queries.list(request({})))).toBe("BCDE")
          expect(ids(yield* queries.list(request({ missing: true })))).toBe("ABCDE")
          expect(yield* queries.get({ registry: "synth", id: "A" })).toMatchObject({
            id: "A",
            missingSince: fromMillis(startOfTime)
          })
          expect(yield* Effect.flip(queries.get({ registry: "synth", id: "Z" }))).toMatchObject({
            _tag: "TrialNotFound"
          })
        }).pipe(Effect.provide(readSide(database)))
      })
    )
  })
