import { expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { closed } from "../../src/values/Closed.js"

it("a text's isolates end with it, whatever marks it has", () => {
  const marks = fc.array(fc.constantFrom("a", "\u2066", "\u2067", "\u2068", "\u2069", "\u202e", "가"), {
    maxLength: 30
  })
  fc.assert(
    fc.property(marks, (some) => {
      let open = 0
      for (const sign of closed(some.join(""))) {
        if (/[\u2066-\u2068]/.test(sign)) open += 1
        if (sign === "\u2069") open -= 1
        expect(open).toBeGreaterThanOrEqual(0)
      }
      expect(open).toBe(0)
      const letters = (text: string) => text.replaceAll(/[\u2066-\u2069]/g, "")
      expect(letters(closed(some.join("")))).toBe(letters(some.join("")))
    })
  )
  expect(closed("plain")).toBe("plain")
})
