import { Schema } from "effect"
import { businessFields, contentFields, type TrialContent } from "./Trial.js"

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

/** Whether two field values are equal; lists are compared item by item. */
export const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** The fields in which two contents differ, with both values, in the order of the schema. */
export const diff = (from: TrialContent, to: TrialContent): ReadonlyArray<FieldChange> =>
  contentFields
    .filter((field) => !isSame(from[field], to[field]))
    .map((field) => ({ field, from: from[field], to: to[field] }))

/** Whether a change is to a business field. */
export const isBusiness = (change: FieldChange): boolean =>
  businessFields.some((field) => field === change.field)

/** The business fields in which two contents differ; an edit by the registry lists these. */
export const businessDiff = (from: TrialContent, to: TrialContent): ReadonlyArray<FieldChange> =>
  diff(from, to).filter(isBusiness)
