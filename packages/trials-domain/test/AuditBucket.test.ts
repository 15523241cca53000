import { expect, it } from "@effect/vitest"
import { bucketOf, buckets, dueBucket } from "../src/model/AuditBucket.js"

it("every part of a registry is due once in as many audits as there are parts, again and again", () => {
  const audits: Array<number | null> = [null]
  for (let round = 0; round < 3; round += 1) {
    const seen = new Set<number>()
    for (let n = 0; n < buckets; n += 1) {
      const due = dueBucket(audits)
      seen.add(due)
      audits.unshift(due)
    }
    expect(seen.size).toBe(buckets)
  }
})

it("after an audit of all of it, the parts are due from the first", () => {
  expect(dueBucket([])).toBe(0)
  expect(dueBucket([1, 0, null, 5])).toBe(2)
  expect(dueBucket([null, 1, 0])).toBe(0)
})

it("a trial stays in its part, and the parts are about as large", () => {
  // Another hash would leave some trials out of an audit that has begun.
  expect(["NCT00000001", "NCT00000002", "C130010"].map(bucketOf)).toEqual([17, 16, 17])
  const sizes = Array.from({ length: buckets }, () => 0)
  for (let n = 0; n < 28_000; n += 1) {
    const bucket = bucketOf(`NCT${String(n * 7).padStart(8, "0")}`)
    sizes[bucket] = (sizes[bucket] ?? 0) + 1
  }
  expect(Math.min(...sizes)).toBeGreaterThan(850)
  expect(Math.max(...sizes)).toBeLessThan(1150)
})
