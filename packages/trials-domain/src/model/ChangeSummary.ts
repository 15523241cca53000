import { Schema } from "effect"
import { ChangeKind } from "./Change.js"
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

/** What of a change is counted. */
export interface CountedChange {
  readonly registry: string
  readonly kind: ChangeKind
  readonly silent: boolean
  readonly observedAt: string
  /** The names of the fields that it moved. */
  readonly fields: ReadonlyArray<string>
}

const tally = <A extends string>(values: Iterable<A>) => {
  const counts = new Map<A, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count }))
}

type Count = ReturnType<typeof tally>[number]

const frequentFirst = (a: Count, b: Count): number => b.count - a.count || (a.value < b.value ? -1 : 1)
const newestFirst = (a: Count, b: Count): number => (a.value < b.value ? 1 : -1)

/** Counts changes. `complete`: whether these are all that there are. */
export const summarize = (changes: ReadonlyArray<CountedChange>, complete: boolean): ChangeSummary => ({
  counted: changes.length,
  complete,
  silent: changes.filter(({ silent }) => silent).length,
  kinds: tally(changes.map(({ kind }) => kind)).sort(frequentFirst),
  fields: tally(changes.flatMap(({ fields }) => [...new Set(fields)])).sort(frequentFirst),
  registries: tally(changes.map(({ registry }) => registry)).sort(frequentFirst),
  days: tally(changes.map(({ observedAt }) => observedAt.slice(0, 10))).sort(newestFirst)
})
