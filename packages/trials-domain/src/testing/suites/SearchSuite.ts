import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { type Trial, trialFields, type TrialSummary } from "../../model/Trial.js"
import type { Total } from "../../model/Page.js"
import type { TrialFilter } from "../../model/TrialFilter.js"
import * as Rebuild from "../../pipeline/Rebuild.js"
import * as Verify from "../../pipeline/Verify.js"
import { fromMillis } from "../../model/Instant.js"
import * as Cursor from "../../queries/Cursor.js"
import * as CodedFilter from "../../queries/CodedFilter.js"
import { type ListRequest, TrialQueries } from "../../queries/TrialQueries.js"
import { isFound } from "../../search/Expression.js"
import { isSought, soughtBy } from "../../search/Sought.js"
import { keysOf } from "../../search/Terms.js"
import { type Engine, readSide, seeded, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

/** How many trials are searched, and by how many filters made by chance. */
export interface SearchSizes {
  readonly trials: number
  readonly searches: number
}

const vocabulary = [
  ..."임상연구 한국인 치매환자 폐암 암 쇼그렌증후군 양성 대조".split(" "),
  ..."CAR-T CAR t cells HER2양성 HER2 HER-2 B-ALL COVID-19 COVID 19 α TNF-α alpha Étude Universitätsklinikum".split(
    " "
  ),
  ..."100% x_y lung lungs cancer treatment NCT00000001 γδ ЖИЗНЬ 間質性肺炎 COVID19".split(" ")
]

const departments = ["Cardiology", "Oncology unit", "치과", null]
const statuses = ["recruiting", "completed", "unknown", null] as const
const countries = [["KR"], ["KR", "US"], ["DE"], []]
const dates = ["2019", "2020-05", "2020-05-17", "2021-12-31", "1890", null]

type Chance = () => number

const oneOf = <A>(chance: Chance, all: ReadonlyArray<A>): A => {
  const found = all[Math.floor(chance() * all.length)]
  if (found === undefined) throw new Error("there is nothing to choose from")
  return found
}

const text = (chance: Chance, most: number): string =>
  Array.from({ length: 1 + Math.floor(chance() * most) }, () => oneOf(chance, vocabulary)).join(
    oneOf(chance, [" ", " ", "-", ", ", ""])
  )

const recordOf = (chance: Chance, n: number): SyntheticRecord => ({
  id: `NCT${String(n).padStart(8, "0")}`,
  title: text(chance, 6),
  department: oneOf(chance, departments),
  leadInstitution: text(chance, 2),
  collaborators: chance() < 0.3 ? [text(chance, 2)] : [],
  conditions: [text(chance, 2), text(chance, 1)],
  interventions: [{ type: null, name: text(chance, 2), otherNames: [text(chance, 1)] }],
  keywords: [text(chance, 2)],
  acronym: chance() < 0.1 ? oneOf(chance, ["CAR-T", "HER2", "LUNG"]) : null,
  studyType: oneOf(chance, ["interventional", "observational", null]),
  studyTypeRaw: oneOf(chance, ["중재연구", "관찰연구", null]),
  phases: oneOf(chance, [["1"], ["1", "2"], []]),
  status: oneOf(chance, statuses),
  countries: oneOf(chance, countries),
  hasResults: oneOf(chance, [true, false, null]),
  startDate: oneOf(chance, dates),
  secondaryIds:
    chance() < 0.1 ? [{ id: "2014-001234-12", kind: "eudract", issuer: null, raw: "2014-001234-12" }] : []
})

/** A part of a text, as people type it. */
const piece = (chance: Chance): string => {
  const whole = Array.from(text(chance, 2))
  const start = Math.floor(chance() * whole.length)
  const found = whole
    .slice(start, start + 1 + Math.floor(chance() * 8))
    .join("")
    .trim()
  return found === "" ? "암" : found
}

/** Many words, which few texts have. */
const many = (chance: Chance): string =>
  Array.from({ length: 7 + Math.floor(chance() * 4) }, () =>
    oneOf(chance, ["lung", "cancer", "t", "CAR-T", "암"])
  ).join(" ")

const sought = (chance: Chance): string =>
  oneOf(chance, [piece, piece, (each: Chance) => text(each, 3), (each: Chance) => text(each, 3), many])(
    chance
  )

const filterOf = (chance: Chance): TrialFilter => {
  const some = <A>(share: number, value: () => A) => (chance() < share ? value() : undefined)
  return {
    q: some(0.6, () => sought(chance)),
    title: some(0.2, () => sought(chance)),
    department: some(0.1, () => oneOf(chance, ["card", "oncology UNIT", "치"])),
    institution: some(0.1, () => sought(chance)),
    sponsor: some(0.1, () => sought(chance)),
    condition: some(0.1, () => sought(chance)),
    intervention: some(0.1, () => sought(chance)),
    studyType: some(0.1, () => oneOf(chance, ["observational", "중재연구"])),
    phase: some(0.1, () => oneOf(chance, ["1", "2", "early-1"])),
    status: some(0.1, () => oneOf(chance, ["recruiting", "unknown", "withdrawn"])),
    country: some(0.1, () => oneOf(chance, ["KR", "us", "IS"])),
    hasResults: some(0.1, () => chance() < 0.5),
    identifier: some(0.05, () => oneOf(chance, ["nct 0000-0007", "EudraCT 2014-001234-12"])),
    startDateFrom: some(0.1, () => oneOf(chance, ["2020-05-10", "2020-05", "2020", "1850", "2021-06"])),
    startDateTo: some(0.1, () => oneOf(chance, ["2020-05-20", "2020-05", "2020", "2200", "2019-03"])),
    missing: some(0.2, () => true)
  }
}

/** The hits of a list, page by page, up to some pages. */
const walked = (request: ListRequest, most = Number.POSITIVE_INFINITY) =>
  Effect.gen(function* () {
    const queries = yield* TrialQueries
    const found: Array<TrialSummary> = []
    let cursor: string | undefined
    const totals: Array<Total> = []
    let pages = 0
    do {
      pages += 1
      const page = yield* queries.list({ ...request, cursor })
      found.push(...page.items)
      totals.push(page.total)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined && pages < most)
    return { found, totals }
  })

const idsOf = (trials: ReadonlyArray<{ readonly id: string }>) => trials.map(({ id }) => id)

/** Search by an index: what it finds is what each trial says, in every order, before and after edits. */
export const searchSuite = (engine: Engine, { searches, trials }: SearchSizes) =>
  describe(`Search on ${engine.name}`, () => {
    it.scoped(
      `${searches} filters made by chance find what a look at every trial finds, after edits too`,
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const chance = seeded(16)
          const upstream = new SyntheticUpstream(
            syntheticRegistry(),
            Array.from({ length: trials }, (_, n) => recordOf(chance, n))
          )
          const limits = { shrink: 0 }
          yield* Effect.gen(function* () {
            yield* syncFrom(upstream)
            for (let night = 0; night < 3; night += 1) {
              yield* TestClock.adjust("1 day")
              upstream.records = upstream.records.flatMap((record, n) =>
                n % 97 === night ? [] : chance() < 0.05 ? [recordOf(chance, n)] : [record]
              )
              yield* syncFrom(upstream, { limits })
            }
            expect((yield* Verify.run([syntheticRegistry()])).mismatches).toEqual([])
          }).pipe(Effect.provide(writeSide(database)))

          const { found: all } = yield* Effect.provide(
            walked({ filter: { missing: true }, fields: trialFields, limit: 25 }),
            readSide(database)
          )
          expect(all.length).toBe(trials)
          // All fields were asked for.
          const whole = (all as unknown as ReadonlyArray<Trial>).map((trial) => ({
            trial,
            keys: keysOf({ ...trial, content: trial })
          }))
          const compare = (searches: number) =>
            Effect.gen(function* () {
              let hits = 0
              for (let n = 0; n < searches; n += 1) {
                const filter = filterOf(chance)
                const sort = oneOf(chance, ["-updatedAt", "updatedAt", "id"] as const)
                const told = JSON.stringify({ filter, sort })
                const sought = soughtBy(filter, yield* CodedFilter.termsOf(filter))
                const isHit = isSought(sought, filter.missing === true)
                const hit = whole.filter(({ keys, trial }) => isHit(trial, keys))
                const wanted = idsOf(hit.map(({ trial }) => trial))
                const { named } = sought
                const first = idsOf(
                  hit.flatMap(({ keys, trial }) =>
                    named !== null && isFound(named, keys.terms) ? [trial] : []
                  )
                )
                // All trials are in the order of lists, the newest first.
                const inOrder = {
                  "-updatedAt": [...first, ...wanted.filter((id) => !first.includes(id))],
                  updatedAt: wanted.toReversed(),
                  id: wanted.toSorted()
                }[sort]
                const limit = wanted.length > 100 ? 100 : 5 + Math.floor(chance() * 40)
                const { found, totals } = yield* walked(
                  { filter, sort, limit },
                  wanted.length > 1000 ? 2 : undefined
                )
                expect(idsOf(found), told).toEqual(inOrder.slice(0, found.length))
                expect(found.length, told).toBe(
                  Math.min(wanted.length, wanted.length > 1000 ? 200 : wanted.length)
                )
                for (const { relation, value } of totals) {
                  if (relation === "eq") expect(value, told).toBe(wanted.length)
                  else {
                    expect(value, told).toBeGreaterThanOrEqual(1000)
                    expect(wanted.length > 1000 || relation === "approx", told).toBe(true)
                  }
                }
                hits += found.length
              }
              // Not everything was sought in vain.
              expect(hits).toBeGreaterThan(searches / 4)
            }).pipe(Effect.provide(readSide(database)))
          yield* compare(searches)
          yield* Effect.provide(Rebuild.run, writeSide(database))
          yield* compare(Math.ceil(searches / 4))
        }),
      60_000 + 5000 * searches
    )

    it.scoped(
      "texts of any length are loaded and found, an instant is one of its registry, and no forged cursor is read",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const run = (text: string, length: number) =>
            text.repeat(Math.ceil(length / text.length)).slice(0, length)
          const korean = "다기관무작위배정이중눈가림위약대조임상시험"
          const many = Array.from({ length: 240 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join(" ")
          const long = new SyntheticUpstream(syntheticRegistry("long"), [
            { id: "D", title: many, department: many, leadInstitution: many, conditions: [many] },
            { id: "A", title: run(korean, 2000), keywords: ["끝말"] },
            { id: "B", title: `처음${run(korean, 100_000)}`, conditions: ["나중"] },
            {
              id: "C",
              title: Array.from({ length: 4500 }, (_, n) => `${run("ก", 55)}${n}`).join(" "),
              keywords: ["thai"]
            }
          ])
          const slow = new SyntheticUpstream(syntheticRegistry("slow"), [{ id: "S", title: "lung" }])
          const fast = new SyntheticUpstream(syntheticRegistry("fast"), [{ id: "F", title: "lung" }])
          const day = 86_400_000
          yield* Effect.gen(function* () {
            yield* syncFrom(long)
            yield* TestClock.setTime(startOfTime + 9 * day)
            yield* syncFrom(fast)
            // The machine of this registry has a clock that is behind.
            yield* TestClock.setTime(startOfTime)
            yield* syncFrom(slow)
            yield* TestClock.setTime(startOfTime + 19 * day)
            fast.records = [...fast.records, { id: "G", title: "lung" }]
            yield* syncFrom(fast)
            const registries = [
              syntheticRegistry("long"),
              syntheticRegistry("slow"),
              syntheticRegistry("fast")
            ]
            expect((yield* Verify.run(registries)).mismatches).toEqual([])
          }).pipe(Effect.provide(writeSide(database)))
          yield* Effect.gen(function* () {
            const queries = yield* TrialQueries
            const found = (filter: TrialFilter) =>
              Effect.map(queries.list({ filter, sort: "id" }), ({ items }) => idsOf(items).join(""))
            expect(yield* found({ q: "끝말" })).toBe("A")
            expect(yield* found({ q: "처음다기관" })).toBe("B")
            expect(yield* found({ q: "나중" })).toBe("B")
            expect(yield* found({ q: `${run("ก", 55)}7` })).toContain("C")
            expect(yield* found({ q: "thai" })).toBe("C")
            const all = { q: many, title: many, department: many, institution: many, condition: many }
            expect(yield* found(all)).toBe("D")
            expect(yield* found({ q: Array.from({ length: 60 }, (_, n) => `lung${n}`).join(" ") })).toBe("")
            const updatedSince = fromMillis(startOfTime + 4 * day)
            for (const filter of [{ q: "lung" }, {}]) {
              expect(yield* found({ ...filter, registry: "slow", updatedSince })).toBe("")
              expect(yield* found({ ...filter, updatedSince })).toBe("FG")
              expect(yield* found({ ...filter, registry: "fast", updatedUntil: updatedSince })).toBe("")
            }
            expect(yield* found({ startDateFrom: "2020-06", startDateTo: "2020-03" })).toBe("")
            for (const q of [undefined, "lung"]) {
              for (const position of [[], [1, 2, 3], [1.5], ["x"], ["others", 3e9], ["a", "\0"], { a: 1 }]) {
                const described = JSON.stringify(["search", "-updatedAt", q === undefined ? [] : [["q", q]]])
                const cursor = Cursor.encode(described, position as ReadonlyArray<string>)
                const list = queries.list({ filter: q === undefined ? {} : { q }, cursor })
                expect(yield* Effect.flip(list)).toMatchObject({ _tag: "InvalidCursor" })
              }
            }
          }).pipe(Effect.provide(readSide(database)))
        })
    )

    it.scoped(
      "what is named by an identifier or an acronym comes first, and each hit once on the pages",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const plain = (id: string, more: Partial<SyntheticRecord>): SyntheticRecord => ({
            id,
            title: "hope",
            ...more
          })
          const upstream = new SyntheticUpstream(syntheticRegistry(), [
            plain("A", { acronym: "HOPE" }),
            plain("B", {}),
            plain("C", { acronym: "hope", title: "other" }),
            plain("D", {}),
            plain("E", { title: "CAR T cells", conditions: ["car", "t cells"] }),
            plain("F", { title: "cart", conditions: ["car"], keywords: ["t cells"] }),
            plain("G", {})
          ])
          yield* Effect.provide(syncFrom(upstream), writeSide(database))
          yield* Effect.gen(function* () {
            const queries = yield* TrialQueries
            const found = (q: string, rest: ListRequest = {}) =>
              Effect.map(walked({ filter: { q }, limit: 1, ...rest }), ({ found, totals }) => {
                for (const total of totals) expect(total).toEqual({ value: found.length, relation: "eq" })
                return idsOf(found).join("")
              })
            expect(yield* found("hope")).toBe("CAGDB")
            expect(yield* found("hope", { sort: "updatedAt" })).toBe("ABCDG")
            expect(yield* found("hope", { sort: "id" })).toBe("ABCDG")
            expect(yield* found("car-t")).toBe("E")
            expect(yield* found("CAR T")).toBe("FE")
            const { facets, items } = yield* queries.list({
              filter: { q: "hope" },
              facets: ["registry", "condition"],
              fields: ["acronym"],
              limit: 2
            })
            expect(items).toEqual([
              { registry: "synth", id: "C", acronym: "hope" },
              { registry: "synth", id: "A", acronym: "HOPE" }
            ])
            expect(facets).toEqual({
              counted: 5,
              complete: true,
              fields: {
                registry: [{ value: "synth", count: 5 }],
                condition: [{ value: null, count: 5 }]
              }
            })
            const all = yield* queries.list({ facets: ["condition"], limit: 1 })
            expect(all.facets?.fields.condition?.slice(0, 2)).toEqual([
              { value: null, count: 5 },
              { value: "car", count: 2 }
            ])
            expect(yield* Effect.flip(queries.list({ fields: ["summary"], limit: 26 }))).toMatchObject({
              issues: [{ path: "limit" }]
            })
          }).pipe(Effect.provide(readSide(database)))
        })
    )
  })
