import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { VersionQueries } from "../VersionQueries.js"
import { type Engine, readSide, syncFrom, writeSide } from "./Engine.js"
import { syntheticRegistry, SyntheticUpstream } from "./SyntheticRegistry.js"
import { Failpoint } from "../Failpoint.js"

const registries = 20
const consumers = 4
const rounds = 3

/** The feed while many runs commit at once. */
export const feedSuite = (engine: Engine) =>
  describe(`Feed on ${engine.name}`, () => {
    it.scopedLive(
      `${registries} runs at once, some rolled back, and ${consumers} consumers: nothing missed, nothing twice`,
      () =>
        Effect.gen(function* () {
          const database = yield* engine.database
          const writers = writeSide(database)
          let running = true
          const consume = Effect.gen(function* () {
            const queries = yield* VersionQueries
            const seen: Array<number> = []
            let after = 0
            for (;;) {
              const last = !running
              const { items, nextAfter } = yield* queries.changes({ after, limit: 7 })
              seen.push(...items.map(({ seq }) => seq))
              after = nextAfter
              if (last && items.length === 0) return seen
              yield* Effect.sleep("1 millis")
            }
          })
          const run = (n: number) =>
            Effect.gen(function* () {
              const upstream = new SyntheticUpstream(syntheticRegistry(`r${n}`), [])
              for (let round = 0; round < rounds; round += 1) {
                upstream.records = Array.from({ length: 10 }, (_, id) => ({
                  id: `T${id}`,
                  title: `round ${round}`
                }))
                const broken = (n + round) % 3 === 0
                yield* Effect.exit(syncFrom(upstream)).pipe(
                  Effect.provideService(Failpoint, (name) =>
                    broken && name === "load.absences" ? Effect.die(new Error("rolled back")) : Effect.void
                  )
                )
              }
              return yield* syncFrom(upstream)
            })

          yield* Effect.provide(Effect.void, writers)
          const readers = yield* Effect.forEach(
            Array.from({ length: consumers }),
            () => Effect.fork(Effect.provide(consume, readSide(database))),
            { concurrency: "unbounded" }
          )
          const reports = yield* Effect.forEach(
            Array.from({ length: registries }, (_, n) => n),
            (n) => run(n),
            { concurrency: "unbounded" }
          ).pipe(Effect.provide(writers), Effect.ensuring(Effect.sync(() => (running = false))))
          expect(reports.every(({ reason }) => reason === null)).toBe(true)
          const seen = yield* Effect.forEach(readers, Fiber.join)
          const length = seen[0]?.length ?? 0
          expect(length).toBeGreaterThan(registries * 10)
          for (const each of seen) expect(each).toEqual(Array.from({ length }, (_, n) => n + 1))
        }),
      120_000
    )
  })
