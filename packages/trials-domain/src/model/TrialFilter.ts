import { Schema } from "effect"
import { Instant } from "./Instant.js"
import { isBlank } from "./Text.js"
import { RegistryName } from "./Trial.js"

const text = Schema.optional(
  Schema.String.pipe(Schema.filter((text) => !isBlank(text), { message: () => "must not be blank" }))
)

/** Of what in a trial `q` finds a part, as a person reads it. */
export const searchedIn =
  "id, title, official title, acronym, department, lead institution, collaborators, type, phase, model, scope, " +
  "conditions, keywords or interventions"

/**
 * Which trials to list. `q`, `title`, `department` and `institution` match substrings in any case; the coded filters
 * take the coded value or the registry's own text. Trials that the registry dropped are left out unless `missing` is
 * true.
 */
export const TrialFilter = Schema.Struct({
  q: text,
  title: text,
  department: text,
  institution: text,
  studyType: text,
  phase: text,
  observationalModel: text,
  scope: text,
  registry: Schema.optional(RegistryName),
  updatedSince: Schema.optional(Schema.typeSchema(Instant)),
  missing: Schema.optional(Schema.Boolean)
})
export type TrialFilter = typeof TrialFilter.Type

/** The order of a list of trials. `-updatedAt` puts the newest first; `id` sorts by id, then by registry. */
export const TrialSort = Schema.Literal("-updatedAt", "updatedAt", "id")
export type TrialSort = typeof TrialSort.Type
