import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Either, Effect, FastCheck as fc, Layer, Schema, TestClock } from "effect"
import { contentFields, TrialContent } from "../../model/Trial.js"
import * as Remap from "../../pipeline/Remap.js"
import * as Verify from "../../pipeline/Verify.js"
import { RegistryQueries } from "../../queries/RegistryQueries.js"
import { RunQueries } from "../../queries/RunQueries.js"
import { TrialQueries } from "../../queries/TrialQueries.js"
import { VersionQueries } from "../../queries/VersionQueries.js"
import * as Registry from "../../registries/Registry.js"
import { type Engine, readSide, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { SyntheticUpstream } from "../SyntheticRegistry.js"

/** A list that is written as something else, as an object with state may be. */
const twoFaced = Object.assign(["one"], { toJSON: () => "another" })

/** What an adapter returns that its types do not allow, or that no field can hold. */
const wrong: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    " ",
    "a\0b",
    "\ud800",
    "next spring",
    "2026-02-30",
    "2026-13",
    "javascript:alert(1)",
    1.5,
    -1,
    2 ** 31,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
    true,
    [null, 1, "a\0", "fine"],
    { value: 1 },
    { sex: "any", criteria: "a\0b", masking: "double", healthyVolunteers: "no" },
    [{ name: "n", type: "?" }, { label: "" }, { measure: 5 }, { raw: "r", kind: "nct" }, twoFaced],
    new Date(0),
    twoFaced,
    Symbol("s"),
    10n
  ),
  fc.jsonValue()
)

const contents = Arbitrary.make(Schema.Struct(TrialContent.fields))

/** A content as an adapter may return it: some of its fields have values that they cannot have, or are lacking. */
const anyContent: fc.Arbitrary<unknown> = fc
  .tuple(contents, fc.dictionary(fc.constantFrom(...contentFields), wrong, { maxKeys: 4 }))
  .map(([content, values]) => ({ ...content, ...values }))

const findings: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.constant([]), weight: 9 },
  fc.constantFrom<unknown>([{ code: 5 }], "none", [{ code: "c", field: "f", value: "v" }], [null])
)

/** What a mapping may do with the record of a number. */
const outcomes: fc.Arbitrary<(id: string) => unknown> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.tuple(anyContent, findings).map(
      ([content, found]) =>
        (id: string) =>
          Either.right({ id, content, findings: found })
    )
  },
  fc.constantFrom<(id: string) => unknown>(
    () => null,
    () => Either.right(null),
    () => Either.left(null),
    () => Either.left({ id: 5, reason: null }),
    (id) => Either.left({ id, reason: "not read" }),
    (id) => Either.right({ id, content: null, findings: [] }),
    (id) => Either.right({ id: `${id}\0`, content: TrialContent.make({ title: "t" }), findings: [] }),
    (id) =>
      Either.right({
        id: `${id}${"x".repeat(300)}`,
        content: TrialContent.make({ title: "t" }),
        findings: []
      }),
    (id) =>
      Either.right({ id: Number(id.slice(1)), content: TrialContent.make({ title: "t" }), findings: [] }),
    () => {
      throw new Error("the mapping's own")
    },
    () => {
      // oxlint-disable-next-line no-throw-literal -- anything can be thrown
      throw null
    }
  )
)

const trials = 30

/** A registry whose mapping does with each record what it will. */
const registryOf = (does: ReadonlyArray<(id: string) => unknown>, mappingVersion = 1) =>
  Registry.make({
    name: "careless",
    mappingVersion,
    transform: (record) => {
      const { id } = record as { readonly id: string } // the upstream sends nothing else
      // An adapter's own code: the compiler knows no more of it.
      return does[Number(id.slice(1))]?.(id) as ReturnType<Registry.Registry["transform"]>
    }
  })

/** Everything that is read of a database. */
const everything = Effect.gen(function* () {
  const queries = yield* TrialQueries
  const versions = yield* VersionQueries
  const runs = yield* RunQueries
  const { items } = yield* queries.list({ limit: 100 })
  for (const { id, registry } of items) {
    const trial = yield* queries.get({ registry, id })
    yield* versions.history({ registry, id })
    yield* versions.asOf({ registry, id, instant: trial.updatedAt })
  }
  const feed = yield* versions.changes({ limit: 1000 })
  const ledger = yield* runs.list()
  for (const { runId } of ledger.items) yield* runs.get({ runId })
  yield* Effect.flatMap(RegistryQueries, ({ list }) => list)
  yield* Effect.flatMap(RegistryQueries, ({ quality }) => quality({ registry: "careless" }))
  return { trials: items.length, changes: feed.items.length }
})

/** Whatever an adapter returns is rejected, or stored so that it can be read. */
export const valueSuite = (engine: Engine) =>
  describe(`Values on ${engine.name}`, () => {
    it.scoped("whatever a mapping returns is rejected or can be read, and verify finds nothing wrong", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const database = yield* engine.database
        const all = fc.sample(outcomes, { numRuns: trials * 4, seed: 13 })
        const records = Array.from({ length: trials }, (_, n) => ({ id: `T${n}`, title: "unread" }))
        const reading = Layer.mergeAll(
          readSide(database),
          Layer.provide(Layer.merge(RunQueries.layer, RegistryQueries.layer()), database.reader)
        )
        for (let night = 0; night < 3; night += 1) {
          const registry = registryOf(all.slice(night * trials, (night + 1) * trials))
          const upstream = new SyntheticUpstream(registry, records)
          const limits = { reject: 1, shrink: 0 }
          const { counts, reason } = yield* Effect.provide(
            syncFrom(upstream, { limits }),
            writeSide(database)
          )
          expect(reason).toBeNull()
          expect(counts.rejected).toBeGreaterThan(0)
          yield* TestClock.adjust("1 day")
        }
        const read = yield* Effect.provide(everything, reading)
        expect(read.trials).toBeGreaterThan(trials / 3)
        expect(read.changes).toBeGreaterThanOrEqual(read.trials)
        // A mapping that is careless in another way may also be applied to what is stored.
        const remapped = yield* Effect.provide(
          Remap.run(registryOf(all.slice(3 * trials), 2)),
          writeSide(database)
        )
        expect(remapped.counts.remapped).toBeGreaterThan(trials / 3)
        expect(remapped.counts.rejected).toBeGreaterThan(0)
        const entered = yield* Effect.provide(
          Effect.flatMap(RunQueries, ({ get }) => get({ runId: remapped.runId })),
          reading
        )
        expect(entered.findings.map(({ code }) => code)).toContain("value-invalid")
        yield* Effect.provide(everything, reading)
        const { mismatches } = yield* Effect.provide(Verify.run([]), writeSide(database))
        expect(mismatches).toMatchObject([{ registry: "careless", code: "unknown-registry" }])
      })
    )
  })
