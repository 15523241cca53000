import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, TestClock } from "effect"
import type { SyncOptions } from "../../pipeline/SyncOptions.js"
import * as Verify from "../../pipeline/Verify.js"
import type { Registry } from "../../registries/Registry.js"
import { dump } from "../../store/Dump.js"
import { lastSeq } from "../../store/Counters.js"
import { Failpoint, type FailpointName, type RunFailpoint } from "../../store/Failpoint.js"
import { type CensusRecord, censusRegistry, type CensusState, CensusUpstream } from "../CensusUpstream.js"
import { type Engine, startOfTime, syncFrom, writeSide } from "../Engine.js"

const size = 40
const pageSize = 20

/** A point of a run, and at which pass of it the run dies. */
type Moment = readonly [point: RunFailpoint, pass: number]

/** What the registry says in a night, and how it is asked. */
interface Night {
  readonly registry: Registry
  readonly state: CensusState
  readonly options?: SyncOptions
}

const dayOf = (night: number): string => new Date(Date.UTC(2026, 10, 1 + night)).toISOString().slice(0, 10)

/**
 * The registry of a night: each night edits a ninth of the trials, and takes another one out of the list for three nights.
 * How often a trial was edited without its listing showing it is for the caller.
 */
const stateOf = (night: number, hidden = 0): CensusState => ({
  stamp: `${dayOf(night)}T09:00:00`,
  records: Array.from({ length: size }, (_, n): CensusRecord => {
    const edits = Math.floor((night + (n % 9)) / 9)
    return {
      id: `T${String(n).padStart(4, "0")}`,
      title: `Trial ${n}, ${edits}`,
      updated: dayOf(Math.max(0, 9 * edits - (n % 9))),
      detail: `detail ${n}, ${n % 7 === 0 ? hidden : 0}`
    }
  }).filter((_, n) => night === 0 || ![0, 1, 2].some((before) => n === (night - before + size) % size))
})

/** The same registry, read by a mapping that says its number in every trial. */
const mappedAnew = (version: number): Registry => {
  const registry = censusRegistry("mapped", { mappingVersion: version })
  return {
    ...registry,
    transform: (record) =>
      Either.map(registry.transform(record), (mapped) => ({
        ...mapped,
        content: { ...mapped.content, acronym: `by ${version}` }
      }))
  }
}

/** Every point that a census passes, whatever the kind of the run. */
const usual: ReadonlyArray<Moment> = [
  ["lease", 1],
  ["ledger.begin", 1],
  ["extract.count", 1],
  ["extract.page", 1],
  ["extract.page", 2],
  ["stage.page", 1],
  ["stage.page", 2],
  ["stage.whole", 1],
  ["verify.read", 1],
  ["stage.details", 1],
  ["verify.checks", 1],
  ["load.begin", 1],
  ["load.page", 1],
  ["load.absences", 1],
  ["load.ledger", 1],
  ["load.commit", 1],
  ["ledger.end", 1]
]

const committed: ReadonlyArray<RunFailpoint> = ["load.commit", "ledger.end"]

const kinds: ReadonlyArray<{
  readonly kind: string
  readonly moments: ReadonlyArray<Moment>
  readonly night: (n: number) => Night
}> = [
  {
    kind: "a first run",
    moments: [...usual, ["stage.details", 2]],
    night: (n) => ({ registry: censusRegistry(`first-${n}`), state: stateOf(0) })
  },
  {
    // Every second one reads all of it, and every third one by a new mapping.
    kind: "a later run",
    moments: [...usual.slice(0, 2), ["load.remap", 1], ...usual.slice(2), ["stage.details", 2]],
    night: (n) => ({
      registry: mappedAnew(1 + Math.floor(n / 3)),
      state: stateOf(n, n - 1 + (n % 2)),
      options: { full: n % 2 === 1 }
    })
  }
]

const withoutRuns = (text: string): string => text.replace(/"run_id":"[^"]+"/g, "")

const runOf = ({ options, registry, state }: Night) =>
  syncFrom(new CensusUpstream(registry, state, pageSize), options)

const verified = (registry: Registry) =>
  Effect.map(Verify.run([registry], { others: false }), ({ mismatches }) => expect(mismatches).toEqual([]))

/** Runs of a census that die, each at another point. */
export const censusKills = (engine: Engine) =>
  describe(`A census that is killed, on ${engine.name}`, () => {
    it.scoped.each(kinds)(
      "at any point of $kind, goes on to what a run does that was not killed",
      ({ moments, night }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const [killed, calm] = [yield* engine.database, yield* engine.database]
          const whole = Effect.map(dump(), withoutRuns)
          const nights = (isKilled: boolean) =>
            Effect.forEach([null, ...moments], (death, n) =>
              Effect.gen(function* () {
                yield* TestClock.setTime(startOfTime + n * 86_400_000)
                const before = yield* lastSeq
                if (death !== null) {
                  const [point, pass] = death
                  let passed = 0
                  const dies = (name: FailpointName) => {
                    if (name === point) passed += 1
                    return isKilled && name === point && passed === pass
                      ? Effect.dieMessage("killed")
                      : Effect.void
                  }
                  // Where the load is committed, the next run is another one.
                  const isCommitted = committed.includes(point)
                  if (isKilled || isCommitted)
                    yield* Effect.exit(Effect.provideService(runOf(night(n)), Failpoint, dies))
                  if (isKilled) {
                    expect(passed, `passes of ${point}`).toBe(pass)
                    expect((yield* lastSeq) > before, `loaded, when killed at ${point}`).toBe(isCommitted)
                  }
                }
                yield* runOf(night(n))
                return yield* lastSeq
              })
            ).pipe(Effect.zip(whole))
          const [disturbed, then] = yield* Effect.provide(nights(true), writeSide(killed))
          const [undisturbed, calmly] = yield* Effect.provide(
            Effect.zipLeft(nights(false), verified(night(moments.length).registry)),
            writeSide(calm)
          )
          expect(disturbed).toEqual(undisturbed)
          expect(then).toBe(calmly)
        }),
      60_000
    )
  })
