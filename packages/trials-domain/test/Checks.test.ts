import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ProvenRead } from "../src/pipeline/ProvenRead.js"
import { nothing, type ReadSummary } from "../src/pipeline/ReadSummary.js"
import { NotProven } from "../src/pipeline/NotProven.js"
import { noCounts, type Run } from "../src/model/Run.js"
import { begun } from "../src/store/RunLedger.js"
import { fromMillis } from "../src/model/Instant.js"
import { syntheticRegistry } from "../src/testing/index.js"
import { check, checkEdition, type CheckInput, defaultLimits } from "../src/pipeline/Checks.js"

const whole: ReadSummary = { ...nothing, rows: 100, columns: ["id", "title"] }

const runOf = (expected: number, date: string | null = null): Run => ({
  ...begun({ runId: "before", registry: "synth", startedAt: fromMillis(0), mappingVersion: 1 }),
  counts: { ...noCounts, expected },
  revision: { id: "before", date, title: null }
})

const input = (
  summary: Partial<ReadSummary> = {},
  more: Partial<Omit<ProvenRead, "summary">> & Partial<Pick<CheckInput, "last" | "limits" | "unseen">> = {}
): CheckInput => {
  const { last = null, limits = defaultLimits, unseen = unseenOf(0, 0).unseen, ...read } = more
  return {
    registry: syntheticRegistry("synth", { columns: ["id", "title"] }),
    last,
    lastTimestamp: null,
    limits,
    unseen,
    read: {
      expected: 100,
      proof: "one-response",
      dataTimestamp: null,
      resumedPages: 0,
      pageSizes: [1000],
      summary: { ...whole, ...summary },
      ...keys(100),
      ...read
    }
  }
}

const keys = (distinct: number, repeated = 0, clashing: ReadonlyArray<string> = []) => ({
  keys: { distinct, repeated, clashing, repeatedIds: [], rejected: 0, rejectedAgain: 0 }
})

/** How many of the known trials did not come. */
const unseenOf = (count: number, known: number) => ({ unseen: { known, count, examples: ["T1"] } })
const rejected = (count: number) => ({
  count,
  nameless: true,
  records: Array.from({ length: count }, (_, n) => ({ id: n === 0 ? null : `T${n}`, reason: "no title" }))
})

describe("a read that adds up", () => {
  it.effect.each<[what: string, input: CheckInput]>([
    ["for the first time", input()],
    ["with repeated records", input({ duplicates: 2 }, keys(95, 3))],
    [
      "with as many rejected records as the limit",
      input({ rejected: rejected(5) }, { ...keys(95), limits: { ...defaultLimits, reject: 0.05 } })
    ],
    ["with 90 % of the known trials", input({}, unseenOf(10, 100))],
    ["with far fewer records, all of the known trials among them", input({}, { last: runOf(1000) })],
    [
      "without a single known trial, which is allowed",
      input({}, { ...unseenOf(100, 100), limits: { ...defaultLimits, allowShrink: true } })
    ],
    ["of nothing, after nothing", input({ columns: [] }, { ...keys(0), expected: 0, last: runOf(0) })]
  ])("is proven %s", ([, whatWasRead]) => check(whatWasRead))
})

describe("a read that does not", () => {
  it.effect.each<
    [what: string, input: CheckInput, code: string, says: string, examples: ReadonlyArray<string>]
  >([
    ["one page holds two bodies of a trial", input({ clashes: ["T1"] }), "key-clash", "as in T1", ["T1"]],
    [
      "two pages do",
      input({ clashes: ["T1"] }, keys(100, 0, ["T1", "T2"])),
      "key-clash",
      "2 trial id(s)",
      ["T1", "T2"]
    ],
    ["a column is missing", input({ columns: ["id", "name"] }), "columns-missing", "title", ["title"]],
    [
      "too many records are rejected",
      input({ rejected: rejected(1) }, keys(99)),
      "too-many-rejected",
      "1 of 100",
      ["(no id): no title"]
    ],
    ["a trial is missing", input({}, keys(99)), "count-mismatch", "99 trials, 0 repeated and 0 rejected", []],
    ["there is one too many", input({ duplicates: 1 }), "count-mismatch", "100 trials, 1 repeated", []],
    ["fewer than 90 % came again", input({}, unseenOf(11, 100)), "shrink", "11 of 100", ["T1"]],
    [
      "nothing is left",
      input({ columns: [] }, { ...keys(0), expected: 0, last: runOf(1), ...unseenOf(1, 1) }),
      "shrink",
      "1 of 1",
      ["T1"]
    ],
    [
      "nothing is there",
      input({ columns: [] }, { ...keys(0), expected: 0 }),
      "shrink",
      "no records at all",
      []
    ]
  ])("is quarantined: %s", ([, whatWasRead, code, says, examples]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(check(whatWasRead))
      expect(error).toBeInstanceOf(NotProven)
      expect(error).toMatchObject({ verdict: "quarantined", code, examples })
      expect(error.message).toContain(says)
    })
  )

  it.effect("gives ten examples at most", () =>
    Effect.gen(function* () {
      const { examples } = yield* Effect.flip(check(input({ rejected: rejected(50) }, keys(50))))
      expect(examples).toHaveLength(10)
    })
  )
})

describe("an edition older than the last", () => {
  const older = { revision: { id: "uddi:older", date: "2026-10-31", title: null }, notes: [] }

  it.effect("is quarantined, unless it was named or is allowed", () =>
    Effect.gen(function* () {
      for (const [how, way] of [
        ["newest", "`revision` and the id uddi:older"],
        ["assumed", "`revision` and the id uddi:older"],
        ["saved", "`limits: { allowOlder: true }`"]
      ] as const) {
        const error = yield* Effect.flip(checkEdition({ ...older, how }, runOf(1, "2026-11-01"), false))
        expect(error).toMatchObject({ verdict: "quarantined", code: "older-edition" })
        expect(error.message).toContain(way)
        yield* checkEdition({ ...older, how }, runOf(1, "2026-11-01"), true)
      }
      yield* checkEdition({ ...older, how: "named" }, runOf(1, "2026-11-01"), false)
      yield* checkEdition({ ...older, how: "newest" }, runOf(1, "2026-10-31"), false)
      yield* checkEdition({ ...older, how: "newest" }, runOf(1), false)
      yield* checkEdition({ ...older, how: "newest" }, null, false)
    })
  )
})
