import { Schema } from "effect"
import { FieldChange } from "./Change.js"
import { Trial } from "./Trial.js"

/** Two versions of one trial, field by field. */
export const VersionDiff = Schema.Struct({
  registry: Trial.fields.registry,
  id: Trial.fields.id,
  from: Trial.fields.version,
  to: Trial.fields.version,
  changes: Schema.Array(FieldChange)
}).annotations({ identifier: "VersionDiff" })
export type VersionDiff = typeof VersionDiff.Type
