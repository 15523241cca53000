import { describe, expect, it } from "@effect/vitest"
import { SqlClient } from "@effect/sql"
import { Effect, Either, TestClock } from "effect"
import { RunLedger } from "../../store/RunLedger.js"
import { censusRegistry, type CensusRecord, type CensusState, CensusUpstream } from "../CensusUpstream.js"
import { type Engine, seeded, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { CensusWorld, movements } from "./CensusWorld.js"
import { below, pick } from "./MovingPatterns.js"

const nights = 5

const listingOf = ({ title, updated }: Pick<CensusRecord, "title" | "updated">): string =>
  JSON.stringify([title, updated])

const recordOf = ({ detail, id, title, updated }: CensusRecord): string =>
  JSON.stringify([id, title, updated, detail])

/** What a proven run read, as far as it can be known from outside. */
interface Read {
  readonly state: CensusState
  /** Whether no page of its list was of another state of the same day: the registry's pages state only the day. */
  readonly isKnown: boolean
}

interface Stored {
  readonly id: string
  readonly content: string
  readonly missing: string | null
  /** The run that missed it first, if it was missed once. */
  readonly missedBy: string | null
  /** Whether its record is known to say what the list says; null for a trial that has no listing. */
  readonly detailed: number | null
}

/** What is stored of a registry, of trials that have a record and of those that wait for one. */
const storedOf = (registry: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (
      sql
    ) => sql<Stored>`SELECT t.id, v.content, t.missing_since AS missing, a.run_id AS "missedBy", k.detailed
      FROM trials t JOIN trial_versions v ON v.registry = t.registry AND v.id = t.id AND v.version = t.version
      LEFT JOIN absences a ON a.registry = t.registry AND a.id = t.id
      LEFT JOIN trial_listings k ON k.registry = t.registry AND k.id = t.id
      WHERE t.registry = ${registry} ORDER BY t.id`
  )

const writtenBy = (runId: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ id: string; kind: string }>`SELECT id, kind FROM trial_versions
      WHERE run_id = ${runId} ORDER BY id, version`
  )

const recordIn = (id: string, content: string): CensusRecord => {
  // As the registry's mapping writes it.
  const { officialTitle, registryUpdatedDate, title } = JSON.parse(content) as Record<string, string>
  return { id, title: title ?? "", updated: registryUpdatedDate ?? "", detail: officialTitle ?? "" }
}

