import type { Finding, RejectedRecord } from "../model/Finding.js"
import { Either } from "effect"
import { toText } from "../model/Content.js"
import type { MappedRecord, Registry, RegistryRecord } from "../registries/Registry.js"

/** A trial made from one record, and the record. */
export interface TransformedRecord extends MappedRecord {
  readonly record: RegistryRecord
}

/** One page's records as trials, and what was wrong with them. */
export interface TransformedPage {
  /** One for each id; a second record that says the same about the trial is only counted. */
  readonly trials: ReadonlyArray<TransformedRecord>
  readonly rejected: ReadonlyArray<RejectedRecord>
  readonly findings: ReadonlyArray<Finding & { readonly id: string }>
  /** Every column that occurs in a record, in order of appearance. */
  readonly columns: ReadonlyArray<string>
  /** How many records repeat another one on the same page. */
  readonly duplicates: number
  /** Ids with two differing records on this page; one of the two may be rejected. */
  readonly clashes: ReadonlyArray<string>
}

/** The code of a finding: the record has a column that the registry's mapping does not know. */
export const columnUnknown = "column-unknown"

/** Maps one page of records. It is pure and accepts any JSON. */
export const transform = (registry: Registry, records: ReadonlyArray<RegistryRecord>): TransformedPage => {
  const trials = new Map<string, TransformedRecord>()
  const rejected: Array<RejectedRecord> = []
  const findings: Array<Finding & { readonly id: string }> = []
  const columns = new Set<string>()
  const clashes = new Set<string>()
  const unread = new Set<string>()
  const known = new Set(registry.columns)
  let duplicates = 0
  for (const record of records) {
    const names = typeof record === "object" && record !== null ? Object.keys(record) : []
    for (const name of names) columns.add(name)
    const mapped = registry.transform(record)
    if (Either.isLeft(mapped)) {
      const { id } = mapped.left
      rejected.push(mapped.left)
      if (id !== null) (trials.has(id) ? clashes : unread).add(id)
      continue
    }
    const { content, id } = mapped.right
    const earlier = trials.get(id)
    if (unread.has(id)) clashes.add(id)
    if (earlier === undefined) {
      trials.set(id, { ...mapped.right, record })
      for (const finding of mapped.right.findings) findings.push({ id, ...finding })
      // If a registry names its columns, any other column stays in the record and is reported.
      const added = known.size === 0 ? [] : names.filter((name) => !known.has(name))
      for (const name of added) findings.push({ id, code: columnUnknown, field: null, value: name })
    } else if (toText(earlier.content) === toText(content)) {
      duplicates += 1
    } else {
      clashes.add(id)
    }
  }
  return {
    trials: [...trials.values()],
    rejected,
    findings,
    columns: [...columns],
    duplicates,
    clashes: [...clashes]
  }
}
