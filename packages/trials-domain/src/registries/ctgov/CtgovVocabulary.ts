/**
 * The registry's words and our codes for them. Its words are those of its API's description, version 2.0.5; most of ours
 * are the same in lower case, with hyphens.
 *
 * @module
 */
import {
  Allocation,
  ArmType,
  Assignment,
  DateType,
  EnrollmentType,
  InterventionType,
  IpdSharing,
  Masking,
  ObservationalModel,
  type Phase,
  Purpose,
  Sex,
  SponsorClass,
  Status,
  StudyType
} from "../../model/Vocabulary.js"

/** A vocabulary: our code by the registry's word. */
export type Words<Code> = ReadonlyMap<string, Code>

const words = <Code extends string>(
  { literals }: { readonly literals: ReadonlyArray<Code> },
  others: Readonly<Record<string, NoInfer<Code>>> = {}
): Words<Code> =>
  new Map<string, Code>([
    // What we call unknown is no word of the registry, unless `others` says so.
    ...literals
      .filter((code) => code !== "unknown")
      .map((code) => [code.toUpperCase().replaceAll("-", "_"), code] as const),
    ...Object.entries(others)
  ])

export const statuses = words(Status, { UNKNOWN: "unknown" })
export const studyTypes = words(StudyType)
export const models = words(ObservationalModel)
export const sexes = words(Sex)
export const allocations = words(Allocation, { NA: "not-applicable" })
export const maskings = words(Masking)
export const purposes = words(Purpose, { ECT: "education-counseling-training" })
export const assignments = words(Assignment)
export const armTypes = words(ArmType)
export const interventionTypes = words(InterventionType)
export const ipdSharings = words(IpdSharing)

// The registry said ANTICIPATED before its API of today.
export const dateTypes = words(DateType, { ANTICIPATED: "estimated" })
export const enrollmentTypes = words(EnrollmentType, { ANTICIPATED: "estimated" })

export const sponsorClasses = words(SponsorClass, {
  FED: "us-federal",
  OTHER_GOV: "other-government",
  INDIV: "individual",
  AMBIG: "ambiguous",
  UNKNOWN: "unknown"
})

/** The phases of a word; a study of phases 1 and 2 has two words. */
export const phases: Words<ReadonlyArray<Phase>> = new Map<string, ReadonlyArray<Phase>>([
  ["NA", []],
  ["EARLY_PHASE1", ["early-1"]],
  ["PHASE1", ["1"]],
  ["PHASE2", ["2"]],
  ["PHASE3", ["3"]],
  ["PHASE4", ["4"]]
])

/** The types of secondary ids that are numbers of grants, contracts or funding. */
export const grantTypes: ReadonlySet<string> = new Set([
  "NIH",
  "FDA",
  "VA",
  "CDC",
  "AHRQ",
  "SAMHSA",
  "OTHER_GRANT"
])
