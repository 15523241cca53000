import type { Either } from "effect"
import type { Finding, RejectedRecord } from "../model/Finding.js"
import type { ContentField, TrialContent } from "../model/Trial.js"

/** One upstream row as received: the parsed JSON of one element, untouched. */
export type RegistryRecord = unknown

/** A record that became a trial. */
export interface MappedRecord {
  readonly id: string
  readonly content: TrialContent
  readonly findings: ReadonlyArray<Finding>
}

/**
 * What the pipeline knows about a registry: its names, and a pure mapping from its records to trials. Each folder under
 * `registries/` defines one.
 */
export interface Registry {
  readonly name: string
  readonly title: string
  readonly homepage: string
  readonly attribution: string
  /** Null if it is not confirmed. */
  readonly licence: string | null
  /** Raised when the mapping or the requested fields change. */
  readonly mappingVersion: number
  /** The mapping version that first requested a field, if not 1: its first arrival is a remap, not an edit. */
  readonly requestedSince: Partial<Record<ContentField, number>>
  /** The columns that a whole read must contain; empty if the registry omits columns at will. */
  readonly columns: ReadonlyArray<string>
  readonly transform: (record: RegistryRecord) => Either.Either<MappedRecord, RejectedRecord>
}
