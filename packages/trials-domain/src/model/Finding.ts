import { Schema } from "effect"
import { shortened } from "./Text.js"

/** A value that could not be read as expected. The row is kept; the value becomes null or `unknown`. */
export const Finding = Schema.Struct({
  code: Schema.String.annotations({ description: "What is wrong, as in `duration-unparsable`." }),
  /** The field of the content; null if the finding is about the whole record. */
  field: Schema.NullOr(Schema.String),
  /** What the registry wrote, as far as it helps. */
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

/** How many kinds of a code without a field are named; the others are one kind, without a value. */
export const namedKinds = 100

const mostFrequentFirst = (findings: ReadonlyArray<FindingSummary>): ReadonlyArray<FindingSummary> =>
  findings.toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))

/** Adds a finding to that of its kind. */
const add = (kinds: Map<string, FindingSummary>, finding: FindingSummary): void => {
  const kind = kindOf(finding)
  const known = kinds.get(kind)
  const examples = [...(known?.examples ?? []), ...finding.examples]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, exampleLimit)
  kinds.set(kind, { ...finding, count: finding.count + (known?.count ?? 0), examples })
}

/** Merges the kinds beyond those that are named, so that no summary grows with the names that are found. */
const withoutEnd = (findings: Iterable<FindingSummary>): ReadonlyArray<FindingSummary> => {
  const named = new Map<string, number>()
  const kinds = new Map<string, FindingSummary>()
  for (const finding of mostFrequentFirst([...findings])) {
    const { code, examples, field } = finding
    const isNamed = field === null && examples[0]?.value != null
    const before = named.get(code) ?? 0
    if (isNamed) named.set(code, before + 1)
    const isOther = isNamed && before >= namedKinds
    add(kinds, isOther ? { ...finding, examples: examples.map(({ id }) => ({ id, value: null })) } : finding)
  }
  return mostFrequentFirst([...kinds.values()])
}

/** Combines the findings of two parts of a read. A trial that is in both parts counts twice. */
export const combine = (
  one: ReadonlyArray<FindingSummary>,
  other: ReadonlyArray<FindingSummary>
): ReadonlyArray<FindingSummary> => {
  const kinds = new Map(one.map((finding) => [kindOf(finding), finding]))
  for (const finding of other) add(kinds, finding)
  return withoutEnd(kinds.values())
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
  return withoutEnd(
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
