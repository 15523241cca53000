import { describe, expect, it } from "@effect/vitest"
import { SqlClient } from "@effect/sql"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { Staging } from "../../pipeline/Staging.js"
import { Failpoint, type FailpointName } from "../../store/Failpoint.js"
import { stagingTables } from "../../store/StagingTables.js"
import { type Engine, syncFrom, writeSide } from "../Engine.js"
import { syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const registries = 6

const read = { revision: "r1", dataTimestamp: null, dictionary: null, mappingVersion: 1, pageSize: 10 }

/** What several processes stage at the same time. */
export const stagingSuite = (engine: Engine) =>
  describe(`Staging on ${engine.name}`, () => {
    it.scopedLive(
      `${registries} registries whose first reads are concurrent each keep what they staged`,
      () =>
        Effect.gen(function* () {
          const database = yield* engine.database
          yield* Effect.provide(Effect.void, writeSide(database))
          const connections = yield* Effect.forEach(Array.from({ length: registries }), () =>
            Layer.build(Layer.fresh(writeSide(database)))
          )
          const staged = yield* Effect.forEach(
            connections,
            (connection, n) =>
              Effect.gen(function* () {
                const staging = yield* Staging
                yield* staging.prepare
                yield* staging.begin(`r${n}`, read)
              }).pipe(Effect.provide(connection)),
            { concurrency: "unbounded" }
          ).pipe(
            Effect.zipRight(
              Effect.forEach(connections, (connection, n) =>
                Effect.flatMap(Staging, (staging) => staging.read(`r${n}`)).pipe(Effect.provide(connection))
              )
            )
          )
          expect(staged).toEqual(connections.map(() => read))
        }),
      60_000
    )

    const trials = (count: number, word: string) =>
      Array.from({ length: count }, (_, n) => ({ id: `T${100 + n}`, title: `${word} ${n}` }))

    it.scopedLive("is made anew at the next run where one table is missing or of another layout", () =>
      Effect.gen(function* () {
        const database = yield* engine.database
        const upstream = new SyntheticUpstream(syntheticRegistry(), [])
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const staging = yield* Staging
          yield* staging.prepare
          const { layout, ...others } = stagingTables(sql)
          const damages = [
            ...[layout, ...Object.values(others)].map((table) => sql`DROP TABLE ${table}`),
            sql`UPDATE ${layout} SET version = version + 1`,
            sql`DELETE FROM ${layout}`
          ]
          for (const [n, damage] of damages.entries()) {
            yield* damage
            upstream.records = trials(3, `After damage ${n}`)
            expect((yield* syncFrom(upstream)).verdict).toBe("complete")
            // What is there in its layout stays.
            yield* staging.begin("kept", read)
            yield* staging.prepare
            expect(yield* staging.read("kept")).toEqual(read)
          }
        }).pipe(Effect.provide(writeSide(database)))
      })
    )

    /** Does something when a run first comes to a point. */
    const at = (point: FailpointName, effect: Effect.Effect<unknown>) => {
      let isDone = false
      return Effect.provideService(Failpoint, (name) => {
        if (name !== point || isDone) return Effect.void
        isDone = true
        return Effect.asVoid(effect)
      })
    }

    it.scopedLive.each<[asleep: FailpointName, awake: FailpointName]>([
      ["stage.page", "stage.page"],
      ["stage.whole", "verify.checks"],
      ["verify.checks", "verify.checks"],
      ["stage.whole", "load.page"]
    ])(
      "a run that sleeps at %s loses its lease and wakes when the next one is at %s: that one loads what it read",
      ([asleep, awake]) =>
        Effect.gen(function* () {
          const database = yield* engine.database
          const first = yield* Layer.build(Layer.fresh(writeSide(database)))
          const second = yield* Layer.build(Layer.fresh(writeSide(database)))
          const upstream = new SyntheticUpstream(syntheticRegistry(), trials(30, "Old"), 10)
          yield* Effect.provide(syncFrom(upstream), second)

          const sleeping = yield* Deferred.make<void>()
          const waking = yield* Deferred.make<void>()
          const sleeper = yield* Effect.provide(syncFrom(upstream), first).pipe(
            at(asleep, Effect.zipRight(Deferred.succeed(sleeping, undefined), Deferred.await(waking))),
            Effect.flip,
            Effect.fork
          )
          yield* Deferred.await(sleeping)
          const sql = yield* Effect.provide(SqlClient.SqlClient, second)
          yield* sql`UPDATE leases SET expires_at = '2000-01-01T00:00:00.000Z'`
          upstream.records = trials(31, "New")
          const meanwhile = Effect.suspend(() => {
            // What the sleeper reads now is not what the other has read.
            if (awake !== "stage.page") upstream.records = trials(20, "Newer")
            return Deferred.succeed(waking, undefined)
          }).pipe(
            // What the load holds, the sleeper waits for.
            Effect.zipRight(awake === "load.page" ? Effect.sleep("50 millis") : Fiber.await(sleeper))
          )
          const report = yield* Effect.provide(syncFrom(upstream), second).pipe(at(awake, meanwhile))
          expect(report).toMatchObject({
            verdict: "complete",
            counts: { created: 1, edited: 30, disappeared: 0 }
          })
          expect(yield* Fiber.join(sleeper)).toMatchObject({ _tag: "LeaseLost" })
          expect(yield* sql`SELECT 1 FROM absences`).toEqual([])
        }),
      60_000
    )
  })
