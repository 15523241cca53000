import { describe, expect, it } from "vitest"
import { FastCheck as fc } from "effect"
import * as RecordSplitter from "../src/registries/RecordSplitter.js"

/** What a splitter finds in a text that comes in chunks of these sizes; null if a frame or a stretch is no JSON. */
const split = (text: string, sizes: ReadonlyArray<number>, most: number) => {
  const members: Array<unknown> = []
  const lengths: Array<number> = []
  const bytes = Buffer.from(text)
  let isJson = true
  const splitter = RecordSplitter.make({
    list: "data",
    most,
    found: (stretch) => {
      const end = stretch.start + stretch.bytes.length
      expect(Buffer.from(stretch.bytes).equals(bytes.subarray(stretch.start, end))).toBe(true)
      try {
        const list: ReadonlyArray<unknown> = JSON.parse(`[${Buffer.from(stretch.bytes).toString()}]`)
        if (list.length === 0) isJson = false
        lengths.push(list.length)
        members.push(...list)
      } catch {
        isJson = false
      }
    }
  })
  let at = 0
  for (let n = 0; at < bytes.length; n += 1) {
    const size = Math.max(1, sizes[n % sizes.length] ?? 1)
    splitter.push(bytes.subarray(at, at + size))
    at += size
  }
  const frame = splitter.end()
  try {
    const outer: unknown = JSON.parse(Buffer.from(frame.bytes).toString())
    return isJson ? { outer, members, lengths, hasList: frame.hasList } : null
  } catch {
    return null
  }
}

const parsed = (text: string): unknown => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
const most = fc.integer({ min: 1, max: 5 })
const list = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 12 })
const around = fc.dictionary(
  fc.string().filter((key) => key !== "data" && key !== "__proto__"),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 4 }
)
const space = fc.constantFrom(undefined, 1, "\t")

describe("a text that is split in chunks of any size", () => {
  it("has the members of its list, in stretches of a certain length, and a frame without them", () => {
    fc.assert(
      fc.property(list, around, around, sizes, most, space, (members, before, after, sizes, most, space) => {
        const whole = { ...before, data: members, ...after }
        const found = split(JSON.stringify(whole, null, space), sizes, most)
        expect(found).toEqual({
          outer: JSON.parse(JSON.stringify({ ...before, data: [], ...after })),
          members: JSON.parse(JSON.stringify(members)),
          lengths: expect.any(Array),
          hasList: true
        })
        expect(found?.lengths.slice(0, -1).every((length) => length === most)).toBe(true)
        expect(split(JSON.stringify(members, null, space), sizes, most)).toMatchObject({
          outer: [],
          hasList: true
        })
        const without = JSON.stringify({ ...before, other: members }, null, space)
        expect(split(without, sizes, most)).toMatchObject({
          outer: JSON.parse(without),
          hasList: false,
          members: []
        })
      })
    )
  })

  it("is JSON exactly if its frame and its stretches are, whatever is broken in it", () => {
    const broken = fc.constantFrom(
      "",
      ",",
      "[",
      "]",
      "{",
      "}",
      '"',
      "\\",
      ":",
      "1",
      " ",
      "x",
      "\u0000",
      '"data":[]'
    )
    fc.assert(
      fc.property(
        list,
        around,
        fc.nat(),
        fc.nat(3),
        broken,
        sizes,
        most,
        (members, before, at, cut, put, sizes, most) => {
          for (const text of [JSON.stringify({ ...before, data: members }), JSON.stringify(members)]) {
            const place = at % (text.length + 1)
            const hurt = (text.slice(0, place) + put + text.slice(place + cut)).toWellFormed()
            expect([hurt, split(hurt, sizes, most) !== null]).toEqual([hurt, parsed(hurt) !== null])
          }
        }
      ),
      { numRuns: 400 }
    )
  })

  it.each([
    ['{"d\\u0061ta":[1,2]}', [1, 2]],
    ['{"a":{"data":[1]},"data":[2]}', [2]],
    ['{"a":"data","b":[1]}', []],
    ['{"data":{"data":[1]}}', []],
    ["[[1],[2]]", [[1], [2]]],
    ["[]", []],
    ['"data"', []]
  ])("takes only its own list: %s", (text, members) => {
    expect(split(text, [1], 10)?.members).toEqual(members)
  })

  it.each(["[1,]", "[,1]", "[1,,2]", "[1 2]", "[1}", '{"data":[1]', '{"data":[1,2,]}', "[1]]", "[1][2]"])(
    "is no JSON: %s",
    (text) => {
      for (const most of [1, 2, 10]) expect(split(text, [3], most)).toBeNull()
    }
  )
})
