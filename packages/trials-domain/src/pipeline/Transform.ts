import { type Finding, namedKinds } from "../model/Finding.js"
import { Either } from "effect"
import { toText } from "../model/Content.js"
import type { RepeatedKey } from "../registries/RegistryClient.js"
import type { MappedRecord, Registry, RegistryRecord } from "../registries/Registry.js"
import { map, type Rejected } from "./Mapping.js"

/** A trial made from one record, and the record. */
export interface TransformedRecord extends MappedRecord {
  readonly record: RegistryRecord
}

/** A record that could not be read, with its place on the page, counted from 0. */
export interface RejectedRow extends Rejected {
  readonly row: number
}

/** One page's records as trials, and what was wrong with them. */
export interface TransformedPage {
  /** One for each id; a second record that says the same about the trial is only counted. */
  readonly trials: ReadonlyArray<TransformedRecord>
  readonly rejected: ReadonlyArray<RejectedRow>
  readonly findings: ReadonlyArray<Finding & { readonly id: string }>
  /** Which of the columns that the registry names occur in a record. */
  readonly columns: ReadonlyArray<string>
  /** How many records repeat another one on the same page. */
  readonly duplicates: number
  /** Ids with two differing records on this page; one of the two may be rejected. */
  readonly clashes: ReadonlyArray<string>
}

/** The code of a finding: the record has a column that the registry's mapping does not know. */
export const columnUnknown = "column-unknown"

/** The code of a finding: the registry sent the trial's record twice. */
export const recordRepeated = "record-repeated"

/** The code of a finding: a key occurs twice in the record, and only the last value was kept. */
export const keyRepeated = "key-repeated"

/**
 * Maps one page of records. It is pure and accepts any JSON. Keys that came twice in a record become findings of its
 * trial.
 */
export const transform = (
  registry: Registry,
  records: ReadonlyArray<RegistryRecord>,
  repeatedKeys: ReadonlyArray<RepeatedKey> = []
): TransformedPage => {
  const trials = new Map<string, TransformedRecord>()
  const rejected: Array<RejectedRow> = []
  const findings: Array<Finding & { readonly id: string }> = []
  const columns = new Set<string>()
  const unknownColumns = new Set<string>()
  const clashes = new Set<string>()
  const unread = new Set<string>()
  const known = new Set(registry.columns)
  const twice = new Map<number, Array<string>>()
  for (const { key, row } of repeatedKeys) twice.set(row, [...(twice.get(row) ?? []), key])
  let duplicates = 0
  for (const [row, record] of records.entries()) {
    const names = typeof record === "object" && record !== null ? Object.keys(record) : []
    for (const name of names) if (known.has(name)) columns.add(name)
    const mapped = map(registry, record)
    if (Either.isLeft(mapped)) {
      const { key } = mapped.left
      rejected.push({ ...mapped.left, row })
      if (key !== null) (trials.has(key) ? clashes : unread).add(key)
      continue
    }
    const { content, id } = mapped.right
    const earlier = trials.get(id)
    if (unread.has(id)) clashes.add(id)
    const find = (code: string, value: string | null) => findings.push({ id, code, field: null, value })
    for (const key of twice.get(row) ?? []) find(keyRepeated, key)
    if (earlier === undefined) {
      trials.set(id, { ...mapped.right, record })
      for (const finding of mapped.right.findings) findings.push({ id, ...finding })
      // If a registry names its columns, any other column stays in the record and is reported.
      const added = known.size === 0 ? [] : names.filter((name) => !known.has(name))
      for (const name of added) if (unknownColumns.size < namedKinds) unknownColumns.add(name)
      const named = added.filter((name) => unknownColumns.has(name))
      for (const name of named) find(columnUnknown, name)
      if (named.length < added.length) find(columnUnknown, null)
    } else if (toText(earlier.content) === toText(content)) {
      duplicates += 1
      find(recordRepeated, null)
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
