import { Schema } from "effect"
import { Instant } from "./Instant.js"
import { PartialDate } from "./PartialDate.js"
import { Arm, Design, Intervention, Outcome } from "./Design.js"
import { Eligibility } from "./Eligibility.js"
import { isSaid, said, saidFully, text, texts } from "./Said.js"
import { SecondaryId } from "./SecondaryId.js"
import {
  DateType,
  EnrollmentType,
  IpdSharing,
  ObservationalModel,
  Phase,
  Scope,
  SponsorClass,
  Status,
  StudyType
} from "./Vocabulary.js"

const date = Schema.NullOr(PartialDate)
// A count that fits an INTEGER of PostgreSQL.
const count = Schema.NullOr(Schema.Int.pipe(Schema.between(0, 2_147_483_647)))

/** The short name of a registry, as in `kdca`. */
export const RegistryName = Schema.String.pipe(Schema.pattern(/^[a-z][a-z0-9-]{0,31}$/)).annotations({
  identifier: "RegistryName",
  description: "The short name of a registry, as in `kdca`."
})

const outcomes = Schema.Array(Outcome)
const dateType = Schema.NullOr(DateType)

const Content = Schema.Struct({
  url: Schema.NullOr(said.pipe(Schema.pattern(/^https?:\/\//))),
  title: saidFully,
  officialTitle: text,
  acronym: text,
  secondaryIds: Schema.Array(SecondaryId).annotations({
    description: "Its other identifiers: of its sponsor, of other registries, of its money."
  }),
  formerIds: texts.annotations({
    description: "Ids that its registry once gave it, as of records that were merged."
  }),
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
  sponsorClass: Schema.NullOr(SponsorClass),
  funders: texts,
  collaborators: texts,
  status: Schema.NullOr(Status),
  statusRaw: text,
  lastKnownStatus: Schema.NullOr(Status).annotations({
    description: "The last status that was confirmed, where the registry no longer knows the present one."
  }),
  whyStopped: text,
  conditions: texts,
  keywords: texts,
  interventions: Schema.Array(Intervention),
  interventionNames: texts,
  arms: Schema.Array(Arm),
  design: Schema.NullOr(Design),
  eligibility: Schema.NullOr(Eligibility),
  enrollment: count.annotations({ description: "Planned or actual number of participants." }),
  enrollmentType: Schema.NullOr(EnrollmentType),
  enrollmentRaw: text,
  durationMonths: count.annotations({ description: "Planned duration in months." }),
  durationRaw: text,
  registeredDate: date.annotations({ description: "When the registry first showed it." }),
  startDate: date,
  startDateType: dateType,
  primaryCompletionDate: date,
  primaryCompletionDateType: dateType,
  completionDate: date,
  completionDateType: dateType,
  registryUpdatedDate: date.annotations({ description: "When the registry last showed an update of it." }),
  countries: texts.annotations({ description: "Where it takes place, in ISO 3166-1 alpha-2." }),
  countriesRaw: texts,
  primaryOutcomes: outcomes,
  secondaryOutcomes: outcomes,
  otherOutcomes: outcomes,
  hasResults: Schema.NullOr(Schema.Boolean),
  resultsDate: date.annotations({ description: "When the registry first showed results of it." }),
  ethicsReview: text,
  ipdSharing: Schema.NullOr(IpdSharing),
  summary: text
})
export type TrialContent = typeof Content.Type
/** The name of a field of the content, as in `leadInstitution`. */
export type ContentField = keyof TrialContent

/** The content of a trial of which only some fields are known. */
export type KnownContent = Pick<TrialContent, "title"> & {
  readonly [Field in ContentField]?: TrialContent[Field] | undefined
}

/** What a content says where its registry says nothing: null, or an empty list. */
const unsaid = Object.fromEntries(
  Object.entries(Content.fields).map(([field, { ast }]) => [field, ast._tag === "TupleType" ? [] : null])
  // Has every field of the content.
) as unknown as TrialContent

/**
 * What a registry says about a trial. A coded or parsed value has the registry's own tidied text beside it (`…Raw`). A
 * value that the registry does not give is null or an empty list; never 0 or "".
 *
 * `TrialContent.make` makes a content of the fields that are known; every other field is null or an empty list. It
 * checks nothing: a run does, and stores null for a value that no field of that kind can have.
 */
export const TrialContent: Omit<typeof Content, "make"> & {
  /** Makes a content of the fields that are known. */
  readonly make: (known: KnownContent) => TrialContent
} = Object.assign(Content, {
  make: (known: KnownContent): TrialContent => {
    const content: Record<string, unknown> = { ...unsaid }
    for (const field in unsaid) content[field] = known[field as ContentField] ?? content[field]
    return content as unknown as TrialContent // every field is one of the content
  }
})

/** The fields of `TrialContent`, in the order in which they are stored, compared and shown. */
export const contentFields = Object.keys(TrialContent.fields) as ReadonlyArray<ContentField>

/** Fields computed from another field of the same trial, the URL from its id. */
const derivedFrom: Partial<Record<ContentField, ContentField | "id">> = {
  url: "id",
  studyType: "studyTypeRaw",
  phases: "phaseRaw",
  observationalModel: "observationalModelRaw",
  scope: "scopeRaw",
  status: "statusRaw",
  interventionNames: "interventions",
  enrollment: "enrollmentRaw",
  durationMonths: "durationRaw",
  countries: "countriesRaw"
}

/** The field that an edit lists if the value of `field` was edited. */
export const editedField = (field: ContentField): string => derivedFrom[field] ?? field

/**
 * Whether a field comes from the registry, so that a change to it is an edit and moves `updatedAt`. A field that is
 * computed from another one does not: the edit lists that one. Where the content has no text that a coded or parsed
 * value was computed from, the value itself is what the registry said.
 */
export const isBusiness = (field: ContentField, content: TrialContent): boolean => {
  const source = derivedFrom[field]
  return source === undefined || (source !== "id" && !isSaid(content[source]))
}

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
const unlisted = [
  "officialTitle",
  "secondaryIds",
  "formerIds",
  "funders",
  "collaborators",
  "whyStopped",
  "keywords",
  "interventions",
  "arms",
  "design",
  "eligibility",
  "countriesRaw",
  "primaryOutcomes",
  "secondaryOutcomes",
  "otherOutcomes",
  "ethicsReview",
  "ipdSharing",
  "summary"
] as const

/** A trial as lists show it: without its long fields. */
export const TrialSummary = Trial.omit(...unlisted).annotations({ identifier: "TrialSummary" })
export type TrialSummary = Schema.Schema.Type<typeof TrialSummary>
/** The name of a content field that lists show. */
export type SummaryField = keyof TrialSummary & ContentField

/** The content fields that lists show, in the order of `contentFields`. */
export const summaryFields: ReadonlyArray<SummaryField> = contentFields.filter(
  (field): field is SummaryField => !unlisted.some((each) => each === field)
)
