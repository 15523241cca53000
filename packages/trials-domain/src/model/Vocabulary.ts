/**
 * The codes of trials. Where a vocabulary has `unknown`, it stands for text that no mapping knows; a value that the
 * registry does not give is null.
 *
 * @module
 */
import { Schema } from "effect"

/** The kind of a study. */
export const StudyType = Schema.Literal(
  "interventional",
  "observational",
  "expanded-access",
  "other",
  "unknown"
).annotations({ identifier: "StudyType" })
export type StudyType = typeof StudyType.Type

/** A phase of an interventional study; a trial of phase 1/2 has both. */
export const Phase = Schema.Literal("early-1", "1", "2", "3", "4").annotations({ identifier: "Phase" })
export type Phase = typeof Phase.Type

/** How an observational study is set up, in the words of ClinicalTrials.gov. */
export const ObservationalModel = Schema.Literal(
  "cohort",
  "case-control",
  "case-only",
  "case-crossover",
  "cross-sectional",
  "ecologic-or-community",
  "family-based",
  "defined-population",
  "natural-history",
  "other",
  "unknown"
).annotations({ identifier: "ObservationalModel" })
export type ObservationalModel = typeof ObservationalModel.Type

/** At how many sites a trial runs. */
export const Scope = Schema.Literal("single-center", "multi-center", "unknown").annotations({
  identifier: "Scope"
})
export type Scope = typeof Scope.Type

/**
 * Whether a trial recruits, in the words of ClinicalTrials.gov. `unknown` also says that the registry itself does not
 * know: `statusRaw` tells which. The four from `available` on are those of expanded access.
 */
export const Status = Schema.Literal(
  "not-yet-recruiting",
  "recruiting",
  "enrolling-by-invitation",
  "active-not-recruiting",
  "suspended",
  "terminated",
  "completed",
  "withdrawn",
  "available",
  "no-longer-available",
  "temporarily-not-available",
  "approved-for-marketing",
  "withheld",
  "unknown"
).annotations({ identifier: "Status" })
export type Status = typeof Status.Type

/** What kind of body leads a trial, as ClinicalTrials.gov classes them. */
export const SponsorClass = Schema.Literal(
  "nih",
  "us-federal",
  "other-government",
  "industry",
  "network",
  "individual",
  "ambiguous",
  "other",
  "unknown"
).annotations({ identifier: "SponsorClass" })
export type SponsorClass = typeof SponsorClass.Type

/** Who may take part. */
export const Sex = Schema.Literal("all", "female", "male", "unknown").annotations({ identifier: "Sex" })
export type Sex = typeof Sex.Type

const planned = ["actual", "estimated", "unknown"] as const

/** Whether a number of participants is counted or planned. */
export const EnrollmentType = Schema.Literal(...planned).annotations({ identifier: "EnrollmentType" })
export type EnrollmentType = typeof EnrollmentType.Type

/** Whether a date has come or is planned. ClinicalTrials.gov says "estimated" for what others call "anticipated". */
export const DateType = Schema.Literal(...planned).annotations({ identifier: "DateType" })
export type DateType = typeof DateType.Type

/** What is done to participants. */
export const InterventionType = Schema.Literal(
  "behavioral",
  "biological",
  "combination-product",
  "device",
  "diagnostic-test",
  "dietary-supplement",
  "drug",
  "genetic",
  "procedure",
  "radiation",
  "other",
  "unknown"
).annotations({ identifier: "InterventionType" })
export type InterventionType = typeof InterventionType.Type

/** What an arm of a trial is for. */
export const ArmType = Schema.Literal(
  "experimental",
  "active-comparator",
  "placebo-comparator",
  "sham-comparator",
  "no-intervention",
  "other",
  "unknown"
).annotations({ identifier: "ArmType" })
export type ArmType = typeof ArmType.Type

/** How participants come to an arm; `not-applicable` where there is but one. */
export const Allocation = Schema.Literal(
  "randomized",
  "non-randomized",
  "not-applicable",
  "unknown"
).annotations({ identifier: "Allocation" })
export type Allocation = typeof Allocation.Type

/** How many parties do not know who gets what; `none` is an open trial. */
export const Masking = Schema.Literal(
  "none",
  "single",
  "double",
  "triple",
  "quadruple",
  "unknown"
).annotations({ identifier: "Masking" })
export type Masking = typeof Masking.Type

/** What a trial is for. */
export const Purpose = Schema.Literal(
  "treatment",
  "prevention",
  "diagnostic",
  "education-counseling-training",
  "supportive-care",
  "screening",
  "health-services-research",
  "basic-science",
  "device-feasibility",
  "other",
  "unknown"
).annotations({ identifier: "Purpose" })
export type Purpose = typeof Purpose.Type

/** How the arms of a trial follow each other. */
export const Assignment = Schema.Literal(
  "single-group",
  "parallel",
  "crossover",
  "factorial",
  "sequential",
  "unknown"
).annotations({ identifier: "Assignment" })
export type Assignment = typeof Assignment.Type

/** Whether the data of single participants will be shared. */
export const IpdSharing = Schema.Literal("yes", "no", "undecided", "unknown").annotations({
  identifier: "IpdSharing"
})
export type IpdSharing = typeof IpdSharing.Type
