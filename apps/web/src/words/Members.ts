import type { TrialContent } from "trials-domain/Trial"
import type { InEach, Language } from "../Language.js"
import type { CodedName } from "./Codes.js"

type Objects = {
  readonly [Field in keyof TrialContent]: NonNullable<TrialContent[Field]> extends infer Value
    ? Value extends ReadonlyArray<infer Item>
      ? Extract<Item, object>
      : Extract<Value, object>
    : never
}[keyof TrialContent]

type KeyOf<Each> = Each extends unknown ? keyof Each : never

/** A member of an object in a field, as in `timeFrame`. */
type Member = KeyOf<Objects>

const labels: Readonly<Record<Member, InEach<string>>> = {
  id: { en: "Id", ko: "번호" },
  kind: { en: "Issued by", ko: "발급 체계" },
  issuer: { en: "Issuer or type", ko: "발급기관 또는 유형" },
  raw: { en: "In the registry's words", ko: "등록처 표기" },
  type: { en: "Type", ko: "유형" },
  name: { en: "Name", ko: "이름" },
  otherNames: { en: "Other names", ko: "다른 이름" },
  label: { en: "Label", ko: "이름" },
  allocation: { en: "Allocation", ko: "배정" },
  masking: { en: "Masking", ko: "눈가림" },
  purpose: { en: "Purpose", ko: "연구 목적" },
  assignment: { en: "Assignment", ko: "중재 모형" },
  criteria: { en: "Criteria", ko: "선정·제외 기준" },
  sex: { en: "Sex", ko: "성별" },
  minimumAge: { en: "Youngest", ko: "최소 연령" },
  maximumAge: { en: "Oldest", ko: "최대 연령" },
  healthyVolunteers: { en: "Healthy volunteers", ko: "건강한 지원자" },
  measure: { en: "Measure", ko: "평가변수" },
  timeFrame: { en: "When", ko: "평가 시점" },
  description: { en: "Description", ko: "설명" }
}

const byName: ReadonlyMap<string, InEach<string>> = new Map(Object.entries(labels))

/** What a member of an object is called; its own name where it is not known here. */
export const memberLabel = (language: Language, member: string): string =>
  byName.get(member)?.[language] ?? member

// Members whose name alone does not tell their vocabulary.
const vocabularies: Readonly<Record<string, CodedName>> = {
  "interventions.type": "interventionType",
  "arms.type": "armType",
  "secondaryIds.kind": "identifierKind"
}

/** The name by which the codes of a field, or of a member of objects in it, are found: mostly its own. */
export const codedName = (field: string, member?: string): string =>
  member === undefined ? field : (vocabularies[`${field}.${member}`] ?? member)
