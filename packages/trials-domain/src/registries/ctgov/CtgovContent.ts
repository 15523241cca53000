import { Schema } from "effect"
import { PartialDate } from "../../model/PartialDate.js"
import type { SecondaryId } from "../../model/SecondaryId.js"
import { type ContentField, type KnownContent, TrialContent } from "../../model/Trial.js"
import { isNoId, secondaryId } from "../SecondaryIds.js"
import { countryCode } from "./Countries.js"
import type { CtgovPiece } from "./CtgovRecord.js"
import { isValues, objectsAround, objectsOf, type Reader, type Values, valueOf } from "./CtgovStudy.js"
import * as Vocabulary from "./CtgovVocabulary.js"

const isDate = Schema.is(PartialDate)

// What the registry writes for a number of participants that is not known.
const unknownCount = 99_999_999

// The largest number that a trial's column can hold.
const largest = 2_147_483_647

const dateOf = (read: Reader, field: ContentField, value: unknown): string | null => {
  const text = read.text(field, value)
  if (text === null || isDate(text)) return text
  read.find("date-unparsable", field, text)
  return null
}

const phasesOf = (read: Reader, value: unknown): Pick<TrialContent, "phases" | "phaseRaw"> => {
  const words = read.texts("phases", value)
  const phases = words.flatMap((word) => {
    const known = Vocabulary.phases.get(word)
    if (known === undefined) read.find("vocabulary-unknown", "phases", word)
    return known ?? []
  })
  // As the registry joins them in its own tables.
  return { phases, phaseRaw: words.length === 0 ? null : words.join("|") }
}

const enrollmentOf = (read: Reader, value: unknown): Pick<TrialContent, "enrollment" | "enrollmentRaw"> => {
  const enrollmentRaw = typeof value === "number" ? String(value) : read.text("enrollment", value)
  const count = enrollmentRaw === null || !/^\d+$/.test(enrollmentRaw) ? null : Number(enrollmentRaw)
  const isKnown = count !== null && count !== unknownCount && count <= largest
  if (enrollmentRaw !== null && !isKnown) {
    read.find(
      count === unknownCount ? "enrollment-unknown" : "enrollment-unparsable",
      "enrollment",
      enrollmentRaw
    )
  }
  return { enrollment: isKnown ? count : null, enrollmentRaw }
}

const countriesOf = (read: Reader, study: Values): Pick<TrialContent, "countries" | "countriesRaw"> => {
  const names = objectsAround(study, "LocationCountry").map(({ country }) => country)
  // Sorted, as the order of a study's sites is not stable.
  const countriesRaw = [...read.texts("countriesRaw", names)].sort()
  const codes = countriesRaw.flatMap((name) => {
    const code = countryCode(name)
    if (code === undefined) read.find("country-unknown", "countries", name)
    return code ?? []
  })
  return { countries: [...new Set(codes)].sort(), countriesRaw }
}

/**
 * The sponsor's own id (WHO counts it among the secondary ones), and those that the study names. The number of a study of
 * expanded access is none of them: that is another study.
 */
const secondaryIdsOf = (read: Reader, study: Values): ReadonlyArray<SecondaryId> => {
  const own = valueOf(study, "OrgStudyIdInfo")
  const ids = [...(isValues(own) ? [own] : []), ...objectsOf(study, "SecondaryIdInfo")].flatMap((said) => {
    const id = read.text("secondaryIds", said["id"])
    if (id === null) return []
    if (isNoId(id)) read.find("identifier-empty", "secondaryIds", id)
    const type = read.text("secondaryIds", said["type"])
    const issuer = read.text("secondaryIds", said["domain"]) ?? type
    return [secondaryId({ id, issuer, isGrant: type !== null && Vocabulary.grantTypes.has(type) })]
  })
  const seen = new Set<string>()
  return ids.filter(({ issuer, raw }) => {
    const key = JSON.stringify([issuer, raw])
    return !seen.has(key) && seen.add(key)
  })
}

const outcomesOf = (
  read: Reader,
  study: Values,
  field: "primaryOutcomes" | "secondaryOutcomes" | "otherOutcomes",
  piece: CtgovPiece
): TrialContent["primaryOutcomes"] =>
  objectsOf(study, piece).flatMap((outcome) => {
    const measure = read.name(field, outcome, "measure")
    return measure === null
      ? []
      : [
          {
            measure,
            timeFrame: read.text(field, outcome["timeFrame"]),
            description: read.lines(field, outcome["description"])
          }
        ]
  })

