import { Schema } from "effect"
import { ChangeKind, type FieldChange } from "./Change.js"
import { RegistryName } from "./Trial.js"

/** Up to how many changes are counted by what they are. */
export const mostCounted = 10_000

const counts = <A extends string>(value: Schema.Schema<A>, description: string) =>
  Schema.Array(Schema.Struct({ value, count: Schema.NonNegativeInt })).annotations({ description })

/** Changes counted by what they are. */
export const ChangeSummary = Schema.Struct({
  counted: Schema.NonNegativeInt.annotations({
    description: "How many changes were counted: all of them, or the newest 10,000."
  }),
  complete: Schema.Boolean.annotations({ description: "Whether these are all." }),
  silent: Schema.NonNegativeInt.annotations({
    description: "How many are edits whose registry did not move its own update date."
  }),
  kinds: counts(ChangeKind, "By kind, the most frequent first."),
  fields: counts(
    Schema.String,
    "By the field that changed, the most frequent first; a change of several fields counts under each of them."
  ),
  registries: counts(RegistryName, "By registry, the most frequent first."),
  days: counts(Schema.String, "By the day (UTC) on which they were observed, the newest first.")
}).annotations({ identifier: "ChangeSummary" })
export type ChangeSummary = typeof ChangeSummary.Type

/** Changes that are alike but for the fields that they moved. */
export interface AlikeChanges {
  readonly registry: string
  readonly kind: ChangeKind
  readonly silent: boolean
  /** The day (UTC) on which they were observed, as in `2026-11-05`. */
  readonly day: string
  readonly count: number
}

const tally = <A extends string>(values: Iterable<readonly [value: A, count: number]>) => {
  const counts = new Map<A, number>()
  for (const [value, count] of values) counts.set(value, (counts.get(value) ?? 0) + count)
  return [...counts].map(([value, count]) => ({ value, count }))
}

type Count = ReturnType<typeof tally>[number]

const frequentFirst = (a: Count, b: Count): number => b.count - a.count || (a.value < b.value ? -1 : 1)
const newestFirst = (a: Count, b: Count): number => (a.value < b.value ? 1 : -1)

/**
 * Counts changes. `moved`: the fields that each of them moved, where it moved any. `complete`: whether these are all that
 * there are.
 */
export const summarize = (
  alike: ReadonlyArray<AlikeChanges>,
  moved: ReadonlyArray<ReadonlyArray<string>>,
  complete: boolean
): ChangeSummary => {
  const total = (some: ReadonlyArray<AlikeChanges>) => some.reduce((sum, { count }) => sum + count, 0)
  const by = <A extends string>(of: (each: AlikeChanges) => A) =>
    tally(alike.map((each) => [of(each), each.count] as const))
  return {
    counted: total(alike),
    complete,
    silent: total(alike.filter(({ silent }) => silent)),
    kinds: by(({ kind }) => kind).sort(frequentFirst),
    fields: tally(moved.flatMap((fields) => [...new Set(fields)].map((field) => [field, 1] as const))).sort(
      frequentFirst
    ),
    registries: by(({ registry }) => registry).sort(frequentFirst),
    days: by(({ day }) => day).sort(newestFirst)
  }
}

/** Counts versions one by one. */
export const countedOf = (
  versions: ReadonlyArray<
    Omit<AlikeChanges, "day" | "count"> & {
      readonly observedAt: string
      readonly changes: ReadonlyArray<FieldChange>
    }
  >
): ChangeSummary =>
  summarize(
    versions.map(({ kind, observedAt, registry, silent }) => ({
      registry,
      kind,
      silent,
      day: observedAt.slice(0, 10),
      count: 1
    })),
    versions.map(({ changes }) => changes.map(({ field }) => field)),
    true
  )
