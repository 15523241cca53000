import { expect, it } from "vitest"
import { contract } from "../src/contract.js"

const validate = (query: object) => contract.trials.list.query["~standard"].validate(query)

it("gives defaults, and takes numbers and booleans from a client", () => {
  expect(validate({})).toEqual({ value: { sort: "-updatedAt", limit: 20 } })
  expect(validate({ limit: 5, missing: true })).toEqual(validate({ limit: "5", missing: "true" }))
})

it("takes an instant in any zone and keeps it in UTC", () => {
  const instants = [
    "2026-02-01T00:00:00+09:00",
    "2026-01-31T15:00:00Z",
    "2026-01-31T15:00:00.000Z",
    "2026-01-31T10:00:00.0-05:00"
  ]
  for (const updatedSince of instants) {
    expect(validate({ updatedSince })).toMatchObject({ value: { updatedSince: "2026-01-31T15:00:00.000Z" } })
  }
})

it("names every wrong parameter once", () => {
  const result = validate({ limit: "0", missing: "1", sort: "title", q: ["a", "b"], nope: "1" })
  const issues = "issues" in result ? (result.issues ?? []) : []
  expect(issues.map(({ path }) => String(path?.[0])).sort()).toEqual([
    "limit",
    "missing",
    "nope",
    "q",
    "sort"
  ])
})
