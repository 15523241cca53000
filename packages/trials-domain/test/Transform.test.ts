import { expect, it } from "vitest"
import { kdca } from "../src/registries/kdca/Kdca.js"
import { columnUnknown, keyRepeated, recordRepeated, transform } from "../src/pipeline/Transform.js"
import { deepest } from "../src/model/Json.js"
import { combine, ofPage } from "../src/pipeline/ReadSummary.js"

const row = {
  과제번호: "C130010",
  과제명: "한 과제",
  진료과: "Pediatrics",
  연구책임기관: "서울아산병원",
  연구종류: "관찰연구",
  "임상시험단계(연구모형)": "코호트",
  연구범위: "국내다기관",
  연구기간: "3년",
  전체목표연구대상자수: "120"
}

it("counts records that say the same, names those that disagree, and lists unreadable ones", () => {
  const other = { ...row, 과제번호: "C130011" }
  const page = transform(kdca, [
    row,
    other,
    { ...row, 과제명: " 한  과제 " },
    { ...row, 과제명: "다른 과제" },
    { ...row, 과제명: "" },
    "no record",
    null
  ])
  expect(page.trials.map(({ content, id, record }) => [id, content.title, record])).toEqual([
    ["C130010", "한 과제", row],
    ["C130011", "한 과제", other]
  ])
  expect(page).toMatchObject({ duplicates: 1, clashes: ["C130010"] })
  expect(page.findings).toEqual([{ id: "C130010", code: recordRepeated, field: null, value: null }])
  expect(page.rejected.map(({ id }) => id)).toEqual(["C130010", null, null])
  expect(page.columns).toEqual(kdca.columns)
})

it("reports an unknown column once for each trial, and keeps it in the record", () => {
  const added = { ...row, 비고: "새 열" }
  const page = transform(kdca, [added, added])
  expect(page.findings.filter(({ code }) => code !== recordRepeated)).toEqual([
    { id: "C130010", code: columnUnknown, field: null, value: "비고" }
  ])
  expect(page.trials.map(({ record }) => record)).toEqual([added])
  expect(page.columns).toEqual(kdca.columns)
  // A registry that omits columns at will names none.
  expect(transform({ ...kdca, columns: [] }, [added]).findings).toEqual([])
})

it("returns nothing for no records", () => {
  expect(transform(kdca, [])).toEqual({
    trials: [],
    rejected: [],
    findings: [],
    columns: [],
    duplicates: 0,
    clashes: []
  })
})

it("rejects a record that is nested too deep, and one with an id too long for an index, by their ids", () => {
  const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`)
  const page = transform(kdca, [
    { ...row, 비고: nested(4200) },
    { ...row, 과제번호: "C130011", 비고: nested(deepest) },
    { ...row, 과제번호: "C130012", 비고: nested(deepest - 1) },
    { ...row, 과제번호: "C".repeat(201) },
    { ...row, 과제번호: "C".repeat(200) }
  ])
  const nestedTooDeep = expect.stringContaining("nested more than 100 levels")
  expect(page.rejected).toEqual([
    { id: "C130010", key: "C130010", row: 0, reason: nestedTooDeep },
    { id: "C130011", key: "C130011", row: 1, reason: nestedTooDeep },
    // Another id may begin alike.
    {
      id: `${"C".repeat(200)}…`,
      key: null,
      row: 3,
      reason: "the id has 201 characters; at most 200 can be read"
    }
  ])
  expect(page.trials.map(({ id }) => id)).toEqual(["C130012", "C".repeat(200)])
})

it("names a hundred unknown columns, and says that there are others, over all pages", () => {
  const wide = (first: number, many: number) => ({
    ...row,
    ...Object.fromEntries(Array.from({ length: many }, (_, n) => [`x${first + n}`, 1]))
  })
  const summaryOf = (records: ReadonlyArray<unknown>) => {
    const page = transform(kdca, records)
    return ofPage(
      { number: 1, records, digests: [], digest: "", next: null, dataTimestamp: null, repeatedKeys: [] },
      page
    )
  }
  const others = { code: columnUnknown, examples: [{ id: "C130010", value: null }] }
  const one = summaryOf([wide(0, 100_000)])
  expect(one.columns).toEqual(kdca.columns)
  expect(one.findings).toHaveLength(101)
  expect(one.findings).toContainEqual({ ...others, field: null, count: 1 })
  const both = combine(summaryOf([wide(0, 80)]), summaryOf([{ ...wide(80, 80), 과제번호: "C130011" }]))
  expect(both.findings).toHaveLength(101)
  expect(both.findings.reduce((sum, { count }) => sum + count, 0)).toBe(160)
  const all = combine(both, combine(one, one))
  expect(all.findings).toHaveLength(101)
  const [long] = summaryOf([{ ...row, ["y".repeat(199) + "😀"]: 1 }]).findings
  expect(long?.examples[0]?.value).toBe(`${"y".repeat(199)}\ufffd…`)
})

it("reports the keys that came twice in a record", () => {
  const page = transform(
    kdca,
    [row, { ...row, 과제번호: "C130011" }],
    [
      { row: 1, key: "과제명" },
      { row: 1, key: "진료과" }
    ]
  )
  expect(page.findings).toEqual([
    { id: "C130011", code: keyRepeated, field: null, value: "과제명" },
    { id: "C130011", code: keyRepeated, field: null, value: "진료과" }
  ])
})
