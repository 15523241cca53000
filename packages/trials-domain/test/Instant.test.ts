import { Option } from "effect"
import { expect, it } from "vitest"
import { parse } from "../src/model/Instant.js"

const read = (text: string, day?: "start" | "end") => Option.getOrNull(parse(text, day))

it("reads an instant in any zone and, where a day is accepted, more of the forms that people write", () => {
  const always: ReadonlyArray<readonly [string, string | null]> = [
    ["2026-11-23T09:00:00Z", "2026-11-23T09:00:00.000Z"],
    ["2026-11-23T09:00:00.5+09:00", "2026-11-23T00:00:00.500Z"],
    ["1960-02-29T00:00:00Z", "1960-02-29T00:00:00.000Z"],
    ["2026-02-30T09:00:00Z", null],
    ["2026-11-23T09:00:00", null],
    ["2026-11-23T09:61:00Z", null],
    // Years that do not have four digits in UTC.
    ["0000-01-01T00:00:00+09:00", null],
    ["9999-12-31T23:59:59-09:00", null],
    ["yesterday", null]
  ]
  for (const [text, instant] of always) {
    for (const day of [undefined, "start", "end"] as const) {
      expect([text, day, read(text, day)]).toEqual([text, day, instant])
    }
  }
  expect(read("2026-11-23T09:00Z")).toBeNull()
  expect(read("2026-11-23")).toBeNull()
  expect(read("2026-11-23T09:00Z", "end")).toBe("2026-11-23T09:00:00.000Z")
  expect(read("2026-11-23", "start")).toBe("2026-11-23T00:00:00.000Z")
  expect(read("2026-11-23", "end")).toBe("2026-11-23T23:59:59.999Z")
  expect(read("2026-02-30", "end")).toBeNull()
})
