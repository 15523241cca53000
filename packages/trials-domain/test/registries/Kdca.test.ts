import { describe, expect, it } from "@effect/vitest"
import { Either } from "effect"
import * as FastCheck from "effect/FastCheck"
import { readFileSync } from "node:fs"
import { plan } from "../../src/pipeline/Plan.js"
import { summarize } from "../../src/model/Finding.js"
import { kdca } from "../../src/registries/kdca/Kdca.js"
import { transform } from "../../src/pipeline/Transform.js"

type Row = Record<string, unknown>

const rows: ReadonlyArray<Row> = JSON.parse(
  readFileSync(new URL("../../sample/kdca.json", import.meta.url), "utf8")
).data
const trials = transform(kdca, rows).trials
const tally = (of: (content: (typeof trials)[number]["content"]) => unknown) => {
  const counts: Record<string, number> = {}
  for (const { content } of trials) counts[String(of(content))] = (counts[String(of(content))] ?? 0) + 1
  return counts
}
const one = (id: string) => trials.find((trial) => trial.id === id)?.content
const contentOf = (record: unknown) => Either.getOrThrow(kdca.transform(record)).content

describe("the 145 real trials", () => {
  it("are all read, with the counts of each type, scope and phase", () => {
    expect(trials).toHaveLength(145)
    expect(tally(({ studyType }) => studyType)).toEqual({ observational: 100, interventional: 29, other: 16 })
    expect(tally(({ scope }) => scope)).toEqual({ "multi-center": 114, "single-center": 31 })
    expect(tally(({ phases }) => phases.join())).toEqual({ "": 116, "1": 2, "2": 5, "3": 5, "4": 17 })
    expect(tally(({ observationalModel }) => observationalModel)).toEqual({
      null: 45,
      cohort: 68,
      "case-only": 15,
      other: 9,
      "case-control": 4,
      "cross-sectional": 4
    })
    expect(trials.filter(({ content }) => content.enrollment === null)).toHaveLength(15)
    expect(trials.filter(({ content }) => content.durationRaw === null)).toHaveLength(17)
  })

  it("keep the text of what cannot be parsed, and are tidy", () => {
    expect(one("C150004")).toMatchObject({ durationMonths: null, durationRaw: "년" })
    expect(one("C160042")).toMatchObject({ durationMonths: null, durationRaw: "30" })
    expect(one("C140024")).toMatchObject({ durationMonths: 600 })
    for (const { content } of trials) expect(content.title).toBe(content.title.replace(/\s+/g, " ").trim())
    expect(one("C130010")).toMatchObject({
      title: "조직구증식증 임상연구 네트워크 구축 및 운영(HLH)",
      durationMonths: 36,
      scope: "multi-center",
      studyType: "observational",
      leadInstitution: "서울아산병원",
      observationalModel: "cohort",
      enrollment: 120,
      department: "Pediatrics"
    })
  })

  it("have the findings that were counted in them, and keep the names of institutions as they are", () => {
    const { findings, rejected } = transform(kdca, rows)
    expect(rejected).toEqual([])
    expect(summarize(findings).map(({ code, count, field }) => [code, field, count])).toEqual([
      ["duration-missing", "durationMonths", 17],
      ["enrollment-missing", "enrollment", 15],
      ["institution-alias", "leadInstitution", 6],
      ["duration-unparsable", "durationMonths", 2]
    ])
    const names = tally(({ leadInstitution }) => leadInstitution)
    expect(Object.keys(names)).toHaveLength(45)
    expect(names).toMatchObject({
      고려대안암병원: 3,
      "고려대학교 안암병원": 4,
      고려대구로병원: 2,
      "고려대학교 구로병원": 1,
      고려대안산병원: 1,
      "고려대학교 안산병원": 2
    })
    const aliases = findings.filter(({ code }) => code === "institution-alias")
    expect(aliases.map(({ id, value }) => [id, one(id)?.leadInstitution, value]).sort()).toEqual([
      ["C110003", "고려대안암병원", "고려대학교 안암병원"],
      ["C110008", "고려대안산병원", "고려대학교 안산병원"],
      ["C110011", "고려대구로병원", "고려대학교 구로병원"],
      ["C110012", "고려대안암병원", "고려대학교 안암병원"],
      ["C130012", "고려대안암병원", "고려대학교 안암병원"],
      ["C140001", "고려대구로병원", "고려대학교 구로병원"]
    ])
  })

  it("do not change under noise: normal form, invisible characters, spaces, numbers, order of keys", () => {
    for (const row of rows) {
      const noisy = Object.fromEntries(
        Object.entries(row)
          .reverse()
          .map(([name, value]) => {
            const text = String(value)
            if (/^\d+$/.test(text) && name === "전체목표연구대상자수") return [name, Number(text)]
            return [name, ` \u200b${text.normalize("NFD").replaceAll(" ", " \u00a0 ")}\ufeff`]
          })
      )
      expect(contentOf(noisy)).toEqual(contentOf(row))
    }
  })
})

