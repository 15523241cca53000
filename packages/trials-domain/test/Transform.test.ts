import { expect, it } from "vitest"
import { kdca } from "../src/registries/kdca/Kdca.js"
import { columnUnknown, transform } from "../src/pipeline/Transform.js"

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
  expect(page).toMatchObject({ duplicates: 1, clashes: ["C130010"], findings: [] })
  expect(page.rejected.map(({ id }) => id)).toEqual(["C130010", null, null])
  expect(page.columns).toEqual(kdca.columns)
})

it("reports an unknown column once for each trial, and keeps it in the record", () => {
  const added = { ...row, 비고: "새 열" }
  const page = transform(kdca, [added, added])
  expect(page.findings).toEqual([{ id: "C130010", code: columnUnknown, field: null, value: "비고" }])
  expect(page.trials.map(({ record }) => record)).toEqual([added])
  expect(page.columns).toEqual([...kdca.columns, "비고"])
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
