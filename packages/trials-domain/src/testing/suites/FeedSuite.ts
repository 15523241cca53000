import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { beginning } from "../../queries/FeedPosition.js"
import { type ChangesRequest, VersionQueries } from "../../queries/VersionQueries.js"
import { type Engine, readSide, syncFrom, writeSide } from "../Engine.js"
import { lookedBack } from "./FeedBack.js"
import { restoredFeed } from "./RestoredFeed.js"
import { syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"
import { Failpoint } from "../../store/Failpoint.js"

const registries = 20
const consumers = 4
const rounds = 3

/** The feed while many runs commit concurrently, and after its database was restored. */
export const feedSuite = (engine: Engine) =>
  describe(`Feed on ${engine.name}`, () => {
    it.scopedLive(
      `${registries} concurrent runs, some rolled back, and ${consumers} consumers: nothing missed, nothing twice, filtered or not`,
      () =>
        Effect.gen(function* () {
          const database = yield* engine.database
          const writers = writeSide(database)
          let running = true
          const consume = (filter: Pick<ChangesRequest, "filter" | "kind">) =>
            Effect.gen(function* () {
              const queries = yield* VersionQueries
              const seen: Array<number> = []
              let after = beginning
              for (;;) {
                const last = !running
                const { items, nextAfter } = yield* queries.changes({ ...filter, after, limit: 7 })
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
            [
              ...Array.from({ length: consumers }, () => ({})),
              { filter: { registry: "r3" } },
              { kind: "edited" as const }
            ],
            (filter) => Effect.fork(Effect.provide(consume(filter), readSide(database))),
            { concurrency: "unbounded" }
          )
          const reports = yield* Effect.forEach(
            Array.from({ length: registries }, (_, n) => n),
            (n) => run(n),
            { concurrency: "unbounded" }
          ).pipe(Effect.provide(writers), Effect.ensuring(Effect.sync(() => (running = false))))
          expect(reports.every(({ reason }) => reason === null)).toBe(true)
          const seen = yield* Effect.forEach(readers, Fiber.join)
          const written = yield* Effect.flatMap(
            SqlClient.SqlClient,
            (sql) => sql<{ seq: number; registry: string; kind: string }>`
              SELECT seq, registry, kind FROM trial_versions ORDER BY seq`
          ).pipe(Effect.provide(readSide(database)))
          const seqs = (rows: typeof written) => rows.map(({ seq }) => seq)
          expect(written.length).toBeGreaterThan(registries * 10)
          expect(seqs(written)).toEqual(written.map((_, n) => n + 1))
          for (const all of seen.slice(0, consumers)) expect(all).toEqual(seqs(written))
          expect(seen.slice(consumers)).toEqual([
            seqs(written.filter(({ registry }) => registry === "r3")),
            seqs(written.filter(({ kind }) => kind === "edited"))
          ])
        }),
      120_000
    )

    restoredFeed(engine)
    lookedBack(engine)
  })
