import { type createExpressEndpoints, initServer } from "@ts-rest/express"
import { Effect } from "effect"
import { contract } from "trials-contract"
import { IdentifierQueries } from "trials-domain/IdentifierQueries"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { RunQueries } from "trials-domain/RunQueries"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import type { Answering } from "./Answer.js"

// Named, as the compiler does not write out a type of this length.
type Handlers = Parameters<typeof createExpressEndpoints<typeof contract>>[1]

/** Maps each path of the contract to a query of the library. */
export const handlers = (answer: Answering): Handlers =>
  initServer().router(contract, {
    trials: {
      list: ({ query: { cursor, facets = [], fields, limit, sort, ...filter }, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(TrialQueries, (trials) =>
            trials.list({ filter, facets, fields, sort, limit, cursor })
          )
        ),
      recent: ({ query: { cursor, days, fields, limit, ...filter }, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(TrialQueries, (trials) => trials.recent({ filter, fields, days, limit, cursor }))
        ),
      get: ({ params: { id, registry }, query: { asOf }, ...exchange }) =>
        answer(
          exchange,
          asOf === undefined
            ? Effect.flatMap(TrialQueries, (trials) => trials.get({ registry, id }))
            : Effect.flatMap(VersionQueries, (versions) => versions.asOf({ registry, id, instant: asOf }))
        ),
      history: ({ params: { id, registry }, query, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(VersionQueries, (versions) => versions.history({ registry, id, ...query }))
        ),
      diff: ({ params: { id, registry }, query: { from, to }, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(VersionQueries, (versions) => versions.diff({ registry, id, from, to }))
        ),
      related: ({ params: { id, registry }, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(IdentifierQueries, ({ related }) => related({ registry, id }))
        )
    },
    identifiers: {
      get: ({ params: { identifier }, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(IdentifierQueries, ({ find }) => find({ identifier }))
        )
    },
    changes: {
      list: ({ query, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(VersionQueries, (versions) => versions.changes(query))
        )
    },
    registries: {
      list: (exchange) =>
        answer(
          exchange,
          Effect.flatMap(RegistryQueries, ({ list }) => Effect.map(list, (items) => ({ items })))
        ),
      quality: ({ params: { registry }, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(RegistryQueries, ({ quality }) => quality({ registry }))
        )
    },
    runs: {
      list: ({ query, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(RunQueries, (runs) => runs.list(query))
        ),
      get: ({ params: { id }, ...exchange }) =>
        answer(
          exchange,
          Effect.flatMap(RunQueries, (runs) => runs.get({ runId: id }))
        )
    }
  })
