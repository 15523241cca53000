import type { TrialContent } from "../../src/model/Trial.js"
import { paths } from "../../src/registries/ctgov/CtgovRecord.js"

/** A piece of a study whose words the registry lists, and where its code is in a content. */
interface Enum {
  readonly path: string
  /** As in the registry's description of its API, version 2.0.5. */
  readonly words: ReadonlyArray<string>
  readonly codeIn: (content: TrialContent) => unknown
}

const statuses = [
  "ACTIVE_NOT_RECRUITING",
  "COMPLETED",
  "ENROLLING_BY_INVITATION",
  "NOT_YET_RECRUITING",
  "RECRUITING",
  "SUSPENDED",
  "TERMINATED",
  "WITHDRAWN",
  "AVAILABLE",
  "NO_LONGER_AVAILABLE",
  "TEMPORARILY_NOT_AVAILABLE",
  "APPROVED_FOR_MARKETING",
  "WITHHELD",
  "UNKNOWN"
]

const dateTypes = ["ACTUAL", "ESTIMATED"]

const arms = "protocolSection.armsInterventionsModule"

export const enums: ReadonlyArray<Enum> = [
  { path: paths.OverallStatus, words: statuses, codeIn: ({ status }) => status },
  { path: paths.LastKnownStatus, words: statuses, codeIn: ({ lastKnownStatus }) => lastKnownStatus },
  {
    path: paths.StudyType,
    words: ["EXPANDED_ACCESS", "INTERVENTIONAL", "OBSERVATIONAL"],
    codeIn: ({ studyType }) => studyType
  },
  {
    path: paths.Phase,
    words: ["NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"],
    codeIn: ({ phases }) => phases
  },
  { path: paths.Sex, words: ["FEMALE", "MALE", "ALL"], codeIn: ({ eligibility }) => eligibility?.sex },
  { path: paths.IPDSharing, words: ["YES", "NO", "UNDECIDED"], codeIn: ({ ipdSharing }) => ipdSharing },
  {
    path: paths.LeadSponsorClass,
    words: ["NIH", "FED", "OTHER_GOV", "INDIV", "INDUSTRY", "NETWORK", "AMBIG", "OTHER", "UNKNOWN"],
    codeIn: ({ sponsorClass }) => sponsorClass
  },
  { path: paths.StartDateType, words: dateTypes, codeIn: ({ startDateType }) => startDateType },
  {
    path: paths.PrimaryCompletionDateType,
    words: dateTypes,
    codeIn: ({ primaryCompletionDateType }) => primaryCompletionDateType
  },
  {
    path: paths.CompletionDateType,
    words: dateTypes,
    codeIn: ({ completionDateType }) => completionDateType
  },
  { path: paths.EnrollmentType, words: dateTypes, codeIn: ({ enrollmentType }) => enrollmentType },
  {
    path: paths.DesignAllocation,
    words: ["RANDOMIZED", "NON_RANDOMIZED", "NA"],
    codeIn: ({ design }) => design?.allocation
  },
  {
    path: paths.DesignInterventionModel,
    words: ["SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL"],
    codeIn: ({ design }) => design?.assignment
  },
  {
    path: paths.DesignPrimaryPurpose,
    words: [
      "TREATMENT",
      "PREVENTION",
      "DIAGNOSTIC",
      "ECT",
      "SUPPORTIVE_CARE",
      "SCREENING",
      "HEALTH_SERVICES_RESEARCH",
      "BASIC_SCIENCE",
      "DEVICE_FEASIBILITY",
      "OTHER"
    ],
    codeIn: ({ design }) => design?.purpose
  },
  {
    path: paths.DesignMasking,
    words: ["NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE"],
    codeIn: ({ design }) => design?.masking
  },
  {
    path: paths.DesignObservationalModel,
    words: [
      "COHORT",
      "CASE_CONTROL",
      "CASE_ONLY",
      "CASE_CROSSOVER",
      "ECOLOGIC_OR_COMMUNITY",
      "FAMILY_BASED",
      "DEFINED_POPULATION",
      "NATURAL_HISTORY",
      "OTHER"
    ],
    codeIn: ({ observationalModel }) => observationalModel
  },
  {
    path: `${arms}.armGroups.0.type`,
    words: [
      "EXPERIMENTAL",
      "ACTIVE_COMPARATOR",
      "PLACEBO_COMPARATOR",
      "SHAM_COMPARATOR",
      "NO_INTERVENTION",
      "OTHER"
    ],
    codeIn: ({ arms: [arm] }) => arm?.type
  },
  {
    path: `${arms}.interventions.0.type`,
    words: [
      "BEHAVIORAL",
      "BIOLOGICAL",
      "COMBINATION_PRODUCT",
      "DEVICE",
      "DIAGNOSTIC_TEST",
      "DIETARY_SUPPLEMENT",
      "DRUG",
      "GENETIC",
      "PROCEDURE",
      "RADIATION",
      "OTHER"
    ],
    codeIn: ({ interventions: [intervention] }) => intervention?.type
  }
]
