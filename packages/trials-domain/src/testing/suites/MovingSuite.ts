import { describe, expect, it } from "@effect/vitest"
import { SqlClient } from "@effect/sql"
import { Effect, TestClock } from "effect"
import type { Proof } from "../../model/Run.js"
import { RunLedger } from "../../store/RunLedger.js"
import { type Engine, seeded, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { below, changed, listOf, type Pattern, patterns, pick } from "./MovingPatterns.js"
import { areSame, type List, MovingRegistry } from "./MovingRegistry.js"

const recordOf = ({ id, title }: List[number]): string => JSON.stringify([id, title])

/** Whether no other trial is before a trial in one list, and after it in another. */
const keptItsPlace = (id: string, lists: ReadonlyArray<List>): boolean => {
  const places = lists.map((list) => new Map(list.map((record, n) => [record.id, n] as const).reverse()))
  const others = new Set(lists.flatMap((list) => list.map((record) => record.id)))
  others.delete(id)
  return [...others].every((other) => {
    const sides = places.flatMap((place) => {
      const [mine, its] = [place.get(id), place.get(other)]
      return mine === undefined || its === undefined ? [] : [its < mine]
    })
    return new Set(sides).size < 2
  })
}

/** What a proof claims and what was sent do not agree: what is wrong; null if they do. */
const broken = (
  proof: Proof | null,
  notes: ReadonlyArray<string>,
  moving: MovingRegistry,
  loaded: List
): string | null => {
  const read = moving.rowsOf()
  const seen = new Set(loaded.map(recordOf))
  const sent = new Set(read.map(recordOf))
  if (seen.size !== sent.size || [...seen].some((record) => !sent.has(record)))
    return "what was loaded is not what the last read contained"
  const once = (list: List) => [...new Map(list.map((record) => [recordOf(record), record])).values()]
  if (proof !== "two-reads") {
    return moving.listsOf(1).some((list) => areSame(once(list), loaded)) ? null : "it never was one state"
  }
  if (!areSame(read, moving.rowsOf(1))) return "the reads did not say the same"
  const lists = moving.listsOf(notes.some((note) => note.startsWith("3 reads agreed")) ? 3 : 2)
  const ids = lists.map((list) => new Set(list.map(({ id }) => id)))
  const loadedIds = new Set(loaded.map(({ id }) => id))
  const missed = (lists[0] ?? []).find(
    ({ id }) => !loadedIds.has(id) && ids.every((each) => each.has(id)) && keptItsPlace(id, lists)
  )
  return missed === undefined ? null : `${missed.id} was in every list, in its place, and is not loaded`
}

/** What the last proven run saw, according to the database. */
export const lastSeen = (registry: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ id: string; title: string }>`SELECT id, title FROM trials t
      WHERE registry = ${registry} AND missing_since IS NULL
        AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.registry = t.registry AND a.id = t.id)
      ORDER BY id`
  )

/** A seed's registry over its nights: the first stands still, on the others the pattern's list moves. */
const nights = 3

interface Seed {
  readonly number: number
  readonly pattern: Pattern
}

/** What is wrong with the runs of a seed, and how many of them were proven. */
const runsOf = ({ number, pattern }: Seed) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const ledger = yield* RunLedger
    const random = seeded(number * 7919 + 1)
    for (let warm = 0; warm < 5; warm += 1) random()
    const pageSize = 20 + below(random, 5)
    const pages = pick(random, [2, 3, 4, 12])
    const name = `moving-${number}`
    const what = `${name}, which ${pattern.name}, in ${pages} pages of ${pageSize}`
    let list = listOf((pages - 1) * pageSize + 2 + below(random, pageSize - 1))
    yield* syncFrom(new MovingRegistry(name, 1000, () => list))
    const moving = new MovingRegistry(name, pageSize, () => list)
    moving.isStamped = number % 5 === 4
    let known = yield* lastSeen(name)
    const everSeen = new Set(known.map(({ id }) => id))
    const missing = new Set<string>()
    const refuted: Array<string> = []
    let proven = 0
    let disappeared = 0
    for (let night = 1; night < nights; night += 1) {
      list = changed(list, random)
      moving.begin(pattern.answers(list, random, pageSize))
      const report = yield* syncFrom(moving, { limits: { allowShrink: true } })
      const seen = yield* lastSeen(name)
      const gone = yield* sql<{ id: string }>`SELECT id FROM trial_versions
        WHERE registry = ${name} AND run_id = ${report.runId} AND kind = 'disappeared' ORDER BY id`
      const refute = (why: string) => refuted.push(`${what}, night ${night}: ${why}`)
      if (report.reason !== null) {
        if (pattern.isProven && !(moving.isStamped && pattern.isRepeated === true))
          refute(report.reason.message)
        if (!areSame(seen, known) || gone.length > 0) refute("it loaded something")
        continue
      }
      proven += 1
      const last = yield* ledger.lastLoaded(name)
      const wrong = broken(last?.proof ?? null, last?.notes ?? [], moving, seen)
      if (wrong !== null) refute(`${last?.proof}: ${wrong}`)
      const present = new Set([...known, ...seen].map(({ id }) => id))
      const expected = [...everSeen].filter((id) => !present.has(id) && !missing.has(id)).sort()
      if (gone.map(({ id }) => id).join() !== expected.join())
        refute("other trials disappeared than were missed twice")
      for (const id of expected) missing.add(id)
      for (const { id } of seen) {
        everSeen.add(id)
        missing.delete(id)
      }
      disappeared += gone.length
      known = seen
    }
    return { refuted, proven, disappeared }
  })

/** What runs make of registries that move, or that are several. */
export const movingSuite = (engine: Engine, runs: number) =>
  describe(`Registries that move, on ${engine.name}`, () => {
    it.scoped(
      `of ${runs} seeded runs, every proof holds what its name says, and only what two of them lack disappears`,
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const seeds = patterns.flatMap((pattern, n) =>
            Array.from({ length: Math.ceil(runs / (nights - 1) / patterns.length) }, (_, round) => ({
              number: round * patterns.length + n,
              pattern
            }))
          )
          const ended = yield* Effect.provide(Effect.forEach(seeds, runsOf), writeSide(database))
          expect(ended.flatMap(({ refuted }) => refuted)).toEqual([])
          // Otherwise the test shows nothing.
          const sumOf = (of: "proven" | "disappeared") => ended.reduce((sum, each) => sum + each[of], 0)
          expect(sumOf("proven")).toBeGreaterThan(runs / 3)
          expect(sumOf("disappeared")).toBeGreaterThan(runs / 50)
        }),
      Math.max(60_000, runs * 500)
    )
  })