/** What is done in a study, and to whom. */
const arrangementOf = (
  read: Reader,
  study: Values
): Pick<TrialContent, "interventions" | "interventionNames" | "arms" | "design" | "eligibility"> => {
  const at = (piece: CtgovPiece) => valueOf(study, piece)
  const interventions = objectsAround(study, "InterventionName").flatMap((intervention) => {
    const name = read.name("interventions", intervention, "name")
    return name === null
      ? []
      : [
          {
            type: read.coded(Vocabulary.interventionTypes, "interventions", intervention["type"]),
            name,
            otherNames: read.texts("interventions", intervention["otherNames"])
          }
        ]
  })
  const arms = objectsAround(study, "ArmGroupLabel").flatMap((arm) => {
    const label = read.name("arms", arm, "label")
    return label === null ? [] : [{ label, type: read.coded(Vocabulary.armTypes, "arms", arm["type"]) }]
  })
  const design = {
    allocation: read.coded(Vocabulary.allocations, "design", at("DesignAllocation")),
    masking: read.coded(Vocabulary.maskings, "design", at("DesignMasking")),
    purpose: read.coded(Vocabulary.purposes, "design", at("DesignPrimaryPurpose")),
    assignment: read.coded(Vocabulary.assignments, "design", at("DesignInterventionModel"))
  }
  const eligibility = {
    criteria: read.lines("eligibility", at("EligibilityCriteria")),
    sex: read.coded(Vocabulary.sexes, "eligibility", at("Sex")),
    minimumAge: read.text("eligibility", at("MinimumAge")),
    maximumAge: read.text("eligibility", at("MaximumAge")),
    healthyVolunteers: read.flag("eligibility", at("HealthyVolunteers"))
  }
  const orNull = <A extends object>(value: A): A | null =>
    Object.values(value).some((member) => member !== null) ? value : null
  return {
    interventions,
    interventionNames: [...new Set(interventions.map(({ name }) => name))],
    arms,
    design: orNull(design),
    eligibility: orNull(eligibility)
  }
}

/** When things happen in a study, and to its record. */
const datesOf = (read: Reader, study: Values): Omit<KnownContent, "title"> => {
  const date = (field: ContentField, piece: CtgovPiece) => dateOf(read, field, valueOf(study, piece))
  const type = (field: ContentField, piece: CtgovPiece) =>
    read.coded(Vocabulary.dateTypes, field, valueOf(study, piece))
  return {
    registeredDate: date("registeredDate", "StudyFirstPostDate"),
    startDate: date("startDate", "StartDate"),
    startDateType: type("startDateType", "StartDateType"),
    primaryCompletionDate: date("primaryCompletionDate", "PrimaryCompletionDate"),
    primaryCompletionDateType: type("primaryCompletionDateType", "PrimaryCompletionDateType"),
    completionDate: date("completionDate", "CompletionDate"),
    completionDateType: type("completionDateType", "CompletionDateType"),
    registryUpdatedDate: date("registryUpdatedDate", "LastUpdatePostDate"),
    resultsDate: date("resultsDate", "ResultsFirstPostDate")
  }
}

/** Who leads a study: an institution, or a person (`individual`), whose name the registry shows as that of the sponsor. */
const sponsorOf = (read: Reader, study: Values): Pick<TrialContent, "leadInstitution" | "sponsorClass"> => ({
  sponsorClass: read.coded(Vocabulary.sponsorClasses, "sponsorClass", valueOf(study, "LeadSponsorClass")),
  leadInstitution: read.text("leadInstitution", valueOf(study, "LeadSponsorName"))
})

/** What a study says, as the content of a trial. */
export const contentOf = (read: Reader, study: Values, id: string, title: string): TrialContent => {
  const at = (piece: CtgovPiece) => valueOf(study, piece)
  const text = (field: ContentField, piece: CtgovPiece) => read.text(field, at(piece))
  const collaborators = objectsAround(study, "CollaboratorName").map(({ name }) => name)
  return TrialContent.make({
    url: `https://clinicaltrials.gov/study/${id}`,
    title,
    officialTitle: text("officialTitle", "OfficialTitle"),
    acronym: text("acronym", "Acronym"),
    secondaryIds: secondaryIdsOf(read, study),
    formerIds: read.texts("formerIds", at("NCTIdAlias")),
    studyType: read.coded(Vocabulary.studyTypes, "studyType", at("StudyType")),
    studyTypeRaw: text("studyTypeRaw", "StudyType"),
    ...phasesOf(read, at("Phase")),
    observationalModel: read.coded(Vocabulary.models, "observationalModel", at("DesignObservationalModel")),
    observationalModelRaw: text("observationalModelRaw", "DesignObservationalModel"),
    ...sponsorOf(read, study),
    collaborators: read.texts("collaborators", collaborators),
    status: read.coded(Vocabulary.statuses, "status", at("OverallStatus")),
    statusRaw: text("statusRaw", "OverallStatus"),
    lastKnownStatus: read.coded(Vocabulary.statuses, "lastKnownStatus", at("LastKnownStatus")),
    whyStopped: text("whyStopped", "WhyStopped"),
    conditions: read.texts("conditions", at("Condition")),
    keywords: read.texts("keywords", at("Keyword")),
    ...arrangementOf(read, study),
    ...enrollmentOf(read, at("EnrollmentCount")),
    enrollmentType: read.coded(Vocabulary.enrollmentTypes, "enrollmentType", at("EnrollmentType")),
    ...datesOf(read, study),
    ...countriesOf(read, study),
    primaryOutcomes: outcomesOf(read, study, "primaryOutcomes", "PrimaryOutcome"),
    secondaryOutcomes: outcomesOf(read, study, "secondaryOutcomes", "SecondaryOutcome"),
    otherOutcomes: outcomesOf(read, study, "otherOutcomes", "OtherOutcome"),
    hasResults: read.flag("hasResults", at("HasResults")),
    ipdSharing: read.coded(Vocabulary.ipdSharings, "ipdSharing", at("IPDSharing")),
    summary: read.lines("summary", at("BriefSummary"))
  })
}
