import { Either } from "effect"
import type { Finding, MappedRecord, Registry, RejectedRecord } from "../../Registry.js"
import { tidy } from "../../Text.js"
import type { ObservationalModel, Phase, Scope, StudyType } from "../../Trial.js"
import { aliasOf } from "./InstitutionAlias.js"

const columns = {
  id: "과제번호",
  title: "과제명",
  department: "진료과",
  leadInstitution: "연구책임기관",
  studyType: "연구종류",
  stage: "임상시험단계(연구모형)",
  scope: "연구범위",
  duration: "연구기간",
  enrollment: "전체목표연구대상자수"
} as const
type Column = keyof typeof columns

const studyTypes: Readonly<Record<string, StudyType>> = {
  관찰연구: "observational",
  중재연구: "interventional",
  기타: "other"
}

const scopes: Readonly<Record<string, Scope>> = { 국내다기관: "multi-center", 단일기관: "single-center" }

const models: Readonly<Record<string, ObservationalModel>> = {
  코호트: "cohort",
  "Case-only": "case-only",
  "Case-control": "case-control",
  "Case-crossover": "case-crossover",
  "Cross-sectional": "cross-sectional",
  Other: "other"
}

const phases: Readonly<Record<string, ReadonlyArray<Phase>>> = {
  "Early Phase 1": ["early-1"],
  "Phase 1": ["1"],
  "Phase 1/Phase 2": ["1", "2"],
  "Phase 2": ["2"],
  "Phase 2/Phase 3": ["2", "3"],
  "Phase 3": ["3"],
  "Phase 4": ["4"]
}

// The largest number that a trial's column holds.
const largest = 2_147_483_647

/** `36개월`, `3년`, `1년 6개월`, in months; null for anything else. */
const monthsOf = (text: string): number | null => {
  const found = /^(?:(\d{1,4})\s*년)?\s*(?:(\d{1,5})\s*개월)?$/.exec(text)
  if (found === null || (found[1] === undefined && found[2] === undefined)) return null
  return Number(found[1] ?? 0) * 12 + Number(found[2] ?? 0)
}

/** `120` or `1,200`; null for anything else. */
const countOf = (text: string): number | null => {
  if (!/^\d+$|^\d{1,3}(,\d{3})+$/.test(text)) return null
  const count = Number(text.replaceAll(",", ""))
  return count <= largest ? count : null
}

/** Every value of a record as tidied text, missing ones null; or the reason why it cannot be read. */
const textsOf = (record: unknown): Record<Column, string | null> | string => {
  if (typeof record !== "object" || record === null || Array.isArray(record))
    return "the record is not an object"
  const values = new Map<string, unknown>(Object.entries(record))
  const texts: Partial<Record<Column, string | null>> = {}
  for (const [field, column] of Object.entries(columns)) {
    const value = values.get(column)
    if (typeof value !== "string" && !(typeof value === "number" && Number.isFinite(value))) {
      return `${column} is ${value === undefined ? "missing" : value === null ? "null" : "no text"}`
    }
    const text = tidy(String(value))
    texts[field as Column] = text === "" || text === "-" ? null : text // Object.entries forgets the keys' type
  }
  return texts as Record<Column, string | null> // every column has been set
}

const transform = (record: unknown): Either.Either<MappedRecord, RejectedRecord> => {
  const texts = textsOf(record)
  if (typeof texts === "string") return Either.left({ id: idOf(record), reason: texts })
  const { department, duration, enrollment, id, leadInstitution, scope, stage, studyType, title } = texts
  if (id === null) return Either.left({ id: null, reason: `${columns.id} is empty` })
  if (title === null) return Either.left({ id, reason: `${columns.title} is empty` })

  const findings: Array<Finding> = []
  const find = (code: string, field: string, value: string | null): void =>
    void findings.push({ code, field, value })
  const coded = <A>(
    vocabulary: Readonly<Record<string, A>>,
    field: string,
    text: string | null
  ): A | "unknown" | null => {
    if (text === null) return null
    if (Object.hasOwn(vocabulary, text)) return vocabulary[text] ?? null
    find("vocabulary-unknown", field, text)
    return "unknown"
  }

  if (!/^C\d{6}$/.test(id)) find("id-unusual", "id", id)
  const type = coded(studyTypes, "studyType", studyType)
  // The one column holds a phase for interventional studies and a model for observational ones.
  const isPhase =
    type === "interventional" || (type !== "observational" && stage !== null && Object.hasOwn(phases, stage))
  const phaseRaw = isPhase ? stage : null
  const modelRaw = isPhase ? null : stage
  const phase = coded(phases, "phases", phaseRaw)
  const durationMonths = duration === null ? null : monthsOf(duration)
  if (duration === null) find("duration-missing", "durationMonths", null)
  else if (durationMonths === null) find("duration-unparsable", "durationMonths", duration)
  const target = enrollment === null ? null : countOf(enrollment)
  if (enrollment === null) find("enrollment-missing", "enrollment", null)
  else if (target === null) find("enrollment-unparsable", "enrollment", enrollment)
  const alias = leadInstitution === null ? null : aliasOf(leadInstitution)
  if (alias !== null) find("institution-alias", "leadInstitution", alias)

  return Either.right({
    id,
    findings,
    content: {
      url: null,
      title,
      officialTitle: null,
      studyType: type,
      studyTypeRaw: studyType,
      phases: phase === null || phase === "unknown" ? [] : phase,
      phaseRaw,
      observationalModel: coded(models, "observationalModel", modelRaw),
      observationalModelRaw: modelRaw,
      scope: coded(scopes, "scope", scope),
      scopeRaw: scope,
      department,
      leadInstitution,
      collaborators: [],
      status: null,
      statusRaw: null,
      conditions: [],
      interventions: [],
      enrollment: target,
      enrollmentType: null,
      enrollmentRaw: enrollment,
      durationMonths,
      durationRaw: duration,
      startDate: null,
      completionDate: null,
      registryUpdatedDate: null,
      countries: [],
      hasResults: null
    }
  })
}

/** The id of a record that cannot be read otherwise, so that its trial does not seem to have disappeared. */
const idOf = (record: unknown): string | null => {
  if (typeof record !== "object" || record === null) return null
  const value: unknown = Object.entries(record).find(([name]) => name === columns.id)?.[1]
  const id = typeof value === "string" ? tidy(value) : ""
  return id === "" ? null : id
}

/** 임상연구 과제정보 of the Korean 질병관리청, dataset 3074271 of data.go.kr. */
export const kdca: Registry = {
  name: "kdca",
  title: "임상연구 과제정보",
  homepage: "https://www.data.go.kr/data/3074271/fileData.do",
  attribution: "질병관리청, 임상연구 과제정보 (data.go.kr 3074271)",
  licence: null,
  mappingVersion: 1,
  requestedSince: {},
  columns: Object.values(columns),
  transform
}
