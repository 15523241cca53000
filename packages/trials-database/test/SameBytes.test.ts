import { describe, expect, it } from "@effect/vitest"
import { Effect, Random, TestClock } from "effect"
import { dump } from "trials-domain/Dump"
import {
  type Engine,
  readSide,
  seeded,
  startOfTime,
  syncFrom,
  syntheticRegistry,
  SyntheticUpstream,
  writeSide
} from "trials-domain/testing"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import { postgres, sqlite } from "trials-testkit/Engines"
import { letters, nights } from "trials-testkit/Nights"

const replay = (engine: Engine) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    const database = yield* engine.database
    const upstream = new SyntheticUpstream(syntheticRegistry(), [], 50)
    upstream.dataTimestamp = "2026-11-01"
    const whole = yield* Effect.gen(function* () {
      for (const records of nights(seeded(11))) {
        upstream.records = records
        yield* syncFrom(upstream, { limits: { allowShrink: true } })
        yield* TestClock.adjust("1 day")
      }
      return yield* dump(true)
    }).pipe(Effect.provide(writeSide(database)))
    const answers = yield* Effect.gen(function* () {
      const trials = yield* TrialQueries
      const versions = yield* VersionQueries
      const bodies: Array<unknown> = []
      for (const sort of ["id", "updatedAt", "-updatedAt"] as const) {
        let cursor: string | undefined
        do {
          const page = yield* trials.search({ filter: { missing: true }, sort, limit: 30, cursor })
          bodies.push(page)
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
      }
      for (const q of letters.filter((letter) => letter.trim() !== "")) {
        bodies.push(yield* trials.search({ filter: { q }, sort: "-updatedAt", limit: 100 }))
      }
      bodies.push(yield* versions.changes({ after: 0, limit: 1000 }))
      return bodies.map((body) => JSON.stringify(body))
    }).pipe(Effect.provide(readSide(database)))
    return { whole, answers }
  }).pipe(Effect.withRandom(Random.make("the same ids")))

describe("SQLite and PostgreSQL", () => {
  it.scoped(
    "give equal bytes after the same runs: the canonical dump with its ledger, and every answer",
    () =>
      Effect.gen(function* () {
        const here = yield* replay(sqlite)
        const there = yield* replay(postgres)
        expect(here.whole.split("\n").length).toBeGreaterThan(500)
        expect(there.whole).toBe(here.whole)
        expect(there.answers).toEqual(here.answers)
      })
  )
})
