import { Schema } from "effect"
import { shortened } from "./Text.js"

/** A value that could not be read as expected. The row is kept; the value becomes null or `unknown`. */
export const Finding = Schema.Struct({
  code: Schema.String.annotations({ description: "What is wrong, as in `duration-unparsable`." }),
  field: Schema.NullOr(Schema.String),
  value: Schema.NullOr(Schema.String)
})
export type Finding = typeof Finding.Type

/** A record that could not be read at all. It is not loaded; the ledger lists it with the reason. */
export const RejectedRecord = Schema.Struct({
  id: Schema.NullOr(Schema.String).annotations({ description: "The trial's id, where it could be read." }),
  reason: Schema.String
}).annotations({ identifier: "RejectedRecord" })
export type RejectedRecord = typeof RejectedRecord.Type

/** One kind of finding in one run: how many records have it, and up to a hundred of their ids. */
export const FindingSummary = Schema.Struct({
  code: Schema.String,
  field: Schema.NullOr(Schema.String),
  count: Schema.NonNegativeInt,
  examples: Schema.Array(Schema.Struct({ id: Schema.String, value: Schema.NullOr(Schema.String) }))
}).annotations({ identifier: "FindingSummary" })
export type FindingSummary = typeof FindingSummary.Type

const exampleLimit = 100

/** The key of a finding's kind. Findings without a field are distinguished by their value. */
export const kindOf = ({ code, examples, field }: FindingSummary): string =>
  JSON.stringify([code, field, field === null ? (examples[0]?.value ?? null) : null])

const mostFrequentFirst = (findings: ReadonlyArray<FindingSummary>): ReadonlyArray<FindingSummary> =>
  findings.toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))

/** Combines the findings of two parts of a read. A trial that is in both parts counts twice. */
export const combine = (
  one: ReadonlyArray<FindingSummary>,
  other: ReadonlyArray<FindingSummary>
): ReadonlyArray<FindingSummary> => {
  const kinds = new Map(one.map((finding) => [kindOf(finding), finding]))
  for (const finding of other) {
    const known = kinds.get(kindOf(finding))
    const examples = [...(known?.examples ?? []), ...finding.examples]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, exampleLimit)
    kinds.set(kindOf(finding), { ...finding, count: finding.count + (known?.count ?? 0), examples })
  }
  return mostFrequentFirst([...kinds.values()])
}

/** Groups findings by code and field, most frequent first, each with up to a hundred of its trials. */
export const summarize = (
  findings: ReadonlyArray<Finding & { readonly id: string }>
): ReadonlyArray<FindingSummary> => {
  const groups = new Map<string, { code: string; field: string | null; ids: Map<string, string | null> }>()
  for (const { code, field, id, value: whole } of findings) {
    const value = whole === null ? null : shortened(whole)
    const key = JSON.stringify([code, field, field === null ? value : null])
    const group = groups.get(key) ?? { code, field, ids: new Map() }
    groups.set(key, group)
    group.ids.set(id, value)
  }
  return mostFrequentFirst(
    [...groups.values()].map(({ code, field, ids }) => ({
      code,
      field,
      count: ids.size,
      examples: [...ids]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, exampleLimit)
        .map(([id, value]) => ({ id, value }))
    }))
  )
}