/** What is wrong with the runs of a world, and how many of them were proven, and proven beyond doubt. */
const runsOf = (seed: number) =>
  Effect.gen(function* () {
    const random = seeded(seed * 7919 + 1)
    for (let warm = 0; warm < 5; warm += 1) random()
    const name = `moving-${seed}`
    const ledger = yield* RunLedger
    const world = new CensusWorld(random)
    const upstream = new CensusUpstream(censusRegistry(name), world.now, 20 + below(random, 40))
    const said = new Map<string, Set<string>>()
    const refuted: Array<string> = []
    const found = { proven: 0, known: 0, disappeared: 0, unmoved: 0 }
    const reads = new Map<string, Read>()
    let last: Read = { state: world.now, isKnown: true }
    for (let night = 0; night < nights; night += 1) {
      yield* TestClock.adjust("1 day")
      const movement = night === 0 ? "stands still" : pick(random, movements)
      const refute = (why: string) => refuted.push(`${name}, night ${night}, which ${movement}: ${why}`)
      if (night > 0 && random() < 0.6) world.move()
      world.begin(upstream, movement)
      upstream.unserved.clear()
      upstream.merged.clear()
      for (const { id } of world.now.records) {
        if (random() < 0.01) upstream.unserved.add(id)
        else if (random() < 0.005) upstream.merged.set(id, pick(random, world.now.records).id)
      }
      const before = yield* storedOf(name)
      const report = yield* Effect.either(
        syncFrom(upstream, {
          limits: { reject: 0.05, allowShrink: true, allowOlder: random() < 0.2 },
          full: random() < 0.2
        })
      )
      for (const { records } of world.states)
        for (const record of records) {
          const of = said.get(record.id) ?? new Set()
          said.set(record.id, of.add(recordOf(record)))
        }
      const after = yield* storedOf(name)
      if (Either.isLeft(report) || report.right.reason !== null) {
        if (JSON.stringify(after) !== JSON.stringify(before)) refute("it failed and changed something")
        continue
      }
      const { revision, runId } = report.right
      const run = yield* ledger.lastLoaded(name)
      const state = world.states.find(({ stamp }) => stamp === revision?.id)
      if (state === undefined || run?.dataTimestamp !== state.stamp) {
        refute(`it names ${revision?.id}, and read ${run?.dataTimestamp}`)
        continue
      }
      const pages = pagesOf(world, run.resumedPages > 0)
      const isUnmoved = run.counts.extracted === 0
      const isKnown = isUnmoved ? last.isKnown : pages.every((page) => page === state)
      if (!isUnmoved && pages.some(({ stamp }) => stamp.slice(0, 10) !== state.stamp.slice(0, 10)))
        refute("a page was of another day")
      last = { state, isKnown }
      reads.set(runId, last)
      found.proven += 1
      if (isUnmoved) found.unmoved += 1
      if (!isKnown) continue
      found.known += 1
      const listed = new Map(state.records.map((record) => [record.id, listingOf(record)]))
      const stored = new Map(after.map((each) => [each.id, each]))
      const missedBy = new Map(before.map(({ id, missedBy }) => [id, missedBy]))
      for (const { id, kind } of yield* writtenBy(runId)) {
        const record = recordIn(id, stored.get(id)?.content ?? "{}")
        if (kind === "disappeared") {
          found.disappeared += 1
          const first = reads.get(missedBy.get(id) ?? "")
          if (listed.has(id)) refute(`${id} is listed, and disappeared`)
          if (first === undefined) refute(`${id} disappeared, and no run had missed it`)
          else if (first.isKnown && first.state.records.some((each) => each.id === id))
            refute(`${id} disappeared, and was listed when it was first missed`)
          else if (first.state.stamp === state.stamp) refute(`${id} was missed twice in one state`)
          continue
        }
        // A trial that is listed again is back, also if its new record is lacking.
        const isLacking = kind === "reappeared" && listed.has(id) && stored.get(id)?.detailed === 0
        if (!isLacking && listed.get(id) !== listingOf(record))
          refute(`${id} was ${kind}, and is not what the list said`)
        if (said.get(id)?.has(recordOf(record)) !== true) refute(`${id} was ${kind}, and nobody said so`)
      }
      let lacking = 0
      for (const { content, detailed, id, missedBy, missing } of after) {
        const isMissed = missing !== null || missedBy !== null
        if (listed.has(id) === isMissed)
          refute(`${id} is ${isMissed ? "missed, and listed" : "neither listed nor missed"}`)
        if (!listed.has(id)) continue
        if (detailed === 0) lacking += 1
        else if (listed.get(id) !== listingOf(recordIn(id, content)))
          refute(`${id} is not what the list says, and nobody asks for it again`)
      }
      const waiting = state.records.filter(({ id }) => !stored.has(id)).length
      if (waiting + lacking > 0.05 * state.records.length)
        refute(`${waiting + lacking} trials lack their record`)
    }
    return { refuted, found }
  })

/** The states of which the pages of the list that a run used were cut: of its last read, or of all reads that it may have used. */
const pagesOf = ({ answered }: CensusWorld, isResumed: boolean): ReadonlyArray<CensusState> => {
  const lastPage = answered.findLastIndex(({ what }) => what === "page")
  const start = answered.findLastIndex(({ what }, n) => what === "count" && n < lastPage)
  return answered.flatMap(({ state, what }, n) =>
    what === "page" && (isResumed || n > start) ? [state] : []
  )
}

/** What runs make of registries with a census that move, or that are several. */
export const censusMoving = (engine: Engine, worlds: number) =>
  describe(`A census of registries that move, on ${engine.name}`, () => {
    it.scoped(
      `in ${worlds} seeded worlds, loads what the registry said at the timestamp that the run names, and nothing else`,
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const ended = yield* Effect.provide(
            Effect.forEach(
              Array.from({ length: worlds }, (_, seed) => seed),
              runsOf
            ),
            writeSide(database)
          )
          expect(ended.flatMap(({ refuted }) => refuted)).toEqual([])
          // Otherwise the test shows nothing.
          const sumOf = (of: "proven" | "known" | "disappeared" | "unmoved") =>
            ended.reduce((sum, { found }) => sum + found[of], 0)
          expect(sumOf("proven")).toBeGreaterThan(worlds * 2)
          expect(sumOf("known")).toBeGreaterThan(worlds * 1.5)
          expect(sumOf("disappeared")).toBeGreaterThan(worlds / 10)
          expect(sumOf("unmoved")).toBeGreaterThan(worlds / 10)
        }),
      Math.max(60_000, worlds * 4000)
    )
  })
