import { Schema } from "effect"
import { ChangeKind, FieldChange } from "./Change.js"
import { Instant } from "./Instant.js"
import { Trial } from "./Trial.js"

/** The state of a trial between two changes, and the change that led to it. */
export const TrialVersion = Schema.Struct({
  registry: Trial.fields.registry,
  id: Trial.fields.id,
  version: Trial.fields.version,
  seq: Schema.Int.annotations({
    description: "The version's place in the feed of all changes, without gaps."
  }),
  kind: ChangeKind,
  silent: Schema.Boolean.annotations({
    description: "An edit whose registry did not move its own update date."
  }),
  mass: Schema.Boolean.annotations({
    description: "An edit of a run that edited more than 5 % of its registry, or 20 % of what it audited."
  }),
  observedAt: Instant.annotations({ description: "When we saw the change." }),
  editionDate: Schema.NullOr(Schema.String).annotations({
    description: "The date of the edition that brought it."
  }),
  mergedInto: Schema.NullOr(Trial.fields.id).annotations({
    description:
      "Of a disappearance: the trial of the same registry that now has this id as a former one, as after a merge of two " +
      "records. Null where the registry names none."
  }),
  /** The run that saw the change. */
  runId: Schema.String,
  /** The fields that the change moved; empty for `created`, `disappeared` and `reappeared`. */
  changes: Schema.Array(FieldChange),
  /** The trial as it was after the change. */
  trial: Trial
}).annotations({ identifier: "TrialVersion" })
export type TrialVersion = typeof TrialVersion.Type

/** Two versions of one trial, compared field by field. */
export const VersionDiff = Schema.Struct({
  registry: Trial.fields.registry,
  id: Trial.fields.id,
  from: Trial.fields.version,
  to: Trial.fields.version,
  changes: Schema.Array(FieldChange)
}).annotations({ identifier: "VersionDiff" })
export type VersionDiff = typeof VersionDiff.Type
