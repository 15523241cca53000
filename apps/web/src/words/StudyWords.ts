import type {
  DateType,
  IpdSharing,
  ObservationalModel,
  Phase,
  Scope,
  SponsorClass,
  Status,
  StudyType
} from "trials-domain/Vocabulary"
import type { InEach } from "../Language.js"

/** The words of a vocabulary: one that lacks a code does not compile. */
export type Words<Code extends string> = Readonly<Record<Code, InEach<string>>>

/** What a code stands for that no mapping knows. */
export const unknown = { en: "Not known", ko: "알 수 없음" } as const
/** What is none of the others. */
export const other = { en: "Other", ko: "기타" } as const

/** Kinds of studies. */
export const studyTypes: Words<StudyType> = {
  interventional: { en: "Interventional", ko: "중재연구" },
  observational: { en: "Observational", ko: "관찰연구" },
  "expanded-access": { en: "Expanded access", ko: "확대접근(치료목적 사용)" },
  other,
  unknown
}

/** Phases. */
export const phases: Words<Phase> = {
  "early-1": { en: "Early phase 1", ko: "초기 1상" },
  "1": { en: "Phase 1", ko: "1상" },
  "2": { en: "Phase 2", ko: "2상" },
  "3": { en: "Phase 3", ko: "3상" },
  "4": { en: "Phase 4", ko: "4상" }
}

/** How observational studies are set up. */
export const observationalModels: Words<ObservationalModel> = {
  cohort: { en: "Cohort", ko: "코호트" },
  "case-control": { en: "Case-control", ko: "환자-대조군" },
  "case-only": { en: "Case-only", ko: "환자군 단독" },
  "case-crossover": { en: "Case-crossover", ko: "환자교차" },
  "cross-sectional": { en: "Cross-sectional", ko: "단면연구" },
  "ecologic-or-community": { en: "Ecologic or community", ko: "생태학적 또는 지역사회" },
  "family-based": { en: "Family-based", ko: "가족 기반" },
  "defined-population": { en: "Defined population", ko: "특정 인구집단" },
  "natural-history": { en: "Natural history", ko: "자연경과" },
  other,
  unknown
}

/** At how many sites. */
export const scopes: Words<Scope> = {
  "single-center": { en: "One site", ko: "단일기관" },
  "multi-center": { en: "Several sites", ko: "다기관" },
  unknown
}

/** Whether a trial recruits. `unknown` is never shown as open. */
export const statuses: Words<Status> = {
  "not-yet-recruiting": { en: "Not yet recruiting", ko: "모집 전" },
  recruiting: { en: "Recruiting", ko: "모집 중" },
  "enrolling-by-invitation": { en: "Enrolling by invitation", ko: "초청자만 등록 중" },
  "active-not-recruiting": { en: "Active, not recruiting", ko: "진행 중(모집 종료)" },
  suspended: { en: "Suspended", ko: "일시 중단" },
  terminated: { en: "Terminated", ko: "조기 종료" },
  completed: { en: "Completed", ko: "완료" },
  withdrawn: { en: "Withdrawn", ko: "철회" },
  available: { en: "Available", ko: "이용 가능" },
  "no-longer-available": { en: "No longer available", ko: "이용 종료" },
  "temporarily-not-available": { en: "Temporarily not available", ko: "일시적으로 이용 불가" },
  "approved-for-marketing": { en: "Approved for marketing", ko: "시판 승인" },
  withheld: { en: "Withheld", ko: "비공개" },
  unknown: { en: "Status not known", ko: "상태 알 수 없음" }
}

/** What kind of body leads a trial. */
export const sponsorClasses: Words<SponsorClass> = {
  nih: { en: "US National Institutes of Health", ko: "미국 국립보건원(NIH)" },
  "us-federal": { en: "US federal agency", ko: "미국 연방기관" },
  "other-government": { en: "Other government body", ko: "그 밖의 정부기관" },
  industry: { en: "Industry", ko: "기업" },
  network: { en: "Network", ko: "연구 네트워크" },
  individual: { en: "Individual", ko: "개인" },
  ambiguous: { en: "Ambiguous", ko: "불분명" },
  other,
  unknown
}

/** Of dates and of numbers of participants. */
export const planned: Words<DateType> = {
  actual: { en: "Actual", ko: "실제" },
  estimated: { en: "Planned", ko: "예정" },
  unknown
}

/** Whether the data of single participants will be shared. */
export const ipdSharings: Words<IpdSharing> = {
  yes: { en: "Yes", ko: "예" },
  no: { en: "No", ko: "아니요" },
  undecided: { en: "Undecided", ko: "미정" },
  unknown
}
