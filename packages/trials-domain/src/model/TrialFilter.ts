import { Schema } from "effect"
import { normalized } from "./Identifier.js"
import { Instant } from "./Instant.js"
import { PartialDate } from "./PartialDate.js"
import { isBlank } from "./Text.js"
import { RegistryName } from "./Trial.js"

/** How many characters a text of a filter has at most. */
export const mostText = 500

const text = Schema.optional(
  Schema.String.pipe(
    Schema.filter((text) => !isBlank(text), { message: () => "must not be blank" }),
    Schema.maxLength(mostText, { message: () => `must have at most ${mostText} characters` })
  )
)

const date = Schema.optional(PartialDate)
const instant = Schema.optional(Schema.typeSchema(Instant))

/** Of what in a trial `q` finds words, as a person reads it. */
export const searchedIn =
  "id, title, official title, acronym, other identifiers, department, lead institution, collaborators, funders, type, " +
  "phase, model, scope, conditions, keywords or interventions"

/**
 * Which trials to list. `q`, `title`, `department`, `institution`, `sponsor`, `condition` and `intervention` find words;
 * the coded filters take the coded value or the registry's own text; a range of dates takes what may lie in it. Trials that
 * the registry dropped are left out unless `missing` is true.
 */
export const TrialFilter = Schema.Struct({
  q: text,
  title: text,
  department: text,
  institution: text,
  sponsor: text,
  condition: text,
  intervention: text,
  studyType: text,
  phase: text,
  observationalModel: text,
  scope: text,
  status: text,
  sponsorClass: text,
  country: text,
  hasResults: Schema.optional(Schema.Boolean),
  identifier: Schema.optional(
    Schema.String.pipe(
      Schema.filter((text) => normalized(text) !== "", { message: () => "must have a letter or a digit" }),
      Schema.maxLength(mostText, { message: () => `must have at most ${mostText} characters` })
    )
  ),
  registry: Schema.optional(RegistryName),
  registeredDateFrom: date,
  registeredDateTo: date,
  startDateFrom: date,
  startDateTo: date,
  completionDateFrom: date,
  completionDateTo: date,
  registryUpdatedDateFrom: date,
  registryUpdatedDateTo: date,
  updatedSince: instant,
  updatedUntil: instant,
  missing: Schema.optional(Schema.Boolean)
})
export type TrialFilter = typeof TrialFilter.Type

/** The order of a list of trials. `-updatedAt` puts the newest first; `id` sorts by id, then by registry. */
export const TrialSort = Schema.Literal("-updatedAt", "updatedAt", "id")
export type TrialSort = typeof TrialSort.Type
