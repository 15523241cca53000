import { FindingSummary, kindOf, RejectedRecord } from "./Finding.js"
import { Schema } from "effect"
import { Instant } from "./Instant.js"
import { RegistryName } from "./Trial.js"

/** Compared with the previous proven run; null if there was none. */
const trend = {
  previous: Schema.NullOr(Schema.NonNegativeInt).annotations({
    description: "The count of the proven run before."
  }),
  delta: Schema.NullOr(Schema.Int).annotations({ description: "How far the count moved since then." })
}

/** A kind of finding, with its trend; its `count` is 0 if it went away. */
export const FindingTrend = Schema.Struct({ ...FindingSummary.fields, ...trend }).annotations({
  identifier: "FindingTrend"
})
export type FindingTrend = typeof FindingTrend.Type

/** What the last proven run of a registry found wrong with the data. */
export const Quality = Schema.Struct({
  registry: RegistryName,
  runId: Schema.NullOr(Schema.String).annotations({ description: "Null where no run was proven whole yet." }),
  finishedAt: Schema.NullOr(Instant),
  previousRunId: Schema.NullOr(Schema.String),
  findings: Schema.Array(FindingTrend),
  rejected: Schema.Struct({
    count: Schema.NonNegativeInt,
    ...trend,
    records: Schema.Array(RejectedRecord).annotations({ description: "Up to a thousand." })
  })
}).annotations({ identifier: "Quality" })
export type Quality = typeof Quality.Type

/** Compares the findings of a run with those of the previous proven run. A kind that went away has count 0. */
export const compare = (
  now: ReadonlyArray<FindingSummary>,
  before: ReadonlyArray<FindingSummary> | null
): ReadonlyArray<FindingTrend> => {
  if (before === null) return now.map((finding) => ({ ...finding, previous: null, delta: null }))
  const counts = new Map(before.map((finding) => [kindOf(finding), finding.count]))
  const present = new Set(now.map(kindOf))
  const gone = before.filter((finding) => !present.has(kindOf(finding)))
  const trendOf = (finding: FindingSummary, previous: number): FindingTrend => ({
    ...finding,
    previous,
    delta: finding.count - previous
  })
  return [
    ...now.map((finding) => trendOf(finding, counts.get(kindOf(finding)) ?? 0)),
    ...gone.map((finding) => trendOf({ ...finding, count: 0, examples: [] }, finding.count))
  ]
}
