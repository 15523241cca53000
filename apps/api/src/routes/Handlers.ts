import { type createExpressEndpoints, initServer } from "@ts-rest/express"
import { Effect } from "effect"
import { contract } from "trials-contract"
import { IdentifierQueries } from "trials-domain/IdentifierQueries"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { RunQueries } from "trials-domain/RunQueries"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import type { Answering } from "../answers/Answer.js"

// Named, as the compiler does not write out a type of this length.
type Handlers = Parameters<typeof createExpressEndpoints<typeof contract>>[1]

/** Maps each path of the contract to a query of the library. */
export const handlers = (answering: Answering): Handlers => {
  // ts-rest wants every body to be the contract's. It passes them on to `send`, which sends what was prepared in place of null.
  const answer = answering as Answering<never>
  return initServer().router(contract, {
    trials: {
      list: (asked) => {
        const { cursor, facets = [], fields, limit, sort, ...filter } = asked.query
        return answer(
          asked,
          Effect.flatMap(TrialQueries, (trials) =>
            trials.list({ filter, facets, fields, sort, limit, cursor })
          )
        )
      },
      recent: (asked) => {
        const { cursor, days, fields, limit, ...filter } = asked.query
        return answer(
          asked,
          Effect.flatMap(TrialQueries, (trials) => trials.recent({ filter, fields, days, limit, cursor }))
        )
      },
      get: (asked) => {
        const { asOf } = asked.query
        return answer(
          asked,
          asOf === undefined
            ? Effect.flatMap(TrialQueries, (trials) => trials.get(asked.params))
            : Effect.flatMap(VersionQueries, (versions) => versions.asOf({ ...asked.params, instant: asOf }))
        )
      },
      history: (asked) =>
        answer(
          asked,
          Effect.flatMap(VersionQueries, (versions) => versions.history({ ...asked.params, ...asked.query }))
        ),
      diff: (asked) =>
        answer(
          asked,
          Effect.flatMap(VersionQueries, (versions) => versions.diff({ ...asked.params, ...asked.query }))
        ),
      related: (asked) =>
        answer(
          asked,
          Effect.flatMap(IdentifierQueries, ({ related }) => related(asked.params))
        )
    },
    identifiers: {
      get: (asked) =>
        answer(
          asked,
          Effect.flatMap(IdentifierQueries, ({ find }) => find(asked.params))
        )
    },
    changes: {
      list: (asked) =>
        answer(
          asked,
          Effect.flatMap(VersionQueries, (versions) => versions.changes(asked.query))
        )
    },
    registries: {
      list: (asked) =>
        answer(
          asked,
          Effect.flatMap(RegistryQueries, ({ list }) => Effect.map(list, (items) => ({ items })))
        ),
      quality: (asked) =>
        answer(
          asked,
          Effect.flatMap(RegistryQueries, ({ quality }) => quality(asked.params))
        )
    },
    runs: {
      list: (asked) =>
        answer(
          asked,
          Effect.flatMap(RunQueries, (runs) => runs.list(asked.query))
        ),
      get: (asked) =>
        answer(
          asked,
          Effect.flatMap(RunQueries, (runs) => runs.get({ runId: asked.params.id }))
        )
    }
  })
}
