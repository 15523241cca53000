import { it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { describe, expect } from "vitest"
import { bytesOf, type Cut, cutTo, ellipsis, type Json, leastBytes } from "../src/Cut.js"
import { mostBytes, textOf } from "../src/Reply.js"
import { pieceOf } from "../src/Piece.js"

// Long ones too, and every kind of character: quotes, controls, Hangul, pairs of surrogates.
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 9000 }))
    .map(([part, times]) => part.repeat(times))
)
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    text,
    fc.constantFrom<Json>(null, true, false, 0, -1.5e-300, 123456789),
    fc.array(tie("value"), { maxLength: 60 }),
    fc.dictionary(
      text.map((key) => key.slice(0, 3000)),
      tie("value"),
      { maxKeys: 40, noNullPrototype: true }
    )
  )
})).value

const placed = ({ path, ...cut }: Cut) => [JSON.stringify(path), cut] as const

/** What is missing of a value in what is left of it: each must be a cut. */
const missing = (
  whole: Json,
  left: Json,
  path: Cut["path"] = []
): ReadonlyArray<readonly [string, object]> => {
  if (typeof whole === "string") {
    if (left === whole) return []
    expect(typeof left === "string" && left.endsWith(ellipsis) && whole.startsWith(left.slice(0, -1))).toBe(
      true
    )
    return [placed({ path, kept: String(left).length - 1, of: whole.length, unit: "characters" })]
  }
  if (typeof whole !== "object" || whole === null) {
    expect(left).toBe(whole)
    return []
  }
  const [before, after] = [Object.entries(whole), new Map(Object.entries(left as object))]
  const here = {
    path,
    kept: after.size,
    of: before.length,
    unit: Array.isArray(whole) ? "items" : "fields"
  } as const
  return [
    ...(after.size === before.length ? [] : [placed(here)]),
    ...before.flatMap(([key, value]) =>
      after.has(key)
        ? missing(value, after.get(key), [...path, Array.isArray(whole) ? Number(key) : key])
        : []
    )
  ]
}

const isWhole = (value: Json): boolean =>
  JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value))

describe("cutting", () => {
  it.prop(
    "fits, is JSON, and notes everything that is missing",
    [json, fc.integer({ min: leastBytes, max: 20_000 })],
    ([whole, most]) => {
      const { cuts, value } = cutTo(whole, most)
      if (typeof whole !== "number") expect(bytesOf(value)).toBeLessThanOrEqual(most)
      expect(new Map(missing(whole, value))).toEqual(new Map(cuts.map(placed)))
      if (bytesOf(whole) <= most) expect(value).toEqual(whole)
      if (isWhole(whole)) expect(isWhole(value)).toBe(true)
    }
  )

  it.prop("an answer fits, and says how much was cut", [json], ([whole]) => {
    const said = textOf(whole, ({ path }) => ({ tool: "get_trial", arguments: { field: path.join(".") } }))
    expect(Buffer.byteLength(said)).toBeLessThanOrEqual(mostBytes)
    const read = JSON.parse(said)
    if (bytesOf(whole) <= mostBytes) expect(read).toEqual(JSON.parse(JSON.stringify(whole)))
    else expect(read.cut.places).toBeGreaterThan(0)
  })

  it.prop("pieces make the whole again", [text, fc.integer({ min: 500, max: 4000 })], ([whole, most]) => {
    let [read, offset] = ["", 0 as number | null]
    while (offset !== null) {
      const piece = pieceOf({ a: [whole] }, ["a", "0"], offset, most)
      expect(bytesOf(piece?.value ?? null)).toBeLessThanOrEqual(most)
      read += String(piece?.value)
      offset = piece?.next ?? null
    }
    expect(read).toBe(whole)
  })

  it("keeps short fields whole beside long ones, and shares what is left among these", () => {
    const long = "가".repeat(5000)
    const { cuts, value } = cutTo({ id: "C130010", first: long, second: long, list: ["x", "y"] }, 2000)
    expect(value).toMatchObject({ id: "C130010", list: ["x", "y"] })
    expect(cuts.map(({ path }) => path)).toEqual([["first"], ["second"]])
    for (const { kept } of cuts) expect(kept).toBeGreaterThan(300)
  })
})
