import { expect, it } from "vitest"
import { ofRecords, repeatedNames } from "../src/registries/RepeatedKeys.js"
import { decode, flawOf } from "../src/registries/kdca/OdcloudPage.js"
import { Option } from "effect"

it.each<[json: string, found: ReadonlyArray<readonly [path: string, key: string]>]>([
  ['{"a":1,"b":{"a":2}}', []],
  ['{"a":1,"a":2}', [["", "a"]]],
  [
    '{"a":1,"\\u0061":2,"a":3}',
    [
      ["", "a"],
      ["", "a"]
    ]
  ],
  ['[{"a":[{"b":1,"b":2}]},{"b":1}]', [["0.a", "b"]]],
  ['{"x":"{\\"a\\":1,\\"a\\":2}","y":"\\\\","z":"a,\\"y\\":1"}', []],
  ['[["a","a"],{"a":"a","b":"a"},"a","a"]', []],
  ['{"__proto__":1,"__proto__":2}', [["", "__proto__"]]],
  ['{ "a" : [ ] , "a" : { } }', [["", "a"]]],
  ["42", []]
])("finds the keys that come twice in %s", (json, found) => {
  expect(repeatedNames(json).map(({ key, path }) => [path.join("."), key])).toEqual(found)
})

it("finds a thousand at most, and always those of the outermost object", () => {
  const many = Array.from({ length: 5000 }, () => '"a":1').join()
  expect(repeatedNames(`[{${many}}]`)).toHaveLength(1000)
  const found = repeatedNames(`{"data":[{${many}}],"total":1,"total":2}`)
  expect(found).toHaveLength(1001)
  expect(found[0]).toEqual({ path: [], key: "total" })
})

it("a text nested without end costs no memory for its paths", () => {
  const deep = 200_000
  const found = repeatedNames(`${"[".repeat(deep)}{${'"a":1,'.repeat(1001)}"a":1}${"]".repeat(deep)}`)
  expect(found).toHaveLength(1000)
  expect(found[0]?.path).toEqual([0, 0])
})

it("a page's repeated keys are of its rows; a page that says its total twice is refused", () => {
  const body = '{"currentCount":2,"totalCount":2,"data":[{"a":1},{"a":{"b":1,"b":2},"a":3}]}'
  const envelope = Option.getOrThrow(decode(body))
  expect(flawOf(envelope)).toBe(null)
  expect(ofRecords(envelope.repeated, ["data"])).toEqual([
    { row: 1, key: "b" },
    { row: 1, key: "a" }
  ])
  const twice = Option.getOrThrow(decode(body.replace("{", '{"totalCount":3,')))
  expect(flawOf(twice)).toBe("says totalCount twice")
})
