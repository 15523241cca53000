import type { Details } from "../registries/RegistryClient.js"
import { digester, shortDigest } from "../registries/ListedPart.js"
import type { Registry, RegistryRecord } from "../registries/Registry.js"
import { transform, type TransformedRecord } from "./Transform.js"

/** A trial made from a whole record, with the digest of what the registry's list carries of that record. */
interface DetailedTrial extends TransformedRecord {
  readonly listing: string
}

/** What came when the whole records of some trials were asked for. */
export interface DetailsPage {
  /** Of the trials that were asked for, those that came. */
  readonly trials: ReadonlyArray<DetailedTrial>
  /** Of the trials that were asked for, those whose record the mapping cannot read. */
  readonly unread: ReadonlyArray<{ readonly id: string; readonly listing: string; readonly reason: string }>
  /** The trials that were asked for and came under the id of another one. */
  readonly merged: ReadonlyArray<{ readonly id: string; readonly into: string }>
}

/**
 * Reads what came when some trials were asked for. An answer under another id is not the record of the trial that was
 * asked for: the two were merged. Of a trial that came twice with different records, none is read.
 */
export const detailsOf = (
  registry: Registry
): ((asked: ReadonlySet<string>, answer: Details) => DetailsPage) => {
  const whole = digester(registry)
  const digest = (record: RegistryRecord) => shortDigest(whole(record))
  return (asked, { records, repeatedKeys }) => {
    const { clashes, findings, rejected, trials } = transform(registry, records, repeatedKeys)
    const unclear = new Set(clashes)
    const came = trials.filter(({ id }) => asked.has(id) && !unclear.has(id))
    return {
      trials: came.map((trial) => ({
        ...trial,
        findings: findings.flatMap(({ id, ...finding }) => (id === trial.id ? [finding] : [])),
        listing: digest(trial.record)
      })),
      unread: rejected.flatMap(({ key, reason, row }) =>
        key !== null && asked.has(key) && !unclear.has(key)
          ? [{ id: key, listing: digest(records[row]), reason }]
          : []
      ),
      merged: trials.flatMap(({ content, id }) =>
        content.formerIds.filter((former) => asked.has(former)).map((former) => ({ id: former, into: id }))
      )
    }
  }
}
