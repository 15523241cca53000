import { FastCheck as fc } from "effect"
import { describe, expect, test } from "vitest"
import { barsOf } from "../../src/changes/DayChart.js"
import { grouped, mostAlike } from "../../src/changes/Groups.js"
import { periodOf, settled } from "../../src/changes/Period.js"
import { now } from "../Visiting.js"

describe("of when changes are", () => {
  test.each([
    [{}, "2026-11-18T00:00:00.000Z", undefined],
    [{ period: "today" }, "2026-11-24T00:00:00.000Z", undefined],
    [{ period: "month" }, "2026-10-26T00:00:00.000Z", undefined],
    [{ period: "month", since: "2026-11-20" }, "2026-10-26T00:00:00.000Z", undefined],
    [{ period: "days", since: "2026-11-20" }, "2026-11-20T00:00:00.000Z", undefined],
    [{ since: "2026-11-20T09:00:00+09:00" }, "2026-11-20T00:00:00.000Z", undefined],
    [{ since: "2026-11-20", until: "2026-11-20" }, "2026-11-20T00:00:00.000Z", "2026-11-20T23:59:59.999Z"],
    [{ until: "2026-11-20" }, "2026-11-14T00:00:00.000Z", "2026-11-20T23:59:59.999Z"]
  ])("%j", (query, since, until) => {
    expect(periodOf(query, now)).toMatchObject({ since, until, wrong: [] })
  })

  test("what is no day is named and left out", () => {
    expect(periodOf({ period: "year", since: "2026-02-30", until: "tomorrow" }, now)).toEqual({
      name: "week",
      since: "2026-11-18T00:00:00.000Z",
      until: undefined,
      wrong: ["period", "since", "until"],
      flaw: null
    })
  })

  test.each([
    [{ since: "2026-11-20", until: "2026-11-19" }, "reversed"],
    [{ since: "2026-11-25" }, "future"],
    [{ since: "2026-11-24" }, null],
    [{ since: "2026-11-20", until: "2026-12-31" }, null]
  ])("a period in which no change can be says why: %j", (query, flaw) => {
    expect(periodOf(query, now).flaw).toBe(flaw)
  })

  test("links have a period that was chosen, or days, and never both", () => {
    const days = { since: "2026-11-20", until: "2026-11-21" }
    expect(settled({ kind: "edited", period: "month", ...days })).toEqual({ kind: "edited", period: "month" })
    expect(settled({ period: "days", ...days })).toEqual(days)
  })
})

test("days without changes have bars of none, and more than two months are shown by month", () => {
  const week = barsOf([{ value: "2026-11-20", count: 2 }], "2026-11-18T00:00:00.000Z", now)
  expect(week.map(({ count }) => count)).toEqual([0, 0, 2, 0, 0, 0, 0])
  const year = [
    { value: "2026-11-20", count: 2 },
    { value: "2026-11-01", count: 1 }
  ]
  const months = barsOf([...year, { value: "2026-02-03", count: 1 }], "0001-01-01T00:00:00.000Z", now)
  expect(months).toHaveLength(10)
  expect([months[0], months.at(-1)]).toEqual([
    { value: "2026-02", count: 1 },
    { value: "2026-11", count: 3 }
  ])
})

test("grouping keeps every change and its order, and folds only very many alike of one run", () => {
  const change = fc.record({ runId: fc.constantFrom("a", "b"), kind: fc.constantFrom("created", "edited") })
  const run = fc.tuple(change, fc.integer({ min: 1, max: 2 * mostAlike }))
  fc.assert(
    fc.property(fc.array(run, { maxLength: 5 }), (runs) => {
      const changes = runs.flatMap(([each, length]) =>
        Array.from({ length }, (_, seq) => ({ ...each, silent: false, seq }))
      )
      // Of a change only what tells who is alike is looked at.
      const groups = grouped(changes as unknown as Parameters<typeof grouped>[0])
      expect(groups.flatMap((group) => group.changes)).toEqual(changes)
      for (const group of groups) {
        expect(group.isFolded).toBe(group.changes.length > mostAlike)
        expect(new Set(group.changes.map(({ kind, runId }) => `${runId} ${kind}`)).size).toBe(1)
      }
    })
  )
})
