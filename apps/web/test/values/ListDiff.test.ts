import { FastCheck as fc } from "effect"
import { expect, test } from "vitest"
import { listDiff } from "../../src/values/ListDiff.js"

const items = fc.array(fc.constantFrom("KR", "US", "FR"), { maxLength: 8 })

test("every item is kept, removed or added, as often as it is there", () => {
  fc.assert(
    fc.property(items, items, (from, to) => {
      const { added, kept, removed } = listDiff(from, to)
      expect(kept + removed.length).toBe(from.length)
      expect(kept + added.length).toBe(to.length)
      expect(removed.some((item) => added.includes(item))).toBe(false)
    })
  )
})

test("says that items moved, and which object of the same name has other members", () => {
  const [survival, response] = [
    { measure: "Survival", timeFrame: "36 months" },
    { measure: "Response", timeFrame: "12 months" }
  ]
  expect(listDiff([survival, response], [response, survival])).toEqual({
    removed: [],
    added: [],
    changed: [],
    kept: 2,
    isReordered: true
  })
  const sooner = { ...survival, timeFrame: "24 months" }
  expect(listDiff([survival, response], [sooner, response])).toMatchObject({
    removed: [],
    added: [],
    changed: [{ from: survival, to: sooner }],
    kept: 1,
    isReordered: false
  })
})
