import { expect, layer } from "@effect/vitest"
import { Context, Effect, Layer, Scope } from "effect"
import type { RunFailpoint } from "trials-domain/Failpoint"
import type { RunReport } from "trials-domain/Run"
import { describe } from "vitest"
import * as Scenario from "./Scenario.js"
import {
  difference,
  dumpOf,
  empty,
  type EngineName,
  engines,
  ledgerOf,
  ranked,
  type Store
} from "./Stores.js"

// The load takes a thousand rows at a time: only a larger registry has a moment between two of its pages.
const large = Scenario.long ? 2100 : 1100
const small = Scenario.long ? large : 60
const thousands = Math.ceil(large / 1000)

interface Moment {
  /** How often a run of this scenario passes it: it reads three pages twice; the last remapped page is empty. */
  readonly passes: number
  /** The pass at which the short form kills. */
  readonly nth: number
  /** What readers see after a kill there, and what the ledger says of that run after the next one. */
  readonly state: "before" | "after"
  readonly told: string | null
  readonly shortOn: ReadonlyArray<EngineName>
}

const moment = (
  passes: number,
  nth: number,
  state: Moment["state"],
  told: string | null,
  shortOn: ReadonlyArray<EngineName>
): Moment => ({ passes, nth, state, told, shortOn })

/** The failpoints of a list that carries whole records. */
type ListFailpoint = Exclude<RunFailpoint, "stage.details">

const moments: Readonly<Record<ListFailpoint, Moment>> = {
  migrate: moment(1, 1, "before", null, engines),
  lease: moment(1, 1, "before", null, ["SQLite"]),
  "ledger.begin": moment(1, 1, "before", "killed", ["SQLite"]),
  "extract.count": moment(2, 1, "before", "killed", ["SQLite"]),
  "extract.page": moment(6, 2, "before", "killed", ["SQLite"]),
  "stage.page": moment(6, 5, "before", "killed", ["SQLite"]),
  "stage.whole": moment(2, 1, "before", "killed", ["SQLite"]),
  "verify.read": moment(2, 2, "before", "killed", ["SQLite"]),
  "verify.checks": moment(1, 1, "before", "killed", ["SQLite"]),
  "load.begin": moment(1, 1, "before", "killed", ["SQLite"]),
  "load.remap": moment(thousands + 1, 1, "before", "killed", ["SQLite"]),
  "load.page": moment(thousands, 1, "before", "killed", engines),
  "load.absences": moment(1, 1, "before", "killed", ["SQLite"]),
  "load.ledger": moment(1, 1, "before", "killed", engines),
  "load.commit": moment(1, 1, "after", "complete", engines),
  "ledger.end": moment(1, 1, "after", "complete", ["SQLite"])
}

interface Kill extends Moment {
  readonly engine: EngineName
  readonly name: ListFailpoint
}

const names = Object.keys(moments).filter((name): name is ListFailpoint => name in moments)
const times = 3
const kills: ReadonlyArray<Kill> = engines.flatMap((engine) =>
  names.flatMap((name): ReadonlyArray<Kill> => {
    const at = { ...moments[name], engine, name }
    if (!Scenario.long) return at.shortOn.includes(engine) ? [at] : []
    return Array.from({ length: at.passes * times }, (_, n) => ({ ...at, nth: 1 + (n % at.passes) }))
  })
)

/** Databases before the run, and ranked dumps of what runs make of them without a kill. */
const world = (size: number) =>
  Effect.gen(function* () {
    const scenario = yield* Scenario.make(size)
    const prepared = (engine: EngineName) =>
      Effect.flatMap(scenario.before(empty[engine]), (store) =>
        Effect.map(dumpOf(store), (dump) => ({ dump, store }))
      )
    const scope = yield* Effect.scope
    const prepare = (engine: EngineName) => Effect.cached(Scope.extend(prepared(engine), scope))
    const before = { SQLite: yield* prepare("SQLite"), PostgreSQL: yield* prepare("PostgreSQL") }
    const counted = (store: Store, expected: Partial<RunReport["counts"]>) =>
      Effect.gen(function* () {
        expect(Scenario.expectComplete(yield* scenario.run(store))).toMatchObject(expected)
        return ranked(yield* dumpOf(store))
      })
    const { copy } = (yield* before.SQLite).store
    const store = yield* copy
    const afterOne = yield* Effect.cached(counted(store, Scenario.changesOf(size)))
    const afterTwo = yield* Effect.cached(
      Effect.zipRight(afterOne, counted(store, { edited: 0, disappeared: 1, unchanged: size + 1 }))
    )
    const afterFirst = yield* Effect.cached(
      Scope.extend(
        Effect.flatMap(empty.SQLite, (store) => counted(store, { created: size + 1 })),
        scope
      )
    )
    return { scenario, before, afterOne, afterTwo, afterFirst }
  })

class World extends Context.Tag("World")<World, Effect.Effect.Success<ReturnType<typeof world>>>() {}

const tests = (size: number, kills: ReadonlyArray<Kill>): void =>
  layer(Layer.scoped(World, world(size)), { excludeTestServices: true, timeout: "2 minutes" })(
    `in a registry of ${size} rows`,
    (it) => {
      it.scoped.each([...kills])(
        "at $name (pass $nth) on $engine leaves the state $state the run, and the next run completes",
        ({ engine, name, nth, state, told }) =>
          Effect.gen(function* () {
            const { afterFirst, afterOne, afterTwo, before, scenario } = yield* World
            const first = name === "migrate"
            const old = yield* before[engine]
            const store = yield* first ? empty[engine] : old.store.copy

            const killed = yield* scenario.start(store, { TRIALS_FAILPOINT: `${name}:${nth}` })
            expect(killed.stderr).toContain(`failpoint ${name}`)
            expect(killed.signal).toBe("SIGKILL")
            expect(yield* store.integrity).toBe("ok")
            const left = yield* dumpOf(store)
            if (first) expect(left).toBe("")
            else if (state === "before") expect(difference(left, old.dump)).toBeNull()
            else expect(difference(ranked(left), yield* afterOne)).toBeNull()

            const next = yield* scenario.run(store)
            expect(next.code, next.stderr).toBe(0)
            expect(yield* store.integrity).toBe("ok")
            const wanted = yield* first ? afterFirst : state === "before" ? afterOne : afterTwo
            expect(difference(ranked(yield* dumpOf(store)), wanted)).toBeNull()
            expect((yield* ledgerOf(store)).slice(first ? 0 : 2)).toEqual(
              told === null ? ["complete"] : [told, "complete"]
            )
          })
      )
    }
  )

describe.concurrent("a killed run", { timeout: 120_000 }, () => {
  const midLoad = ({ engine, name }: Kill) =>
    large > small && engine === "SQLite" && (name === "load.page" || name === "load.remap")
  tests(
    small,
    kills.filter((kill) => !midLoad(kill))
  )
  const rest = kills.filter(midLoad)
  if (rest.length > 0) tests(large, rest)
})
