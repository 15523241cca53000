import { Effect } from "effect"
import type { OperationId } from "trials-contract"
import type { BodyOf, CallsById, DecodedOf } from "trials-contract/answering"
import type { PositionGone } from "trials-domain/FeedPosition"
import { IdentifierQueries } from "trials-domain/IdentifierQueries"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { RunQueries } from "trials-domain/RunQueries"
import type { StoreError } from "trials-domain/StoreError"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import type { Queries } from "./Queries.js"
import type { QuestionError } from "./Refusal.js"

/** What a call may fail with: the feed alone has positions that may be gone. */
export type ErrorOf<Id extends OperationId> = Id extends "changes"
  ? QuestionError
  : Exclude<QuestionError, PositionGone>

/** What the library answers to each call of the contract, from its decoded parameters. */
export type Questions = {
  readonly [Id in OperationId]: (
    params: DecodedOf<CallsById[Id], "pathParams">,
    query: DecodedOf<CallsById[Id], "query">
  ) => Effect.Effect<BodyOf<CallsById[Id]>, ErrorOf<Id> | StoreError, Queries>
}

/** Maps each call of the contract to a query of the library. */
export const questions: Questions = {
  trials: (_, { cursor, facets = [], fields, limit, sort, ...filter }) =>
    Effect.flatMap(TrialQueries, ({ list }) => list({ filter, facets, fields, sort, limit, cursor })),
  recentTrials: (_, { cursor, days, fields, limit, ...filter }) =>
    Effect.flatMap(TrialQueries, ({ recent }) => recent({ filter, fields, days, limit, cursor })),
  trial: (key, { asOf }) =>
    asOf === undefined
      ? Effect.flatMap(TrialQueries, ({ get }) => get(key))
      : Effect.flatMap(VersionQueries, (versions) => versions.asOf({ ...key, instant: asOf })),
  trialHistory: (key, page) => Effect.flatMap(VersionQueries, ({ history }) => history({ ...key, ...page })),
  trialDiff: (key, two) => Effect.flatMap(VersionQueries, ({ diff }) => diff({ ...key, ...two })),
  trialRelated: (key) => Effect.flatMap(IdentifierQueries, ({ related }) => related(key)),
  identifier: (identifier) => Effect.flatMap(IdentifierQueries, ({ find }) => find(identifier)),
  changes: (_, { after, cursor, limit, order, id, field, kind, mass, silent, since, until, ...filter }) =>
    Effect.flatMap(VersionQueries, ({ changes }) =>
      changes({ after, cursor, limit, order, id, field, kind, mass, silent, since, until, filter })
    ),
  changesSummary: (_, { id, field, kind, mass, silent, since, until, ...filter }) =>
    Effect.flatMap(VersionQueries, ({ summary }) =>
      summary({ id, field, kind, mass, silent, since, until, filter })
    ),
  registries: () => Effect.flatMap(RegistryQueries, ({ list }) => Effect.map(list, (items) => ({ items }))),
  registryQuality: (registry) => Effect.flatMap(RegistryQueries, ({ quality }) => quality(registry)),
  runs: (_, page) => Effect.flatMap(RunQueries, ({ list }) => list(page)),
  run: ({ id }) => Effect.flatMap(RunQueries, ({ get }) => get({ runId: id }))
}
