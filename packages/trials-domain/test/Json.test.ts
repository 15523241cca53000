import { expect, it } from "vitest"
import { comparable, deepest, flawOfRecord, notJson, says } from "../src/model/Json.js"

const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`)

it("equal values have equal texts, whatever the order of their keys; others have not", () => {
  const one: unknown = JSON.parse('{"b":[1,{"d":null,"c":"x"}],"a":1,"__proto__":2}')
  const other: unknown = JSON.parse('{"__proto__":2,"a":1,"b":[1,{"c":"x","d":null}]}')
  expect(comparable(one)).toBe(comparable(other))
  const texts = [
    one,
    { a: 1 },
    [["a", 1]],
    { a: "1" },
    { a: [1] },
    { a: null },
    {},
    [],
    null,
    "",
    "null",
    '{"a":1}',
    "…"
  ]
  expect(new Set(texts.map(comparable)).size).toBe(texts.length)
})

it("nothing is nested too deep to be compared or refused", () => {
  const tooDeep = "is nested more than 100 levels deep"
  expect([deepest, deepest + 1, 100_000].map((levels) => flawOfRecord(nested(levels)))).toEqual([
    null,
    tooDeep,
    tooDeep
  ])
  expect([1, "x", null, undefined].map(flawOfRecord)).toEqual([null, null, null, null])
  expect(comparable(nested(100_000))).toBe(comparable(nested(200_000)))
})

it("a number that JSON can write and no program can read is a flaw of its record, and not of its page", () => {
  const record: unknown = JSON.parse('{"a":[{"b":-1e999}]}')
  expect(flawOfRecord(record)).toBe("holds a number that is too large to be read")
  expect(notJson(record)).toBeNull()
  expect(notJson({ a: [NaN] })).toBe("NaN")
})

it("a path is said where a value stands at its end, in a list or not", () => {
  const record: unknown = JSON.parse(
    `{"a":[{"c":0},{"b":false}],"d":{},"e":[],"f":null,"g":[[{"b":1}]],"h":[[1]]}`
  )
  const paths = ["a.b", "a.c", "h", "a", "d", "e", "f", "g.b", "a.d", "toString", "x.y"]
  expect(paths.filter((path) => says(record, path.split(".")))).toEqual(["a.b", "a.c", "h", "a"])
  expect(says(nested(100_000), ["a"])).toBe(false)
})
