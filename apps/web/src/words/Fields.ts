import type { Trial } from "trials-domain/Trial"
import type { InEach, Language } from "../Language.js"

// In Korean a field that is a column of the Korean registry has that column's name.
const labels: Readonly<Record<keyof Trial, InEach<string>>> = {
  registry: { en: "Registry", ko: "등록처" },
  id: { en: "Id", ko: "등록번호" },
  url: { en: "The registry's own page", ko: "등록처의 원문 페이지" },
  title: { en: "Title", ko: "제목" },
  officialTitle: { en: "Official title", ko: "공식 제목" },
  acronym: { en: "Acronym", ko: "약칭" },
  secondaryIds: { en: "Other identifiers", ko: "다른 식별번호" },
  formerIds: { en: "Former ids", ko: "이전 번호" },
  studyType: { en: "Study type", ko: "연구종류" },
  studyTypeRaw: { en: "Study type, in the registry's words", ko: "연구종류(등록처 표기)" },
  phases: { en: "Phase", ko: "임상시험단계" },
  phaseRaw: { en: "Phase, in the registry's words", ko: "임상시험단계(등록처 표기)" },
  observationalModel: { en: "Observational model", ko: "연구모형" },
  observationalModelRaw: { en: "Observational model, in the registry's words", ko: "연구모형(등록처 표기)" },
  scope: { en: "Scope", ko: "연구범위" },
  scopeRaw: { en: "Scope, in the registry's words", ko: "연구범위(등록처 표기)" },
  department: { en: "Department", ko: "진료과" },
  leadInstitution: { en: "Lead institution", ko: "연구책임기관" },
  sponsorClass: { en: "Kind of sponsor", ko: "의뢰자 유형" },
  funders: { en: "Funders", ko: "연구비 지원기관" },
  collaborators: { en: "Collaborators", ko: "공동연구기관" },
  status: { en: "Status", ko: "모집 상태" },
  statusRaw: { en: "Status, in the registry's words", ko: "모집 상태(등록처 표기)" },
  lastKnownStatus: { en: "Last known status", ko: "마지막으로 확인된 상태" },
  whyStopped: { en: "Why it stopped", ko: "중단 사유" },
  conditions: { en: "Conditions", ko: "대상 질환" },
  keywords: { en: "Keywords", ko: "주제어" },
  interventions: { en: "Interventions", ko: "중재" },
  interventionNames: { en: "Names of the interventions", ko: "중재명" },
  arms: { en: "Arms", ko: "연구군" },
  design: { en: "Design", ko: "연구설계" },
  eligibility: { en: "Who may take part", ko: "참여 기준" },
  enrollment: { en: "Number of participants", ko: "전체목표연구대상자수" },
  enrollmentType: { en: "Number of participants: counted or planned", ko: "연구대상자수 구분(실제·예정)" },
  enrollmentRaw: {
    en: "Number of participants, in the registry's words",
    ko: "전체목표연구대상자수(등록처 표기)"
  },
  durationMonths: { en: "Planned duration", ko: "연구기간" },
  durationRaw: { en: "Planned duration, in the registry's words", ko: "연구기간(등록처 표기)" },
  registeredDate: { en: "First shown by the registry", ko: "등록처 최초 공개일" },
  startDate: { en: "Start", ko: "연구 시작일" },
  startDateType: { en: "Start: actual or planned", ko: "연구 시작일 구분(실제·예정)" },
  primaryCompletionDate: { en: "Primary completion", ko: "1차 완료일" },
  primaryCompletionDateType: {
    en: "Primary completion: actual or planned",
    ko: "1차 완료일 구분(실제·예정)"
  },
  completionDate: { en: "Completion", ko: "연구 완료일" },
  completionDateType: { en: "Completion: actual or planned", ko: "연구 완료일 구분(실제·예정)" },
  registryUpdatedDate: { en: "The registry's own update date", ko: "등록처가 밝힌 갱신일" },
  countries: { en: "Countries", ko: "수행 국가" },
  countriesRaw: { en: "Countries, in the registry's words", ko: "수행 국가(등록처 표기)" },
  primaryOutcomes: { en: "Primary outcomes", ko: "1차 평가변수" },
  secondaryOutcomes: { en: "Secondary outcomes", ko: "2차 평가변수" },
  otherOutcomes: { en: "Other outcomes", ko: "그 밖의 평가변수" },
  hasResults: { en: "Results at the registry", ko: "등록처의 결과 공개 여부" },
  resultsDate: { en: "Results first shown", ko: "결과 최초 공개일" },
  ethicsReview: { en: "Ethics review", ko: "윤리심의" },
  ipdSharing: { en: "Sharing of participants' data", ko: "개별 참여자 자료 공유" },
  summary: { en: "Summary", ko: "연구 요약" },
  version: { en: "Version", ko: "버전" },
  createdAt: { en: "First seen by us", ko: "처음 확인한 때" },
  updatedAt: { en: "Last change seen by us", ko: "마지막 변경 확인" },
  missingSince: { en: "No longer listed since", ko: "목록에서 사라진 때" }
}

const byName: ReadonlyMap<string, InEach<string>> = new Map(Object.entries(labels))

// The Korean registry calls these by names that no other one has.
const ofKdca: ReadonlyMap<string, string> = new Map([
  ["id", "과제번호"],
  ["title", "과제명"]
])

/**
 * What people call a field of a trial, in the words of its registry where that is given; its own name where a newer server
 * has a field that is not known here.
 */
export const fieldLabel = (language: Language, field: string, registry?: string): string => {
  const own = language === "ko" && registry === "kdca" ? ofKdca.get(field) : undefined
  return own ?? byName.get(field)?.[language] ?? field
}
