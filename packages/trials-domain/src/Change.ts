import { Schema } from "effect"
import type { Registry } from "./Registry.js"
import { businessFields, type ContentField, contentFields, type TrialContent } from "./Trial.js"

/**
 * What made a version. `edited`: the registry changed a business field. `remapped`: our own mapping changed, or a
 * field was requested for the first time. Only `created` and `edited` move `updatedAt`.
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

/** One field of a trial with its old and its new value. */
export const FieldChange = Schema.Struct({
  field: Schema.String,
  from: anyValue,
  to: anyValue
}).annotations({ identifier: "FieldChange" })
export type FieldChange = typeof FieldChange.Type

/** Whether two values of fields are the same: lists by their items. */
export const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** The fields in which two contents differ, with their values, in the order of the schema. */
export const diff = (from: TrialContent, to: TrialContent): ReadonlyArray<FieldChange> =>
  contentFields
    .filter((field) => !isSame(from[field], to[field]))
    .map((field) => ({ field, from: from[field], to: to[field] }))

/** A version to be written: its kind, its changes, and the trial's content after it. */
export interface PlannedVersion {
  readonly kind: ChangeKind
  readonly changes: ReadonlyArray<FieldChange>
  readonly content: TrialContent
}

const isBusiness = (change: FieldChange): boolean => businessFields.some((field) => field === change.field)

/** The business fields in which two contents differ: what an edit of the registry names. */
export const businessDiff = (from: TrialContent, to: TrialContent): ReadonlyArray<FieldChange> =>
  diff(from, to).filter(isBusiness)

/**
 * The versions that a record seen today adds to a trial, none where nothing changed. Each has one cause: a return,
 * then fields that we asked for the first time since `lastMapping`, then what the registry edited. An edit lists
 * business fields only. Derived fields that differ by themselves can only be our doing.
 */
export const plan = (
  registry: Registry,
  lastMapping: number,
  stored: { readonly content: TrialContent; readonly missing: boolean },
  seen: TrialContent
): ReadonlyArray<PlannedVersion> => {
  const changes = diff(stored.content, seen)
  const isOurs = ({ field }: FieldChange) =>
    (registry.requestedSince[field as ContentField] ?? 1) > lastMapping
  const edits = changes.filter((change) => isBusiness(change) && !isOurs(change))
  const ours = edits.length === 0 ? changes : changes.filter(isOurs)
  const between: TrialContent = edits.length === 0 ? seen : apply(stored.content, ours)
  const versions: Array<PlannedVersion> = []
  if (stored.missing) versions.push({ kind: "reappeared", changes: [], content: stored.content })
  if (ours.length > 0) versions.push({ kind: "remapped", changes: ours, content: between })
  if (edits.length > 0) versions.push({ kind: "edited", changes: edits, content: seen })
  return versions
}

const apply = (content: TrialContent, changes: ReadonlyArray<FieldChange>): TrialContent => ({
  ...content,
  ...Object.fromEntries(changes.map(({ field, to }) => [field, to]))
})
