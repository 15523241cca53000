import { FastCheck as fc } from "effect"
import { expect, it } from "vitest"
import { tidy, tidyLines } from "../src/model/Text.js"

const anyLines = fc
  .array(fc.tuple(fc.constantFrom("", " ", "  ", "    ", "\t", "\ufeff "), fc.string({ unit: "grapheme" })))
  .map((lines) => lines.map((parts) => parts.join("")).join("\n"))

it("a text of many lines that is tidy stays as it is, and has the words of its line", () => {
  fc.assert(
    fc.property(anyLines, (text) => {
      const once = tidyLines(text)
      expect(tidyLines(once)).toBe(once)
      expect(tidy(once)).toBe(tidy(text))
    })
  )
})

it("its lines, paragraphs and lists in lists stay; how they are spaced does not count", () => {
  const tidied = "Inclusion:\n\n* one\n  * in it\n    1. in that\n* two words\n\nExclusion:"
  expect(
    tidyLines(
      "\r\n Inclusion: \r\n\r\n \r\n * one\r\n    * in it\r\n\t\t\t\t\t1. in that\r\n * two  words\r\n\n\n Exclusion:\n\n"
    )
  ).toBe(tidied)
  expect(tidyLines(tidied)).toBe(tidied)
})
