import { Schema } from "effect"
import { Instant } from "./Instant.js"

const text = Schema.NullOr(Schema.String)
const texts = Schema.Array(Schema.String)
// What an INTEGER of PostgreSQL holds.
const count = Schema.NullOr(Schema.Int.pipe(Schema.between(0, 2_147_483_647)))

/** The short name of a registry, as in `kdca`. */
export const RegistryName = Schema.String.pipe(Schema.pattern(/^[a-z][a-z0-9-]{0,31}$/)).annotations({
  identifier: "RegistryName",
  description: "The short name of a registry, as in `kdca`."
})

/** `unknown` is text that no mapping knows; what a registry does not say is null. */
export const StudyType = Schema.Literal(
  "interventional",
  "observational",
  "expanded-access",
  "other",
  "unknown"
).annotations({ identifier: "StudyType" })
export type StudyType = typeof StudyType.Type

export const Phase = Schema.Literal("early-1", "1", "2", "3", "4").annotations({ identifier: "Phase" })
export type Phase = typeof Phase.Type

export const ObservationalModel = Schema.Literal(
  "cohort",
  "case-control",
  "case-only",
  "case-crossover",
  "cross-sectional",
  "ecologic-or-community",
  "family-based",
  "other",
  "unknown"
).annotations({ identifier: "ObservationalModel" })
export type ObservationalModel = typeof ObservationalModel.Type

export const Scope = Schema.Literal("single-center", "multi-center", "unknown").annotations({
  identifier: "Scope"
})
export type Scope = typeof Scope.Type

/**
 * What a registry says of a trial. A value from a closed vocabulary or a parsed one has the registry's own tidied
 * text beside it (`…Raw`). What the registry does not say is null, or an empty list; never 0 or "".
 */
export const TrialContent = Schema.Struct({
  url: text,
  title: Schema.NonEmptyString,
  officialTitle: text,
  studyType: Schema.NullOr(StudyType),
  studyTypeRaw: text,
  phases: Schema.Array(Phase),
  phaseRaw: text,
  observationalModel: Schema.NullOr(ObservationalModel),
  observationalModelRaw: text,
  scope: Schema.NullOr(Scope),
  scopeRaw: text,
  department: text,
  leadInstitution: text,
  collaborators: texts,
  status: text,
  statusRaw: text,
  conditions: texts,
  interventions: texts,
  enrollment: count.annotations({ description: "Planned or actual number of participants." }),
  enrollmentType: text,
  enrollmentRaw: text,
  durationMonths: count.annotations({ description: "Planned duration in months." }),
  durationRaw: text,
  startDate: text,
  completionDate: text,
  registryUpdatedDate: text,
  countries: texts,
  hasResults: Schema.NullOr(Schema.Boolean)
})
export type TrialContent = typeof TrialContent.Type
export type ContentField = keyof TrialContent

/** The fields of `TrialContent` in the order in which they are stored, compared and shown. */
export const contentFields = Object.keys(TrialContent.fields) as ReadonlyArray<ContentField>

/**
 * Fields computed from another field of the same trial (the URL from its id): they never make an edit of their own,
 * an edit names what they are computed from.
 */
const derivedFrom: Partial<Record<ContentField, ContentField | "id">> = {
  url: "id",
  studyType: "studyTypeRaw",
  phases: "phaseRaw",
  observationalModel: "observationalModelRaw",
  scope: "scopeRaw",
  status: "statusRaw",
  enrollment: "enrollmentRaw",
  durationMonths: "durationRaw"
}

/** The field that an edit names where the value of `field` was edited. */
export const editedField = (field: ContentField): string => derivedFrom[field] ?? field

/** The fields that come from the registry: a change of one of them is an edit, and moves `updatedAt`. */
export const businessFields: ReadonlyArray<ContentField> = contentFields.filter(
  (field) => derivedFrom[field] === undefined
)

/** A trial, keyed by (registry, id): what the registry says of it, and what we observed of it. */
export const Trial = Schema.Struct({
  registry: RegistryName,
  id: Schema.NonEmptyString,
  ...TrialContent.fields,
  version: Schema.Int.annotations({ description: "Counts the trial's versions from 1." }),
  createdAt: Instant.annotations({ description: "First seen." }),
  updatedAt: Instant.annotations({ description: "The registry last changed a business field." }),
  missingSince: Schema.NullOr(Instant).annotations({
    description: "The registry no longer lists the trial: the instant of the first proven run that missed it."
  })
}).annotations({ identifier: "Trial", title: "Trial" })
export type Trial = typeof Trial.Type

/** The fields of a trial in order. */
export const trialFields = Object.keys(Trial.fields) as ReadonlyArray<keyof Trial>

// Long fields, which only the trial itself and its versions carry. A field that is not here costs a column of `trials`.
const unlisted = ["officialTitle", "collaborators", "interventions"] as const

/** A trial as lists show it: without its long fields. */
export const TrialSummary = Trial.omit(...unlisted).annotations({ identifier: "TrialSummary" })
export type TrialSummary = Schema.Schema.Type<typeof TrialSummary>
export type SummaryField = keyof TrialSummary & ContentField

/** The content's fields that lists show, in the order of `contentFields`. */
export const summaryFields: ReadonlyArray<SummaryField> = contentFields.filter(
  (field): field is SummaryField => !unlisted.some((each) => each === field)
)
