import { Schema } from "effect"
import { comparable } from "./Json.js"
import { type ContentField, contentFields, isBusiness, type TrialContent } from "./Trial.js"

/**
 * What caused a version. `edited`: the registry changed a business field. `remapped`: our own mapping changed, or we
 * requested a field for the first time. Only `created` and `edited` move `updatedAt`.
 */
export const ChangeKind = Schema.Literal(
  "created",
  "edited",
  "remapped",
  "disappeared",
  "reappeared"
).annotations({
  identifier: "ChangeKind"
})
export type ChangeKind = typeof ChangeKind.Type

const anyValue = Schema.Unknown.annotations({ jsonSchema: { description: "A value of the field, or null." } })

/** One field of a trial with its old and new values. */
export const FieldChange = Schema.Struct({
  field: Schema.String,
  from: anyValue,
  to: anyValue
}).annotations({ identifier: "FieldChange" })
export type FieldChange = typeof FieldChange.Type

/** A change of a field of the content. */
export interface ContentChange extends FieldChange {
  readonly field: ContentField
}

/** Whether two field values are equal; lists are compared item by item, objects whatever the order of their keys. */
export const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === "object" && typeof b === "object" && comparable(a) === comparable(b))

const differing = (from: TrialContent, to: TrialContent) =>
  contentFields.filter((field) => !isSame(from[field], to[field]))

const changeOf = (from: TrialContent, to: TrialContent) => (field: ContentField) => ({
  field,
  from: from[field],
  to: to[field]
})

/** The fields in which two contents differ, with both values, in the order of the schema. */
export const diff = (from: TrialContent, to: TrialContent): ReadonlyArray<ContentChange> =>
  differing(from, to).map(changeOf(from, to))

/** The business fields in which two contents differ; an edit by the registry lists these. */
export const businessDiff = (from: TrialContent, to: TrialContent): ReadonlyArray<ContentChange> =>
  differing(from, to)
    .filter((field) => isBusiness(field, from) && isBusiness(field, to))
    .map(changeOf(from, to))

/** Whether an edit is silent: the registry's own update date is in both versions, and it is the same. */
export const isSilent = (changes: ReadonlyArray<FieldChange>, after: TrialContent): boolean =>
  after.registryUpdatedDate !== null && !changes.some(({ field }) => field === "registryUpdatedDate")