describe("a record", () => {
  const row: Row = rows[0] ?? {}

  it.each([
    ["3년", 36],
    ["36개월", 36],
    ["1년 6개월", 18],
    ["0개월", 0],
    ["년", null],
    ["30", null],
    ["개월", null],
    ["-1년", null],
    ["3년간", null]
  ])("of %s lasts %s months", (duration, months) => {
    const mapped = Either.getOrThrow(kdca.transform({ ...row, 연구기간: duration }))
    expect(mapped.content).toMatchObject({ durationMonths: months, durationRaw: duration })
    expect(mapped.findings.some(({ code }) => code === "duration-unparsable")).toBe(months === null)
  })

  it.each([
    ["a lone surrogate, whether high", "가\ud800나", "가\ufffd나"],
    ["or low", "가\udc00나", "가\ufffd나"],
    ["a pair", "가\u{1f600}나", "가\u{1f600}나"],
    ["NUL and other controls", "가\u0000나\u0007다\u009f", "가나다"],
    ["zero-width marks and the soft hyphen", "가\u200b나\u200d다\u2060라\u00ad", "가나다라"],
    ["a byte order mark", "\ufeff가나\ufeff", "가나"],
    ["Hangul in NFD", "한국".normalize("NFD"), "\ud55c\uad6d"],
    ["Latin in NFD", "Sjo\u0308gren", "Sj\u00f6gren"],
    ["what only NFKC would change", "ⅣａＡ", "ⅣａＡ"],
    ["spaces of all kinds", " 가\u00a0 \t나\r\n다\u3000라\u2028", "가 나 다 라"],
    ["something invisible inside a syllable", "\u1112\u200b\u1161\u11ab글", "한글"],
    ["a next-line control", "한\u0085글", "한 글"]
  ])("in whose texts stands %s is stored tidy", (_, noisy, stored) => {
    const { content, findings } = Either.getOrThrow(
      kdca.transform({
        과제번호: `C1${noisy}`,
        과제명: noisy,
        진료과: noisy,
        연구책임기관: noisy,
        연구종류: noisy,
        "임상시험단계(연구모형)": noisy,
        연구범위: noisy,
        연구기간: noisy,
        전체목표연구대상자수: noisy
      })
    )
    expect(content).toMatchObject({
      title: stored,
      department: stored,
      leadInstitution: stored,
      studyTypeRaw: stored,
      observationalModelRaw: stored,
      scopeRaw: stored,
      durationRaw: stored,
      enrollmentRaw: stored
    })
    for (const { field, value } of findings) if (field !== "id") expect(value).toBe(stored)
  })

  it.each<[column: string, from: string, to: string, fields: Record<string, [unknown, unknown]>]>([
    ["과제명", "한 과제", "다른 과제", { title: ["한 과제", "다른 과제"] }],
    ["진료과", "Pediatrics", "", { department: ["Pediatrics", null] }],
    [
      "연구책임기관",
      "고려대안암병원",
      "고려대학교 안암병원",
      { leadInstitution: ["고려대안암병원", "고려대학교 안암병원"] }
    ],
    // One column holds phase and model: its text moves with the type.
    [
      "연구종류",
      "관찰연구",
      "중재연구",
      {
        studyTypeRaw: ["관찰연구", "중재연구"],
        phaseRaw: [null, "코호트"],
        observationalModelRaw: ["코호트", null]
      }
    ],
    ["연구종류", "관찰연구", "기타", { studyTypeRaw: ["관찰연구", "기타"] }],
    ["임상시험단계(연구모형)", "코호트", "Case-only", { observationalModelRaw: ["코호트", "Case-only"] }],
    ["연구범위", "국내다기관", "단일기관", { scopeRaw: ["국내다기관", "단일기관"] }],
    ["연구기간", "36개월", "3년", { durationRaw: ["36개월", "3년"] }],
    ["전체목표연구대상자수", "1200", "1,200", { enrollmentRaw: ["1200", "1,200"] }]
  ])("whose %s alone goes from %s to %s is edited in that alone", (column, from, to, fields) => {
    const base: Row = { ...row, "임상시험단계(연구모형)": "코호트" }
    const content = contentOf({ ...base, [column]: from })
    const seen = contentOf({ ...base, [column]: to })
    const edit = {
      kind: "edited",
      changes: Object.entries(fields).map(([field, [before, after]]) => ({ field, from: before, to: after })),
      content: seen
    }
    expect(plan(kdca, 1, { content, missing: false }, seen)).toEqual([edit])
  })

  it("of an interventional study has an edit of its phase in phaseRaw", () => {
    const base: Row = { ...row, 연구종류: "중재연구" }
    const at = (stage: string) => contentOf({ ...base, "임상시험단계(연구모형)": stage })
    const [edit] = plan(kdca, 1, { content: at("Phase 2"), missing: false }, at("Phase 3"))
    expect(edit?.changes).toEqual([{ field: "phaseRaw", from: "Phase 2", to: "Phase 3" }])
  })

  it("keeps an unknown value as unknown, and reports it", () => {
    const { content, findings } = Either.getOrThrow(
      kdca.transform({
        ...row,
        연구종류: "새연구",
        "임상시험단계(연구모형)": "Phase 2",
        전체목표연구대상자수: "백명"
      })
    )
    expect(content).toMatchObject({
      studyType: "unknown",
      studyTypeRaw: "새연구",
      phases: ["2"],
      enrollment: null
    })
    expect(findings.map(({ code }) => code)).toEqual(["vocabulary-unknown", "enrollment-unparsable"])
  })

  it.each([
    ["중재연구", "PHASE 2/Phase 3", { phases: ["2", "3"], observationalModel: null }, []],
    ["중재연구", "Phase 5", { phases: [], phaseRaw: "Phase 5" }, ["vocabulary-unknown"]],
    ["관찰연구", "case-CONTROL", { phases: [], observationalModel: "case-control" }, []],
    ["기타", "Phase 5", { phaseRaw: "Phase 5", observationalModelRaw: null }, ["vocabulary-unknown"]],
    ["기타", "", { phases: [], phaseRaw: null, observationalModelRaw: null }, []]
  ])("of %s with %s is read without regard to case", (studyType, stage, expected, codes) => {
    const mapped = kdca.transform({
      ...row,
      연구종류: studyType,
      "임상시험단계(연구모형)": stage
    })
    const { content, findings } = Either.getOrThrow(mapped)
    expect(content).toMatchObject(expected)
    expect(findings.map(({ code }) => code)).toEqual(codes)
  })

  it.each([
    [{ 과제번호: "" }, null],
    [{ 과제명: "-" }, "C130010"],
    [{ 과제명: null }, "C130010"],
    [{ 진료과: {} }, "C130010"],
    [{ 전체목표연구대상자수: Number.NaN }, "C130010"],
    [{ 연구범위: undefined }, "C130010"]
  ])("that cannot be read is rejected with its id: %j", (wrong, id) => {
    const rejected = Either.flip(kdca.transform({ ...row, ...wrong }))
    expect(Either.getOrThrow(rejected)).toMatchObject({
      id,
      reason: expect.stringContaining(Object.keys(wrong)[0] ?? "")
    })
  })

  it("with a number that has more digits than can be read exactly is rejected, whichever column has it", () => {
    const exact = kdca.transform({ ...row, ...JSON.parse('{"과제번호":9007199254740991}') })
    expect(Either.getOrThrow(exact)).toMatchObject({ id: "9007199254740991" })
    for (const [wrong, id] of [
      ['{"과제번호":9007199254740993}', null],
      ['{"과제번호":-12345678901234567890}', null],
      ['{"전체목표연구대상자수":1e21}', "C130010"],
      ['{"전체목표연구대상자수":1e400}', "C130010"]
    ] as const) {
      const values: Record<string, unknown> = JSON.parse(wrong)
      expect(Either.getOrThrow(Either.flip(kdca.transform({ ...row, ...values })))).toEqual({
        id,
        reason: `${Object.keys(values)[0]} is a number with more digits than can be read exactly`
      })
    }
    expect(Either.getOrThrow(Either.flip(kdca.transform({ ...row, 과제번호: 1.5 })))).toMatchObject({
      reason: "과제번호 is a number that is not whole"
    })
    const added: unknown = JSON.parse('{"승인번호":20261123000000000001,"비율":1e400,"수":7,"몫":0.5}')
    expect(Either.getOrThrow(kdca.transform({ ...row, ...(added as object) })).findings).toEqual([
      { code: "number-inexact", field: null, value: "승인번호" },
      { code: "number-inexact", field: null, value: "비율" }
    ])
  })

  it("of any JSON is mapped or rejected, and nothing is thrown", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), (value) => {
        expect(Either.isEither(kdca.transform(value))).toBe(true)
        expect(Either.isEither(kdca.transform({ ...row, 과제명: value, 연구기간: value }))).toBe(true)
      })
    )
  })
})
