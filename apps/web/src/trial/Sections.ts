import { type ContentField, contentFields } from "trials-domain/Trial"

/** A part of the page, in which some fields are. */
type Section = "overview" | "who" | "design" | "eligibility" | "dates" | "outcomes" | "identifiers" | "other"

/** The parts of the page, in their order. */
export const sections: ReadonlyArray<Section> = [
  "overview",
  "who",
  "design",
  "eligibility",
  "dates",
  "outcomes",
  "identifiers",
  "other"
]

/** Where a field is shown: in a part, beside another field, or in the heading. */
type Spot = Section | { readonly beside: ContentField } | "heading"

const spots: Readonly<Record<ContentField, Spot>> = {
  url: "heading",
  title: "heading",
  officialTitle: "overview",
  acronym: "heading",
  secondaryIds: "identifiers",
  formerIds: "identifiers",
  studyType: "design",
  studyTypeRaw: { beside: "studyType" },
  phases: "design",
  phaseRaw: { beside: "phases" },
  observationalModel: "design",
  observationalModelRaw: { beside: "observationalModel" },
  scope: "design",
  scopeRaw: { beside: "scope" },
  department: "who",
  leadInstitution: "who",
  sponsorClass: "who",
  funders: "who",
  collaborators: "who",
  status: "overview",
  statusRaw: { beside: "status" },
  lastKnownStatus: { beside: "status" },
  whyStopped: "overview",
  conditions: "overview",
  keywords: "overview",
  interventions: "design",
  interventionNames: { beside: "interventions" },
  arms: "design",
  design: "design",
  eligibility: "eligibility",
  enrollment: "eligibility",
  enrollmentType: { beside: "enrollment" },
  enrollmentRaw: { beside: "enrollment" },
  durationMonths: "dates",
  durationRaw: { beside: "durationMonths" },
  registeredDate: "dates",
  startDate: "dates",
  startDateType: { beside: "startDate" },
  primaryCompletionDate: "dates",
  primaryCompletionDateType: { beside: "primaryCompletionDate" },
  completionDate: "dates",
  completionDateType: { beside: "completionDate" },
  registryUpdatedDate: "dates",
  countries: "who",
  countriesRaw: { beside: "countries" },
  primaryOutcomes: "outcomes",
  secondaryOutcomes: "outcomes",
  otherOutcomes: "outcomes",
  hasResults: "other",
  resultsDate: "other",
  ethicsReview: "other",
  ipdSharing: "other",
  summary: "overview"
}

/** The fields of a part, in the order of the schema. */
export const fieldsOf = (section: Section): ReadonlyArray<ContentField> =>
  contentFields.filter((field) => spots[field] === section)

/** The fields that are shown beside another one. */
export const besides = (field: ContentField): ReadonlyArray<ContentField> =>
  contentFields.filter((each) => {
    const spot = spots[each]
    return typeof spot === "object" && spot.beside === field
  })
