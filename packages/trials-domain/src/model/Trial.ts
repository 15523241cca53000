import { Schema } from "effect"
import { Instant } from "./Instant.js"

const text = Schema.NullOr(Schema.String)
const texts = Schema.Array(Schema.String)
// A count that fits an INTEGER of PostgreSQL.
const count = Schema.NullOr(Schema.Int.pipe(Schema.between(0, 2_147_483_647)))

/** The short name of a registry, as in `kdca`. */
export const RegistryName = Schema.String.pipe(Schema.pattern(/^[a-z][a-z0-9-]{0,31}$/)).annotations({
  identifier: "RegistryName",
  description: "The short name of a registry, as in `kdca`."
})

/** `unknown` stands for text that no mapping knows; a value that the registry does not give is null. */
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
 * What a registry says about a trial. A coded or parsed value has the registry's own tidied text beside it (`…Raw`). A
 * value that the registry does not give is null or an empty list; never 0 or "".
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

/** The fields of `TrialContent`, in the order in which they are stored, compared and shown. */
export const contentFields = Object.keys(TrialContent.fields) as ReadonlyArray<ContentField>

/**
 * Fields computed from another field of the same trial (the URL from its id). They never make an edit by themselves;
 * the edit lists the field that they are computed from.
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

/** The field that an edit lists if the value of `field` was edited. */
export const editedField = (field: ContentField): string => derivedFrom[field] ?? field

/** The fields that come from the registry. A change to one of them is an edit, and moves `updatedAt`. */
export const businessFields: ReadonlyArray<ContentField> = contentFields.filter(
  (field) => derivedFrom[field] === undefined
)

/** A trial, keyed by (registry, id): what the registry says about it, and what we observed of it. */
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

/** The fields of a trial, in order. */
export const trialFields = Object.keys(Trial.fields) as ReadonlyArray<keyof Trial>

// Long fields, which only the trial itself and its versions carry. Any field not listed here needs a column in
// `trials`.
const unlisted = ["officialTitle", "collaborators", "interventions"] as const

/** A trial as lists show it: without its long fields. */
export const TrialSummary = Trial.omit(...unlisted).annotations({ identifier: "TrialSummary" })
export type TrialSummary = Schema.Schema.Type<typeof TrialSummary>
export type SummaryField = keyof TrialSummary & ContentField

/** The content fields that lists show, in the order of `contentFields`. */
export const summaryFields: ReadonlyArray<SummaryField> = contentFields.filter(
  (field): field is SummaryField => !unlisted.some((each) => each === field)
)
