import { Data, type Either, Option, Schema } from "effect"
import type { Finding, RejectedRecord } from "../model/Finding.js"
import { isBlank, isStorable, shortened, tidy } from "../model/Text.js"
import { type ContentField, RegistryName, type TrialContent } from "../model/Trial.js"

/** One upstream row as received: the parsed JSON of one element, untouched. */
export type RegistryRecord = unknown

/** A record that became a trial. */
export interface MappedRecord {
  /** The registry's own id of the trial. */
  readonly id: string
  readonly content: TrialContent
  /** The values that could not be read as they should be; the trial is kept. */
  readonly findings: ReadonlyArray<Finding>
}

const TypeId: unique symbol = Symbol.for("trials-domain/Registry")

/** What is told of a registry to those who read its trials. */
export interface RegistryAbout {
  /** Lower-case letters, digits and hyphens, as in `kdca`. */
  readonly name: string
  readonly title: string
  /** Null if it has none. */
  readonly homepage: string | null
  /** How the registry wants to be named as the source. */
  readonly attribution: string
  /** Null if it is not confirmed. */
  readonly licence: string | null
}

/**
 * What the pipeline knows about a registry: its names, and a pure mapping from its records to trials. `make` makes one.
 */
export interface Registry extends RegistryAbout {
  readonly [TypeId]: typeof TypeId
  /** Raised when the mapping or the requested fields change. */
  readonly mappingVersion: number
  /** The mapping version that first requested a field, if not 1: its first arrival is a remap, not an edit. */
  readonly requestedSince: Partial<Record<ContentField, number>>
  /** The columns that a whole read must contain; empty if the registry omits columns at will. */
  readonly columns: ReadonlyArray<string>
  /** Maps a record to a trial, or says why it cannot be read. A mapping that throws rejects the record. */
  readonly transform: (record: RegistryRecord) => Either.Either<MappedRecord, RejectedRecord>
  /** The id in a record that the mapping could not read, so that its trial does not seem to be missing. */
  readonly idOf: (record: RegistryRecord) => string | null
}

/** What is said of a registry; all but its name and its mapping has a default. */
export interface RegistryOptions extends Pick<Registry, "name" | "transform"> {
  /** Default: the name. */
  readonly title?: string
  readonly homepage?: string | null
  /** Default: the title. */
  readonly attribution?: string
  readonly licence?: string | null
  /** Default 1. */
  readonly mappingVersion?: number
  readonly requestedSince?: Registry["requestedSince"]
  /** Default: none, so that no column is missed and none is new. */
  readonly columns?: ReadonlyArray<string>
  /** Default: a text `id` of the record. */
  readonly idOf?: Registry["idOf"]
}

/** What is said of a registry cannot be so: a programmer must change it. */
export class InvalidRegistry extends Data.TaggedError("InvalidRegistry")<{ readonly message: string }> {}

const AnyId = Schema.Struct({ id: Schema.String })

const usualId: Registry["idOf"] = (record) =>
  Option.match(Schema.decodeUnknownOption(AnyId)(record), {
    onNone: () => null,
    onSome: ({ id }) => tidy(id) || null
  })

const isName = Schema.is(RegistryName)

const isVersion = (version: number): boolean => Number.isSafeInteger(version) && version >= 1

const flawOf = ({ mappingVersion, name, requestedSince, ...about }: Registry): string | null => {
  if (!isName(name)) {
    return `The name of a registry has up to 32 lower-case letters, digits and hyphens, and begins with a letter, as in kdca; not ${shortened(JSON.stringify(name) ?? "undefined")}.`
  }
  const texts = [
    about.title,
    about.attribution,
    about.homepage ?? "-",
    about.licence ?? "-",
    ...about.columns
  ]
  if (texts.some((text) => typeof text !== "string" || isBlank(text) || !isStorable(text))) {
    return `The texts of the registry ${name} must not be blank, and must have no NUL and no half of a surrogate pair.`
  }
  return [mappingVersion, ...Object.values(requestedSince)].every(isVersion)
    ? null
    : `The mapping versions of the registry ${name} must be whole numbers from 1.`
}

/** Makes a registry. Throws `InvalidRegistry` if its name or another text of it could not be stored or served. */
export const make = (options: RegistryOptions): Registry => {
  const title = options.title ?? options.name
  const registry: Registry = {
    homepage: null,
    licence: null,
    mappingVersion: 1,
    idOf: usualId,
    ...options,
    requestedSince: Object.freeze({ ...options.requestedSince }),
    columns: Object.freeze([...(options.columns ?? [])]),
    [TypeId]: TypeId,
    title,
    attribution: options.attribution ?? title
  }
  const flaw = flawOf(registry)
  if (flaw !== null) throw new InvalidRegistry({ message: flaw })
  return Object.freeze(registry)
}
