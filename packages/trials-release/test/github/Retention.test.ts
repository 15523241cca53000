import { expect, test } from "vitest"
import { retained, sweep } from "../../src/github/Retention.js"
import { numberOf, tagOf } from "../../src/Tag.js"
import { there } from "./Server.js"

const note = (number: number, base: number, month: string) =>
  `<!-- trials ${JSON.stringify({ number, base, month })} -->\n\nfor people`

const release = (number: number, base: number, month: string, draft = false) => ({
  tag: tagOf(number),
  body: note(number, base, month),
  draft
})

const monthOf = (day: number) => `2026-${String(1 + Math.floor(day / 30)).padStart(2, "0")}`

/** A release a day for 200 days, in months of 30; each month's first is the base of its month. */
const days = Array.from({ length: 200 }, (_, day) => release(day + 1, day - (day % 30) + 1, monthOf(day)))

const numbers = (kept: ReadonlyArray<{ readonly tag: string }>) => kept.map(({ tag }) => numberOf(tag))

test("the newest 35 are kept, and the first of each month", () => {
  const { keep, remove } = retained(days.toReversed())
  const newest = Array.from({ length: 35 }, (_, n) => 200 - n)
  expect(numbers(keep)).toEqual([...newest, 151, 121, 91, 61, 31, 1])
  expect(keep.length + remove.length).toBe(200)
})

test("a base that a kept release names is kept, though it is not a month's first", () => {
  const other = days.map((each, n) => (n >= 170 ? release(n + 1, 95, monthOf(n)) : each))
  expect(numbers(retained(other).keep)).toContain(95)
})

test("a release whose note cannot be read is kept, and every base with it", () => {
  const odd = days.map((each, n) =>
    n === 49 ? { ...each, body: "edited" } : n === 44 ? release(45, 45, monthOf(n)) : each
  )
  const kept = numbers(retained(odd).keep)
  expect(kept).toContain(50)
  expect(kept).toContain(45)
  expect(kept).not.toContain(49)
})

test("drafts go once their number is published; what is not ours stays", () => {
  const others = [
    release(200, 200, "2026-07", true),
    release(201, 181, "2026-07", true),
    { tag: "v1.0.0", body: "", draft: false },
    { tag: "v1.0.1", body: "", draft: true }
  ]
  const { keep, remove } = retained([...days.slice(-3), ...others])
  expect(remove.map(({ tag, draft }) => [tag, draft])).toEqual([["data-000200", true]])
  expect(keep).toHaveLength(6)
})

test(
  "the sweep deletes a release with its tag",
  there(async ({ releases, server }) => {
    for (const { body, tag } of days.slice(0, 40)) server.publish(tag, body)
    await releases.draft({ tag: tagOf(40), name: "", body: "" })
    expect(await sweep(releases)).toEqual([
      "data-000040 (draft)",
      "data-000005",
      "data-000004",
      "data-000003",
      "data-000002"
    ])
    expect(await releases.tags()).toEqual([1, ...Array.from({ length: 35 }, (_, n) => n + 6)])
    expect(await sweep(releases)).toEqual([])
  })
)
