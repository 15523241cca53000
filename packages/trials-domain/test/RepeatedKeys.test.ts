import { expect, it } from "vitest"
import { repeatedNames } from "../src/registries/RepeatedKeys.js"
import { decode, flawOf, ofRows } from "../src/registries/kdca/OdcloudPage.js"
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
  ['[{"a":[{"b":1,"b":2}]},{"b":1}]', [["0.a.0", "b"]]],
  ['{"x":"{\\"a\\":1,\\"a\\":2}","y":"\\\\","z":"a,\\"y\\":1"}', []],
  ['[["a","a"],{"a":"a","b":"a"},"a","a"]', []],
  ['{"__proto__":1,"__proto__":2}', [["", "__proto__"]]],
  ['{ "a" : [ ] , "a" : { } }', [["", "a"]]],
  ["42", []]
])("finds the keys that come twice in %s", (json, found) => {
  expect(repeatedNames(json).map(({ key, path }) => [path.join("."), key])).toEqual(found)
})

it("finds a thousand at most", () => {
  expect(repeatedNames(`{${Array.from({ length: 5000 }, () => '"a":1').join()}}`)).toHaveLength(1000)
})

it("a page's repeated keys are of its rows; a page that says its total twice is refused", () => {
  const body = '{"currentCount":2,"totalCount":2,"data":[{"a":1},{"a":{"b":1,"b":2},"a":3}]}'
  const envelope = Option.getOrThrow(decode(body))
  expect(flawOf(envelope)).toBe(null)
  expect(ofRows(envelope.repeated, ["data"])).toEqual([
    { row: 1, key: "b" },
    { row: 1, key: "a" }
  ])
  const twice = Option.getOrThrow(decode(body.replace("{", '{"totalCount":3,')))
  expect(flawOf(twice)).toBe("says totalCount twice")
})
