import type { Finding, RejectedRecord } from "../../model/Finding.js"
import { Either } from "effect"
import * as Registry from "../Registry.js"
import { tidy } from "../../model/Text.js"
import { TrialContent } from "../../model/Trial.js"
import type { ObservationalModel, Phase, Scope, StudyType } from "../../model/Vocabulary.js"
import { aliasOf } from "./InstitutionAlias.js"
import { type KdcaColumn, KdcaRecord } from "./KdcaRecord.js"

// The type of a schema's keys is only text.
const columns = Object.keys(KdcaRecord.fields) as ReadonlyArray<KdcaColumn>

// The registry's spellings in lower case; the lookup ignores case.
const studyTypes: ReadonlyMap<string, StudyType> = new Map([
  ["관찰연구", "observational"],
  ["중재연구", "interventional"],
  ["기타", "other"]
])

const scopes: ReadonlyMap<string, Scope> = new Map([
  ["국내다기관", "multi-center"],
  ["단일기관", "single-center"]
])

const models: ReadonlyMap<string, ObservationalModel> = new Map([
  ["코호트", "cohort"],
  ["case-only", "case-only"],
  ["case-control", "case-control"],
  ["case-crossover", "case-crossover"],
  ["cross-sectional", "cross-sectional"],
  ["ecologic or community", "ecologic-or-community"],
  ["family-based", "family-based"],
  ["other", "other"]
])

const phases: ReadonlyMap<string, ReadonlyArray<Phase>> = new Map<string, ReadonlyArray<Phase>>([
  ["early phase 1", ["early-1"]],
  ["phase 1", ["1"]],
  ["phase 1/phase 2", ["1", "2"]],
  ["phase 2", ["2"]],
  ["phase 2/phase 3", ["2", "3"]],
  ["phase 3", ["3"]],
  ["phase 4", ["4"]]
])

const looksLikePhase = (text: string | null): boolean => text !== null && /^(?:early\s+)?phase\b/i.test(text)

// The largest number that a trial's column can hold.
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

type Values = Readonly<Record<string, unknown>>

// JSON's numbers are read as doubles: beyond 2^53 two different numbers, even two ids, read as the same one.
const isInexact = (value: unknown): boolean =>
  typeof value === "number" &&
  !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value))

/** A column's tidied text; a number becomes text; undefined if the value is neither, or is not exact. */
const textOf = (values: Values, column: KdcaColumn): string | undefined => {
  const value = Object.hasOwn(values, column) ? values[column] : undefined
  if (typeof value === "string") return tidy(value)
  if (typeof value !== "number" || isInexact(value)) return undefined
  // A double also rounds decimals, which no id has.
  return column === "과제번호" && !Number.isInteger(value) ? undefined : String(value)
}

const isSaid = (text: string | undefined): text is string => text !== undefined && text !== "" && text !== "-"

const kindOf = (value: unknown): string => {
  if (value === undefined) return "missing"
  if (value === null) return "null"
  if (isInexact(value)) return "a number with more digits than can be read exactly"
  if (typeof value === "number") return "a number that is not whole"
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`
}

/** Every column's tidied text, null if it is empty; or the reason why the record cannot be read. */
const textsOf = (values: Values): Readonly<Record<KdcaColumn, string | null>> | string => {
  const texts: Partial<Record<KdcaColumn, string | null>> = {}
  for (const column of columns) {
    const text = textOf(values, column)
    if (text === undefined) return `${column} is ${kindOf(values[column])}`
    texts[column] = text === "" ? null : text
  }
  return texts as Record<KdcaColumn, string | null> // every column has been set
}

const isValues = (record: unknown): record is Values =>
  typeof record === "object" && record !== null && !Array.isArray(record)

const idOf = (record: unknown): string | null => {
  const id = isValues(record) ? textOf(record, "과제번호") : undefined
  return isSaid(id) ? id : null
}

const transform = (record: unknown): Either.Either<Registry.MappedRecord, RejectedRecord> => {
  if (!isValues(record)) {
    return Either.left({ id: null, reason: `the record is ${record === null ? "null" : "not an object"}` })
  }
  const values = record
  const id = textOf(values, "과제번호")
  const texts = textsOf(values)
  // The reason comes with the id, so that the trial does not seem to have disappeared.
  if (typeof texts === "string") return Either.left({ id: idOf(record), reason: texts })
  if (!isSaid(id)) return Either.left({ id: null, reason: `과제번호 is ${id === "-" ? "a dash" : "empty"}` })
  const title = texts.과제명
  if (title === null || title === "-") {
    return Either.left({ id, reason: `과제명 is ${title === null ? "empty" : "a dash"}` })
  }
  const { 연구기간: duration, 연구범위: scope, 연구종류: studyType, 연구책임기관: leadInstitution } = texts
  const { "임상시험단계(연구모형)": stage, 전체목표연구대상자수: enrollment } = texts

  const findings: Array<Finding> = []
  const find = (code: string, field: string, value: string | null): void =>
    void findings.push({ code, field, value })
  const coded = <A>(
    vocabulary: ReadonlyMap<string, A>,
    field: string,
    text: string | null
  ): A | "unknown" | null => {
    if (text === null) return null
    const value = vocabulary.get(text.toLowerCase())
    if (value !== undefined) return value
    find("vocabulary-unknown", field, text)
    return "unknown"
  }

  if (!/^C\d{6}$/.test(id)) find("id-unusual", "id", id)
  for (const [column, value] of Object.entries(values)) {
    // Of a column that is not read, only the record shows a number, and not as the registry wrote it.
    if (isInexact(value)) findings.push({ code: "number-inexact", field: null, value: column })
  }
  const type = coded(studyTypes, "studyType", studyType)
  // One column holds a phase for interventional studies and a model for observational ones.
  const isPhase = type === "interventional" || (type !== "observational" && looksLikePhase(stage))
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
    content: TrialContent.make({
      title,
      studyType: type,
      studyTypeRaw: studyType,
      phases: phase === null || phase === "unknown" ? [] : phase,
      phaseRaw,
      observationalModel: coded(models, "observationalModel", modelRaw),
      observationalModelRaw: modelRaw,
      scope: coded(scopes, "scope", scope),
      scopeRaw: scope,
      department: texts.진료과,
      leadInstitution,
      enrollment: target,
      enrollmentRaw: enrollment,
      durationMonths,
      durationRaw: duration
    })
  })
}

/** 임상연구 과제정보 of the Korean 질병관리청, dataset 3074271 of data.go.kr. */
export const kdca: Registry.Registry = Registry.make({
  name: "kdca",
  title: "임상연구 과제정보",
  homepage: "https://www.data.go.kr/data/3074271/fileData.do",
  attribution: "질병관리청, 임상연구 과제정보 (data.go.kr 3074271)",
  mappingVersion: 2,
  columns,
  transform,
  idOf
})
