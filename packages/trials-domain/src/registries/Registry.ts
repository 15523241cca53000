import { Data, Effect, type Either, Option, Schema } from "effect"
import type { Finding, RejectedRecord } from "../model/Finding.js"
import { Publishing } from "../model/Publishing.js"
import { isBlank, isStorable, shortened, tidy } from "../model/Text.js"
import { type ContentField, contentFields, RegistryName, type TrialContent } from "../model/Trial.js"

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
  /** On which days it publishes: where not at the weekend, Saturdays and Sundays make its data no staler. */
  readonly publishes: Publishing
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
  /**
   * Which part of a record the registry's list carries, as paths into it (`status.overallStatus`; a list is entered by
   * itself). Empty: the list carries whole records. Where it changes, `mappingVersion` must be raised.
   */
  readonly listed: ReadonlyArray<string>
  /** Text as it is typical of its records; they are compressed with it. Empty: with nothing but themselves. */
  readonly dictionary: string
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
  /** Default: `daily`. */
  readonly publishes?: Publishing
  /** Default 1. */
  readonly mappingVersion?: number
  readonly requestedSince?: Registry["requestedSince"]
  /** Default: none, so that no column is missed and none is new. */
  readonly columns?: ReadonlyArray<string>
  /** Default: none, so that the list carries whole records. */
  readonly listed?: ReadonlyArray<string>
  readonly dictionary?: string
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
const isPublishing = Schema.is(Publishing)

const isText = (text: unknown): boolean => typeof text === "string" && !isBlank(text) && isStorable(text)

// What fits an INTEGER of PostgreSQL.
const isVersion = (version: unknown): boolean =>
  typeof version === "number" && Number.isInteger(version) && version >= 1 && version <= 2_147_483_647

/** What stands for every registry where a name is asked for, so that none can be called so. */
export const everyRegistry = "all"

/** What is wrong with a registry; null if a run can use it. */
const flawOf = (registry: Registry): string | null => {
  const { columns, homepage, licence, listed, name, requestedSince } = registry
  if (!isName(name)) {
    return `The name of a registry has up to 32 lower-case letters, digits and hyphens, and begins with a letter, as in kdca; not ${shortened(JSON.stringify(name) ?? "undefined")}.`
  }
  if (name === everyRegistry) {
    return `A registry cannot be called ${everyRegistry}, which stands for every registry.`
  }
  const wrong = (what: string) => `The registry ${name} ${what}.`
  if (!Array.isArray(columns)) return wrong("must name its columns in a list")
  if (!Array.isArray(listed)) return wrong("must say in a list what its list carries")
  const texts = [registry.title, registry.attribution, homepage ?? "-", licence ?? "-", ...columns, ...listed]
  if (listed.length > 0 && columns.length > 0) {
    return wrong(
      "must not name columns where its list carries only a part of each record: none of them would come"
    )
  }
  if (!texts.every(isText)) {
    return wrong("must have no text that is blank, or has a NUL or half of a surrogate pair")
  }
  if (homepage !== null && !/^https?:\/\//.test(homepage))
    return wrong("must have a homepage that begins with http")
  if (![registry.mappingVersion, ...Object.values(requestedSince)].every(isVersion)) {
    return wrong("must have mapping versions that are whole numbers from 1")
  }
  const unknown = Object.keys(requestedSince).find((field) => !contentFields.some((each) => each === field))
  if (unknown !== undefined) return wrong(`has a field in requestedSince that no trial has: ${unknown}`)
  if (!isPublishing(registry.publishes)) return wrong("must publish daily or on business-days")
  if (typeof registry.dictionary !== "string") return wrong("must have a text as its dictionary")
  return typeof registry.transform === "function" && typeof registry.idOf === "function"
    ? null
    : wrong("must have functions for transform and idOf")
}

/** Makes a registry. Throws `InvalidRegistry` if its name or another text of it could not be stored or served. */
export const make = (options: RegistryOptions): Registry => {
  const { columns = [], listed = [], title = options.name } = options
  const registry: Registry = {
    [TypeId]: TypeId,
    name: options.name,
    title,
    homepage: options.homepage ?? null,
    attribution: options.attribution ?? title,
    licence: options.licence ?? null,
    publishes: options.publishes ?? "daily",
    mappingVersion: options.mappingVersion ?? 1,
    requestedSince: Object.freeze({ ...options.requestedSince }),
    // What is not a list is refused below.
    columns: Array.isArray(columns) ? Object.freeze([...columns]) : columns,
    listed: Array.isArray(listed) ? Object.freeze([...listed]) : listed,
    dictionary: options.dictionary ?? "",
    transform: options.transform,
    idOf: options.idOf ?? usualId
  }
  const flaw = flawOf(registry)
  if (flaw !== null) throw new InvalidRegistry({ message: flaw })
  return Object.freeze(registry)
}

/** Refuses a registry that `make` would refuse: a copy of one may differ from what was made. */
export const check = (registry: Registry): Effect.Effect<void, InvalidRegistry> => {
  const flaw = flawOf(registry)
  return flaw === null ? Effect.void : new InvalidRegistry({ message: flaw })
}
