import { describe, expect, it } from "@effect/vitest"
import { Duration, FastCheck as fc } from "effect"
import { countedMillis } from "../src/model/Publishing.js"
import { isStale } from "../src/model/RegistryState.js"

const hour = 3_600_000
const day = 24 * hour

const hours = (from: string, to: string): number =>
  countedMillis("business-days", Date.parse(from), Date.parse(to)) / hour

describe("the age of a registry that publishes on business days", () => {
  // 2026-11-27 is a Friday.
  it.each([
    ["2026-11-27T23:59:00Z", "2026-11-28T00:00:00Z", 1 / 60],
    ["2026-11-27T23:00:00Z", "2026-11-28T12:00:00Z", 1],
    ["2026-11-27T12:00:00Z", "2026-11-30T00:00:00Z", 12],
    ["2026-11-27T12:00:00Z", "2026-11-30T01:00:00Z", 13],
    ["2026-11-28T00:00:00Z", "2026-11-30T00:00:00Z", 0],
    ["2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z", 0],
    ["2026-11-29T23:00:00Z", "2026-11-30T01:00:00Z", 1],
    ["2026-11-24T12:00:00Z", "2026-11-25T12:00:00Z", 24],
    ["2026-11-20T12:00:00Z", "2026-12-04T12:00:00Z", 240]
  ])("from %s to %s is %d h", (from, to, expected) => {
    expect(hours(from, to)).toBeCloseTo(expected, 9)
  })

  it("is what the hours of Monday to Friday add up to", () => {
    const start = Date.UTC(2026, 0, 1)
    const millis = fc.integer({ min: 0, max: 60 * 24 }).map((n) => start + n * hour)
    fc.assert(
      fc.property(millis, fc.integer({ min: 0, max: 500 }), (from, length) => {
        const counted = Array.from({ length }, (_, n) => new Date(from + n * hour).getUTCDay())
        const to = from + length * hour
        expect(countedMillis("business-days", from, to)).toBe(
          hour * counted.filter((weekday) => weekday !== 0 && weekday !== 6).length
        )
        expect(countedMillis("daily", from, to)).toBe(length * hour)
      })
    )
    // Before 1970 as well.
    expect(countedMillis("business-days", -14 * day, 0)).toBe(10 * day)
  })

  it("is what a limit is compared with", () => {
    const limit = Duration.hours(36)
    expect(isStale({ countedAgeSeconds: 36 * 3600 }, limit)).toBe(false)
    expect(isStale({ countedAgeSeconds: 36 * 3600 + 1 }, limit)).toBe(true)
    expect(isStale({ countedAgeSeconds: null }, limit)).toBe(true)
  })
})
