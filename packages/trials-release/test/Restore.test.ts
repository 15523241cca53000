import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"

import { type Engine, readSide, seeded, startOfTime } from "trials-domain/testing"
import { VersionQueries } from "trials-domain/VersionQueries"
import * as Verify from "trials-domain/Verify"
import { syntheticRegistry } from "trials-domain/testing"
import { postgres, sqlite, temporaryFolder } from "trials-testkit/Engines"
import { nights } from "trials-testkit/Nights"
import { dumped, night, opened, pack, restore, restored } from "./Releases.js"
import * as Check from "../src/Verify.js"

const feed = (database: Parameters<typeof readSide>[0], after = "0") =>
  Effect.provide(
    Effect.flatMap(VersionQueries, (queries) => queries.changes({ after, limit: 1000 })),
    readSide(database)
  )

const suite = (from: Engine, to: Engine) =>
  it.scoped(`three nights of ${from.name} are the same on ${to.name}`, () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(startOfTime)
      const database = yield* from.database
      const out = yield* temporaryFolder
      const follower = yield* to.database
      let position = "0"
      let seen = 0
      for (const records of nights(seeded(7)).slice(0, 3)) {
        yield* TestClock.adjust("24 hours")
        yield* night(database, records)
        const { folder } = yield* pack(database, out)
        yield* Effect.flatMap(opened(folder), Check.run)
        // What follows adds what is missing, and goes on in the feed where it stood.
        yield* restore(follower, out)
        const { items, nextAfter } = yield* feed(follower, position)
        seen += items.length
        position = nextAfter
      }
      const all = yield* dumped(database)
      expect(yield* dumped(follower)).toBe(all)
      expect(position).toBe((yield* feed(database)).nextAfter)
      expect(seen).toBe((yield* feed(database)).items.length)

      const fresh = yield* restored(to, out, "by-block")
      expect(yield* dumped(fresh)).toBe(all)
      const check = yield* Effect.provide(Verify.run([syntheticRegistry()], { others: true }), fresh.reader)
      expect(check.mismatches).toEqual([])
    })
  )

suite(sqlite, postgres)
suite(postgres, sqlite)
