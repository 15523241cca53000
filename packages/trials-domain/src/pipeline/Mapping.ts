/**
 * A registry's mapping, applied to one record so that whatever it returns can be stored and read back. The mapping is
 * somebody's own code: its types may be wrong, and it may throw.
 *
 * @module
 */
import { Either, Schema } from "effect"
import { fieldShapes } from "../model/Content.js"
import { Finding, RejectedRecord } from "../model/Finding.js"
import { flawOfRecord } from "../model/Json.js"
import { isStorable, shortened } from "../model/Text.js"
import { repaired, whole } from "../model/Shape.js"
import { contentFields, TrialContent } from "../model/Trial.js"
import type { MappedRecord, Registry, RegistryRecord } from "../registries/Registry.js"

/** The code of a finding: the mapping gave a value that the field cannot have. */
export const valueInvalid = "value-invalid"

/** How many characters an id may have. Indexes of PostgreSQL hold no more than 2704 bytes. */
const longestId = 200

/** Any value as a message may show it. */
const shown = (value: unknown): string => {
  try {
    const text = value instanceof Error ? value.message : value
    return shortened(typeof text === "string" ? text : (JSON.stringify(text) ?? String(text)))
  } catch {
    return typeof value
  }
}

/** What is wrong with an id; null if a trial can have it. */
export const flawOfId = (id: unknown): string | null => {
  if (typeof id !== "string") return `the id is not text but ${shown(id)}`
  if (id === "") return "the id is empty"
  if (id.length > longestId) return `the id has ${id.length} characters; at most ${longestId} can be read`
  if (!isStorable(id)) return "the id has a NUL or half of a surrogate pair"
  // No address can end in one: every client resolves it.
  return /^\.{1,2}$/.test(id) ? `the id is ${id}` : null
}

const isContent = Schema.is(TrialContent)

type Values = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Values => typeof value === "object" && value !== null

const isTitle = Schema.is(TrialContent.fields.title)

/** The fields but the title, each with its shape. */
const fields = contentFields
  .filter((field) => field !== "title")
  .map((field) => ({ field, shape: fieldShapes[field] }))

/**
 * A content of one's own, with whole objects: what is checked must be what is stored, and another's object may say
 * otherwise the next time.
 */
const copied = (content: Values): Values => {
  const copy: Record<string, unknown> = { title: content["title"] }
  for (const { field, shape } of fields) copy[field] = whole(shape, content[field])
  return copy
}

// Of a text that is empty nothing was said; as a raw text it would hide an edit of what is computed from it.
const hasEmpty = (content: Values): boolean => fields.some(({ field }) => content[field] === "")

/** The content with null in place of what a field cannot have, and without such items of lists; each is a finding. */
const mended = (content: Values): Pick<MappedRecord, "content" | "findings"> => {
  const findings: Array<Finding> = []
  const readable: Record<string, unknown> = { title: content["title"] }
  for (const { field, shape } of fields) {
    const find = (value: unknown): void =>
      void findings.push({ code: valueInvalid, field, value: shown(value) })
    const value = content[field]
    if (value === "") find(value)
    readable[field] = repaired(shape, value === "" ? undefined : value, find)
  }
  // Every field has been set to a value of its own.
  return { content: readable as unknown as TrialContent, findings }
}

const isFinding = Schema.is(Finding)

const brief = (text: string | null): string | null => (text === null ? null : shortened(text))

/** The findings that the ledger can hold; what is none is told as one. */
const findingsOf = (findings: unknown): ReadonlyArray<Finding> | null =>
  Array.isArray(findings)
    ? findings.map((each: unknown) =>
        isFinding(each)
          ? { code: shortened(each.code), field: brief(each.field), value: brief(each.value) }
          : { code: "finding-invalid", field: null, value: shown(each) }
      )
    : null

const isRejected = Schema.is(RejectedRecord)

/** A record that cannot be read. */
export interface Rejected extends RejectedRecord {
  /** The id of the trial that it may be; null if it has none, or none that a trial can have. */
  readonly key: string | null
}

const rejected = (id: unknown, reason: string): Either.Either<never, Rejected> =>
  Either.left({
    id: typeof id === "string" && id !== "" ? shortened(id) : null,
    key: typeof id === "string" && flawOfId(id) === null ? id : null,
    // The ledger keeps up to a thousand of them.
    reason: shortened(reason)
  })

/** What the mapping returned, as a trial that can be stored, or as a record that cannot be read. */
const checked = (mapped: unknown, idIn: () => string | null): Either.Either<MappedRecord, Rejected> => {
  if (!Either.isEither(mapped)) return rejected(idIn(), "the mapping returned no Either")
  if (Either.isLeft(mapped)) {
    const { left } = mapped
    return isRejected(left)
      ? rejected(left.id ?? idIn(), left.reason)
      : rejected(idIn(), `the mapping gave no reason but ${shown(left)}`)
  }
  const trial: unknown = mapped.right
  if (!isObject(trial)) return rejected(idIn(), "the mapping returned no trial")
  const { content: theirs, id } = trial
  const flaw = flawOfId(id)
  if (flaw !== null || typeof id !== "string") return rejected(id, flaw ?? "the id is not text")
  const findings = findingsOf(trial["findings"])
  if (findings === null) return rejected(id, "the mapping returned no list of findings")
  if (!isObject(theirs)) return rejected(id, "the mapping returned no content")
  const content = copied(theirs)
  if (isContent(content) && !hasEmpty(content)) return Either.right({ id, content, findings })
  if (!isTitle(content["title"])) {
    return rejected(id, `the title is not a text that can be stored: ${shown(content["title"])}`)
  }
  const { findings: more, ...known } = mended(content)
  return Either.right({ id, ...known, findings: [...findings, ...more] })
}

/**
 * Maps one record. It accepts any JSON, never throws, and returns only what can be stored and served. A value that its
 * field cannot have becomes null, or leaves its list, with the finding `value-invalid`. A bad id, title or shape, a record
 * that cannot be stored as it came, and a mapping that throws reject the record; its id is kept where it can be read.
 */
export const map = (registry: Registry, record: RegistryRecord): Either.Either<MappedRecord, Rejected> => {
  const idIn = (): string | null => {
    try {
      return registry.idOf(record)
    } catch {
      return null
    }
  }
  if (record === undefined) return rejected(null, "there is no record")
  try {
    // First, as a mapping may go down as deep as the record does.
    const flaw = flawOfRecord(record)
    return flaw === null ? checked(registry.transform(record), idIn) : rejected(idIn(), `the record ${flaw}`)
  } catch (error) {
    return rejected(idIn(), `the mapping failed: ${shown(error)}`)
  }
}
