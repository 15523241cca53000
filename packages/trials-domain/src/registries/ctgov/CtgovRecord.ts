/**
 * What is asked of each study of ClinicalTrials.gov, and where a study has it. Names and paths follow the registry's own
 * description of its data (`/api/v2/studies/metadata`). Nothing is asked that names a person: no contacts, officials,
 * investigators or sites.
 *
 * @module
 */

/**
 * The path in a study of each piece that is asked for; a list on the way is entered by itself. Where the last part is an
 * object (`OrgStudyIdInfo`) or a list of them (`SecondaryIdInfo`, the outcomes), the piece is all of it.
 */
export const paths = {
  NCTId: "protocolSection.identificationModule.nctId",
  NCTIdAlias: "protocolSection.identificationModule.nctIdAliases",
  VersionHolder: "derivedSection.miscInfoModule.versionHolder",
  OverallStatus: "protocolSection.statusModule.overallStatus",
  LastKnownStatus: "protocolSection.statusModule.lastKnownStatus",
  WhyStopped: "protocolSection.statusModule.whyStopped",
  LastUpdatePostDate: "protocolSection.statusModule.lastUpdatePostDateStruct.date",
  StudyFirstPostDate: "protocolSection.statusModule.studyFirstPostDateStruct.date",
  StartDate: "protocolSection.statusModule.startDateStruct.date",
  StartDateType: "protocolSection.statusModule.startDateStruct.type",
  PrimaryCompletionDate: "protocolSection.statusModule.primaryCompletionDateStruct.date",
  PrimaryCompletionDateType: "protocolSection.statusModule.primaryCompletionDateStruct.type",
  CompletionDate: "protocolSection.statusModule.completionDateStruct.date",
  CompletionDateType: "protocolSection.statusModule.completionDateStruct.type",
  ResultsFirstPostDate: "protocolSection.statusModule.resultsFirstPostDateStruct.date",
  HasResults: "hasResults",
  StudyType: "protocolSection.designModule.studyType",
  Phase: "protocolSection.designModule.phases",
  EnrollmentCount: "protocolSection.designModule.enrollmentInfo.count",
  EnrollmentType: "protocolSection.designModule.enrollmentInfo.type",
  LeadSponsorName: "protocolSection.sponsorCollaboratorsModule.leadSponsor.name",
  LeadSponsorClass: "protocolSection.sponsorCollaboratorsModule.leadSponsor.class",
  BriefTitle: "protocolSection.identificationModule.briefTitle",
  OfficialTitle: "protocolSection.identificationModule.officialTitle",
  Acronym: "protocolSection.identificationModule.acronym",
  OrgStudyIdInfo: "protocolSection.identificationModule.orgStudyIdInfo",
  SecondaryIdInfo: "protocolSection.identificationModule.secondaryIdInfos",
  CollaboratorName: "protocolSection.sponsorCollaboratorsModule.collaborators.name",
  Condition: "protocolSection.conditionsModule.conditions",
  Keyword: "protocolSection.conditionsModule.keywords",
  InterventionType: "protocolSection.armsInterventionsModule.interventions.type",
  InterventionName: "protocolSection.armsInterventionsModule.interventions.name",
  InterventionOtherName: "protocolSection.armsInterventionsModule.interventions.otherNames",
  ArmGroupLabel: "protocolSection.armsInterventionsModule.armGroups.label",
  ArmGroupType: "protocolSection.armsInterventionsModule.armGroups.type",
  LocationCountry: "protocolSection.contactsLocationsModule.locations.country",
  Sex: "protocolSection.eligibilityModule.sex",
  MinimumAge: "protocolSection.eligibilityModule.minimumAge",
  MaximumAge: "protocolSection.eligibilityModule.maximumAge",
  HealthyVolunteers: "protocolSection.eligibilityModule.healthyVolunteers",
  EligibilityCriteria: "protocolSection.eligibilityModule.eligibilityCriteria",
  DesignAllocation: "protocolSection.designModule.designInfo.allocation",
  DesignInterventionModel: "protocolSection.designModule.designInfo.interventionModel",
  DesignObservationalModel: "protocolSection.designModule.designInfo.observationalModel",
  DesignTimePerspective: "protocolSection.designModule.designInfo.timePerspective",
  DesignPrimaryPurpose: "protocolSection.designModule.designInfo.primaryPurpose",
  DesignMasking: "protocolSection.designModule.designInfo.maskingInfo.masking",
  DesignWhoMasked: "protocolSection.designModule.designInfo.maskingInfo.whoMasked",
  PrimaryOutcome: "protocolSection.outcomesModule.primaryOutcomes",
  SecondaryOutcome: "protocolSection.outcomesModule.secondaryOutcomes",
  OtherOutcome: "protocolSection.outcomesModule.otherOutcomes",
  BriefSummary: "protocolSection.descriptionModule.briefSummary",
  ExpandedAccessNCTId: "protocolSection.statusModule.expandedAccessInfo.nctId",
  DelayedPosting: "protocolSection.statusModule.delayedPosting",
  ResponsiblePartyType: "protocolSection.sponsorCollaboratorsModule.responsibleParty.type",
  IPDSharing: "protocolSection.ipdSharingStatementModule.ipdSharing"
} as const

/** The registry's name of a piece of a study, as its parameter `fields` takes it. */
export type CtgovPiece = keyof typeof paths

/** The pieces of every study that the list is read with: what shows that a study is new, gone or edited. */
export const censusPieces: ReadonlyArray<CtgovPiece> = [
  "NCTId",
  "NCTIdAlias",
  "VersionHolder",
  "OverallStatus",
  "LastKnownStatus",
  "WhyStopped",
  "LastUpdatePostDate",
  "StudyFirstPostDate",
  "StartDate",
  "StartDateType",
  "PrimaryCompletionDate",
  "PrimaryCompletionDateType",
  "CompletionDate",
  "CompletionDateType",
  "ResultsFirstPostDate",
  "HasResults",
  "StudyType",
  "Phase",
  "EnrollmentCount",
  "EnrollmentType",
  "LeadSponsorName",
  "LeadSponsorClass",
  "BriefTitle"
]

/** The pieces of a whole record: all of them, those of the census too. */
export const detailPieces = Object.keys(paths) as ReadonlyArray<CtgovPiece> // the keys of `paths`
