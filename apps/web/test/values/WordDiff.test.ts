import { FastCheck as fc } from "effect"
import { describe, expect, test } from "vitest"
import { wordDiff } from "../../src/values/WordDiff.js"

const without = (kind: "old" | "new", from: string, to: string): string =>
  wordDiff(from, to)
    .filter((part) => part.kind !== kind)
    .map(({ text }) => text)
    .join("")

const marked = (from: string, to: string): string =>
  wordDiff(from, to)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "old" ? `[-${text}]` : `[+${text}]`))
    .join("")

// Words that come again, so that texts have something in common, and whatever there is.
const word = fc.constantFrom(
  "a",
  "be",
  "연구",
  "환자를대상으로하는새로운약물의",
  " ",
  "\n",
  ", ",
  "👩‍⚕️",
  "\u202E",
  "é"
)
const text = fc.oneof(
  fc.array(word, { maxLength: 40 }).map((words) => words.join("")),
  fc.string({ unit: "binary" })
)

describe("wordDiff", () => {
  test("has the whole old text and the whole new one, and never half a character", () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        expect(without("new", from, to)).toBe(from)
        expect(without("old", from, to)).toBe(to)
        if (from.isWellFormed() && to.isWellFormed())
          expect(wordDiff(from, to).every(({ text }) => text.isWellFormed())).toBe(true)
      })
    )
  })

  test("names the words that changed, in English and in Korean with and without spaces", () => {
    expect(marked("Adults of 18 years or older", "Adults of 20 years or older")).toBe(
      "Adults of [-18][+20] years or older"
    )
    expect(marked("제2형 당뇨병 환자의 안전성", "제1형 당뇨병 환자의 안전성")).toBe(
      "[-제2형][+제1형] 당뇨병 환자의 안전성"
    )
    expect(marked("이연구는제2형당뇨병환자를대상으로한다", "이연구는제1형당뇨병환자를대상으로한다")).toBe(
      "이연구는제[-2][+1]형당뇨병환자를대상으로한다"
    )
  })

  test("shows a phrase in place of another one as one change", () => {
    expect(marked("given once a day by mouth", "given every two weeks by injection")).toBe(
      "given [-once a day][+every two weeks] by [-mouth][+injection]"
    )
  })

  test.each([
    ["no word in common", "x ".repeat(50_000), "y ".repeat(50_000)],
    ["many edits", "a b c ".repeat(3300), "c a d ".repeat(3300)],
    ["no spaces", "가나다라".repeat(25_000), "가라다".repeat(33_000)]
  ])("is quick for 100,000 characters with %s", (_, from, to) => {
    wordDiff(from, to)
    const start = performance.now()
    wordDiff(from, to)
    // Ten times what it takes: a cost that grows with the square would be minutes.
    expect(performance.now() - start).toBeLessThan(500)
  })
})
