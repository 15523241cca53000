import { describe, expect, it } from "vitest"
import { areAllApart, areApart, sizesFrom, smallest } from "../src/pipeline/PageSizes.js"

describe("the page sizes of reads that are compared", () => {
  it("are one row apart, and the third shares no boundary with both for as long as any could", () => {
    expect(sizesFrom(1000)).toEqual([1000, 999, 997])
    expect(sizesFrom(50)).toEqual([50, 49, 47])
    expect([1, 2, 3, 4, 5].map(sizesFrom)).toEqual([[1], [2, 1], [3, 2], [4, 3], [5, 4, 3]])
  })

  /** Whether a row within the list is the last of its page in all of these sizes. */
  const meet = (sizes: ReadonlyArray<number>, rows: number): boolean =>
    Array.from({ length: rows - 1 }, (_, n) => n + 1).some((row) => sizes.every((size) => row % size === 0))

  it("are apart exactly where no boundary within the list is common to them", () => {
    for (let pageSize = 2; pageSize <= 12; pageSize += 1) {
      const [one = 0, two = 0, ...third] = sizesFrom(pageSize)
      for (let rows = pageSize + 1; rows < 300; rows += 1) {
        expect([pageSize, rows, areApart([one, two], rows)]).toEqual([
          pageSize,
          rows,
          !meet([one, two], rows)
        ])
        const all = [one, two, ...third]
        expect([pageSize, rows, areApart(all, rows)]).toEqual([pageSize, rows, !meet(all, rows)])
        const pairs = all.flatMap((size, n) => all.slice(n + 1).map((other) => [size, other]))
        expect([pageSize, rows, areAllApart(all, rows)]).toEqual([
          pageSize,
          rows,
          all.length > 2 && pairs.every((pair) => !meet(pair, rows))
        ])
      }
    }
  })

  it("one read is never apart from itself", () => {
    expect(areApart([1000], 1001)).toBe(false)
    expect(areAllApart([1000, 999], 1001)).toBe(false)
  })

  it("name the smallest size that serves, however many rows a registry speaks of", () => {
    for (const rows of [7, 145, 12_585, 605_000, 2_147_483_647]) {
      for (const apart of [areApart, areAllApart]) {
        const size = smallest(apart, rows)
        expect(apart(sizesFrom(size), rows)).toBe(true)
        expect(apart(sizesFrom(size - 1), rows)).toBe(false)
      }
    }
  })
})
