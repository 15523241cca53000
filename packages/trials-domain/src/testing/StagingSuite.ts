import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Staging } from "../pipeline/Staging.js"
import { type Engine, writeSide } from "./Engine.js"

const registries = 6

const read = { revision: "r1", dataTimestamp: null, mappingVersion: 1, pageSize: 10 }

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
  })
