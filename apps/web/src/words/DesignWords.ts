import type { IdentifierKind } from "trials-domain/Identifier"
import type { Trial } from "trials-domain/Trial"
import type {
  Allocation,
  ArmType,
  Assignment,
  InterventionType,
  Masking,
  Purpose,
  Sex
} from "trials-domain/Vocabulary"
import { other, unknown, type Words } from "./StudyWords.js"

/** Who may take part. */
export const sexes: Words<Sex> = {
  all: { en: "All", ko: "모두" },
  female: { en: "Female", ko: "여성" },
  male: { en: "Male", ko: "남성" },
  unknown
}

/** What is done to participants. */
export const interventionTypes: Words<InterventionType> = {
  behavioral: { en: "Behavioural", ko: "행동" },
  biological: { en: "Biological", ko: "생물학적 제제" },
  "combination-product": { en: "Combination product", ko: "복합제품" },
  device: { en: "Device", ko: "의료기기" },
  "diagnostic-test": { en: "Diagnostic test", ko: "진단검사" },
  "dietary-supplement": { en: "Dietary supplement", ko: "식이보충제" },
  drug: { en: "Drug", ko: "의약품" },
  genetic: { en: "Genetic", ko: "유전자" },
  procedure: { en: "Procedure", ko: "시술·수술" },
  radiation: { en: "Radiation", ko: "방사선" },
  other,
  unknown
}

/** What an arm is for. */
export const armTypes: Words<ArmType> = {
  experimental: { en: "Experimental", ko: "시험군" },
  "active-comparator": { en: "Active comparator", ko: "활성 대조군" },
  "placebo-comparator": { en: "Placebo comparator", ko: "위약 대조군" },
  "sham-comparator": { en: "Sham comparator", ko: "모의 대조군" },
  "no-intervention": { en: "No intervention", ko: "무중재군" },
  other,
  unknown
}

/** How participants come to an arm. */
export const allocations: Words<Allocation> = {
  randomized: { en: "Randomized", ko: "무작위배정" },
  "non-randomized": { en: "Not randomized", ko: "비무작위배정" },
  "not-applicable": { en: "Not applicable", ko: "해당 없음" },
  unknown
}

/** How many parties do not know who gets what. */
export const maskings: Words<Masking> = {
  none: { en: "None (open)", ko: "눈가림 없음(공개)" },
  single: { en: "Single", ko: "단일 눈가림" },
  double: { en: "Double", ko: "이중 눈가림" },
  triple: { en: "Triple", ko: "삼중 눈가림" },
  quadruple: { en: "Quadruple", ko: "사중 눈가림" },
  unknown
}

/** What a trial is for. */
export const purposes: Words<Purpose> = {
  treatment: { en: "Treatment", ko: "치료" },
  prevention: { en: "Prevention", ko: "예방" },
  diagnostic: { en: "Diagnosis", ko: "진단" },
  "education-counseling-training": { en: "Education, counselling, training", ko: "교육·상담·훈련" },
  "supportive-care": { en: "Supportive care", ko: "보조적 치료" },
  screening: { en: "Screening", ko: "선별검사" },
  "health-services-research": { en: "Health services research", ko: "보건의료서비스 연구" },
  "basic-science": { en: "Basic science", ko: "기초과학" },
  "device-feasibility": { en: "Feasibility of a device", ko: "의료기기 타당성" },
  other,
  unknown
}

/** How the arms follow each other. */
export const assignments: Words<Assignment> = {
  "single-group": { en: "Single group", ko: "단일군" },
  parallel: { en: "Parallel", ko: "평행설계" },
  crossover: { en: "Crossover", ko: "교차설계" },
  factorial: { en: "Factorial", ko: "요인설계" },
  sequential: { en: "Sequential", ko: "순차설계" },
  unknown
}

type SecondaryIdKind = NonNullable<Trial["secondaryIds"][number]["kind"]>

/** How a trial is known by an identifier, or what the identifier is of. */
export const identifierKinds: Words<IdentifierKind | SecondaryIdKind> = {
  own: { en: "The registry's own id", ko: "등록처의 번호" },
  former: { en: "Former id", ko: "이전 번호" },
  nct: { en: "ClinicalTrials.gov (NCT)", ko: "ClinicalTrials.gov(NCT)" },
  ctis: { en: "EU CTIS", ko: "유럽 CTIS" },
  eudract: { en: "EudraCT", ko: "EudraCT" },
  isrctn: { en: "ISRCTN", ko: "ISRCTN" },
  kct: { en: "CRIS, Korea (KCT)", ko: "CRIS(KCT)" },
  utn: { en: "WHO universal trial number", ko: "WHO 공통 임상시험 번호(UTN)" },
  jrct: { en: "jRCT, Japan", ko: "일본 jRCT" },
  umin: { en: "UMIN, Japan", ko: "일본 UMIN" },
  drks: { en: "DRKS, Germany", ko: "독일 DRKS" },
  actrn: { en: "ANZCTR, Australia and New Zealand", ko: "호주·뉴질랜드 ANZCTR" },
  grant: { en: "Grant", ko: "연구비 번호" },
  other
}
