import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Runtime } from "effect"
import { operations } from "trials-contract"
import { createTrialsClient } from "trials-contract/client"
import { strict } from "trials-contract/validate"
import { syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { sqlite } from "trials-testkit/Engines"
import { fetchOf, layer, type Queries, questions, refusalOf, settled, Unanswered } from "../src/index.js"

const clientOf = (runtime: Runtime.Runtime<Queries>) =>
  createTrialsClient("", {
    validate: strict,
    fetch: fetchOf(async (question) =>
      settled(await Runtime.runPromiseExit(runtime)(question), (error) =>
        error._tag === "SqlError" || error._tag === "ParseError" ? null : refusalOf(error)
      )
    )
  })

it("every call of the contract has its question", () => {
  expect(Object.keys(questions).sort()).toEqual(operations.map(({ operationId }) => operationId).sort())
})

it.scopedLive("a client reads a database, and is refused as by the API; a lost database is no refusal", () =>
  Effect.gen(function* () {
    const database = yield* sqlite.database
    const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A 1", title: "one" }])
    yield* Effect.provide(syncFrom(upstream), writeSide(database))
    yield* Effect.gen(function* () {
      const client = clientOf(yield* Effect.runtime<Queries>())
      const key = { params: { registry: "synth", id: "A 1" } }
      const asked = yield* Effect.promise(async () => ({
        trials: (await client.orThrow.trials.list({ query: { q: "one" } })).total,
        trial: (await client.orThrow.trials.get(key)).title,
        kinds: (await client.orThrow.changes.summary()).kinds,
        back: (await client.orThrow.changes.list({ query: { order: "newest" } })).items.length,
        missing: (await client.trials.get({ params: { registry: "synth", id: "B" } })).body,
        wrong: (await client.trials.list({ query: { status: "sleeping" } })).body,
        gone: (await client.changes.list({ query: { after: 9 } })).status,
        unknown: (await client.trials.list({ query: { limit: 0 } })).body
      }))
      expect(asked).toMatchObject({
        trials: { value: 1, relation: "eq" },
        trial: "one",
        kinds: [{ value: "created", count: 1 }],
        back: 1,
        missing: { type: "/problems/trial-not-found", status: 404, instance: "/v1/trials/synth/B" },
        wrong: { type: "/problems/unknown-code", errors: [{ parameter: "status" }] },
        gone: 410,
        unknown: { type: "/problems/invalid-parameters", errors: [{ parameter: "limit" }] }
      })
    }).pipe(Effect.provide(Layer.provide(layer(), database.reader)))

    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`DROP TABLE runs`
      const client = clientOf(yield* Effect.runtime<Queries>())
      const lost = yield* Effect.promise(() => client.runs.list().catch((error: unknown) => error))
      expect(lost).toBeInstanceOf(Unanswered)
    }).pipe(Effect.provide(Layer.provideMerge(layer(), database.writer)))
  })
)
