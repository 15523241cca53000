import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream, TestClock } from "effect"
import { type Instant, now } from "../../model/Instant.js"
import type { Trial } from "../../model/Trial.js"
import type { TrialFilter } from "../../model/TrialFilter.js"
import * as Remap from "../../pipeline/Remap.js"
import { ExportQueries, type Key, pages, type Pin } from "../../queries/ExportQueries.js"
import { TrialQueries } from "../../queries/TrialQueries.js"
import { type Engine, readSide, seeded, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const types = [
  { studyType: "observational", studyTypeRaw: "관찰연구", observationalModelRaw: "코호트" },
  { studyType: "interventional", studyTypeRaw: "중재연구", phases: ["1", "2"], phaseRaw: "1/2상" },
  { studyType: "unknown", studyTypeRaw: "관찰  연구", observationalModel: "cohort" },
  {}
] as const
const places = [{ scope: "multi-center", scopeRaw: "Multi" }, { scopeRaw: "MULTI" }, {}] as const
const words = ["당뇨병", "Étude ﬁbrose", "100% _x_", "plain"]

/** A record whose fields are made by chance. */
const record = (id: string, random: () => number): SyntheticRecord => {
  const one = <A>(choices: ReadonlyArray<A>): A => choices[Math.floor(random() * choices.length)] as A // never empty
  return {
    id,
    title: `${one(words)} of ${id}`,
    department: one(["Cardiology", "심장내과", null]),
    leadInstitution: one(["서울대학교병원", null]),
    keywords: one([[], [one(words)]]),
    ...one(types),
    ...one(places)
  }
}

const idOf = (n: number): string => `T${String(n).padStart(4, "0")}`

const filters = (since: Instant): ReadonlyArray<TrialFilter> => [
  {},
  { missing: true },
  { q: "당뇨" },
  { q: "FIBROSE", missing: true },
  { title: "_x_", department: "cardio" },
  { institution: "대학교", registry: "alpha" },
  { studyType: "observational" },
  { studyType: "관찰연구" },
  { phase: "2" },
  { phase: "1/2상", q: "plain" },
  { observationalModel: "cohort" },
  { observationalModel: "코호트" },
  { scope: "multi" },
  { registry: "beta" },
  { updatedSince: since },
  { q: "nothing has this" }
]

/** The ids of a filter's trials as lists show them, with their registries, in the order of exports. */
const idsOf = (filter: TrialFilter) =>
  Effect.gen(function* () {
    const queries = yield* TrialQueries
    const found: Array<string> = []
    let cursor: string | undefined
    do {
      const page = yield* queries.list({ filter, sort: "id", limit: 100, cursor })
      found.push(...page.items.map(({ id, registry }) => `${registry}/${id}`))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return found.sort()
  })

/** What the lists show of each filter, each trial as it is by its id. */
const listed = (filters: ReadonlyArray<TrialFilter>) =>
  Effect.gen(function* () {
    const queries = yield* TrialQueries
    const whole = new Map<string, Trial>()
    for (const key of yield* idsOf({ missing: true })) {
      const [registry = "", id = ""] = key.split("/")
      whole.set(key, yield* queries.get({ registry, id }))
    }
    return yield* Effect.forEach(filters, (filter) =>
      Effect.map(idsOf(filter), (ids) => ids.map((key) => whole.get(key)))
    )
  })

const exported = (pin: Pin) =>
  Effect.gen(function* () {
    const queries = yield* ExportQueries
    const found = yield* Stream.runCollect(pages(pin, (after) => queries.page(pin, after)))
    return [...found].flatMap(({ trials }) => trials)
  })

/** As `exported`, with an hour after each page. */
const exportedSlowly = (pin: Pin) =>
  Effect.gen(function* () {
    const queries = yield* ExportQueries
    const read = (after: Key) => Effect.delay(queries.page(pin, after), "1 hour")
    return [...(yield* Stream.runCollect(pages(pin, read)))].flatMap(({ trials }) => trials)
  })

// Comparing thousands of objects takes longer than writing them.
const textOf = (trials: ReadonlyArray<Trial | undefined>): string =>
  trials.map((trial) => JSON.stringify(trial)).join("\n")

/** Exports: what they show while runs write. */
export const exportSuite = (engine: Engine) =>
  describe(`ExportQueries on ${engine.name}`, () => {
    it.scoped(
      "an export shows what the lists showed when it began, whatever runs write between its pages, and so does one as of then",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const random = seeded(11)
          const upstreams = ["alpha", "beta"].map(
            (name) =>
              new SyntheticUpstream(
                syntheticRegistry(name),
                Array.from({ length: 110 }, (_, n) => record(idOf(2 * n), random))
              )
          )
          /** A night on which each trial may be edited, go, come back or come. */
          const night = Effect.gen(function* () {
            yield* TestClock.adjust("1 day")
            for (const upstream of upstreams) {
              const present = new Map(upstream.records.map((each) => [each.id, each]))
              for (let n = 0; n < 220; n += 1) {
                const dice = random()
                const id = idOf(n)
                if (dice < 0.1) present.set(id, record(id, random))
                else if (dice < 0.2) present.delete(id)
              }
              upstream.records = [...present.values()]
              yield* syncFrom(upstream, { limits: { allowShrink: true } })
            }
          })
          const writer = yield* Layer.build(writeSide(database))
          const write = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, writer)
          yield* write(Effect.forEach(upstreams, (each) => syncFrom(each), { discard: true }))
          yield* write(night)
          const since = yield* now
          yield* write(night)
          const then = yield* now

          const read = Layer.provideMerge(ExportQueries.layer, readSide(database))
          yield* Effect.gen(function* () {
            const queries = yield* ExportQueries
            const wanted = filters(since)
            const shown = yield* listed(wanted)
            const before = shown.map(textOf)
            const begun = yield* Effect.forEach(wanted, (filter) =>
              Effect.gen(function* () {
                const pin = yield* queries.pin({ filter })
                return { filter, pin, during: yield* Effect.fork(exportedSlowly(pin)) }
              })
            )
            const sizes = shown.map((trials) => trials.length)
            expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(3)
            expect(sizes.at(-1)).toBe(0)
            expect(sizes[0]).toBeLessThan(sizes[1] ?? 0)
            for (let n = 0; n < 2; n += 1) {
              yield* TestClock.adjust("1 hour")
              yield* write(night)
            }
            yield* write(
              Remap.run(
                syntheticRegistry("alpha", {
                  mappingVersion: 2,
                  change: (content) => ({ ...content, department: null, acronym: "NEW" })
                })
              )
            )
            yield* TestClock.adjust("1 day")
            const after = (yield* listed(wanted)).map(textOf)
            expect(after).not.toEqual(before)
            for (const [n, { during, filter, pin }] of begun.entries()) {
              const name = JSON.stringify(filter)
              expect(textOf(yield* during), name).toBe(before[n])
              expect(textOf(yield* exported(pin)), name).toBe(before[n])
              const asOf = yield* queries.pin({ filter, asOf: then })
              expect(textOf(yield* exported(asOf)), name).toBe(before[n])
              const present = yield* queries.pin({ filter })
              expect(textOf(yield* exported(present)), name).toBe(after[n])
            }
          }).pipe(Effect.provide(read))
        }),
      60_000
    )

    it.scoped(
      "a word that no trial has is refused before anything is read, and a restored database cuts",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: "a" }])
          yield* Effect.provide(Effect.void, writeSide(database))
          yield* Effect.gen(function* () {
            const queries = yield* ExportQueries
            const empty = yield* queries.pin()
            expect(yield* exported(empty)).toEqual([])
            yield* Effect.provide(syncFrom(upstream), writeSide(database))
            // It began before there was anything.
            expect(yield* exported(empty)).toEqual([])
            for (const ask of [queries.pin, queries.heading]) {
              expect(yield* Effect.flip(ask({ filter: { scope: "nowhere" } }))).toMatchObject({
                _tag: "UnknownWord",
                filter: "scope"
              })
              expect(yield* Effect.flip(ask({ filter: { q: " " } }))).toMatchObject({
                _tag: "InvalidRequest"
              })
            }
            const pin = yield* queries.pin()
            expect(pin).toMatchObject(yield* queries.heading())
            expect(yield* exported(pin)).toMatchObject([{ id: "A" }])
            expect(yield* queries.size(pin)).toBe(1)
            for (const position of ["1:another", "2:another"])
              expect(yield* Effect.flip(exported({ ...pin, position }))).toMatchObject({
                _tag: "PositionGone"
              })
          }).pipe(Effect.provide(Layer.provideMerge(ExportQueries.layer, readSide(database))))
        })
    )
  })
