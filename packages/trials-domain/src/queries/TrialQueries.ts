import { SqlClient, SqlSchema } from "@effect/sql"
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import type { Facets } from "../model/Facets.js"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import { fromMillis, Instant } from "../model/Instant.js"
import type { Page } from "../model/Page.js"
import type { Trial, TrialSummary } from "../model/Trial.js"
import { publicationColumn } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import { known, KnownTrial, knownSelect, toTrial } from "../store/TrialRow.js"
import type * as CodedFilter from "./CodedFilter.js"
import * as Cursor from "./Cursor.js"
import * as Hits from "./Hits.js"
import * as HitList from "./HitList.js"
import * as ListedTrials from "./ListedTrials.js"
import { describe, formOf, isPlain, type Listed, ListRequest, RecentRequest } from "./ListRequest.js"
import * as PlainList from "./PlainList.js"
import * as Request from "./Request.js"
import { sliced } from "./Sliced.js"
import { readFrom, snapshot, staysUntil } from "./Snapshot.js"

export type { ListRequest, RecentRequest } from "./ListRequest.js"

/** No such trial. */
export class TrialNotFound extends Schema.TaggedError<TrialNotFound>("trials-domain/TrialNotFound")(
  "TrialNotFound",
  { registry: Schema.String, id: Schema.String }
) {
  override get message(): string {
    return `No trial ${this.id} of the registry ${this.registry} is known here.`
  }
}

/** Why a list cannot be read. */
export type ListError = InvalidRequest | Cursor.InvalidCursor | CodedFilter.UnknownWord | StoreError

/** A page of trials. */
export interface TrialPage extends Page<TrialSummary> {
  /** Only where facets were asked for. */
  readonly facets?: Facets
}

const dayMillis = 86_400_000

const OneRow = Schema.Struct({ ...KnownTrial.fields, publication: Schema.Int })
/** The read side of trials: one trial, recent changes, search. Every answer is read from one publication. */
export class TrialQueries extends Context.Tag("trials-domain/TrialQueries")<
  TrialQueries,
  {
    /** One trial with everything that its registry says about it. */
    readonly get: (key: Request.TrialKey) => Effect.Effect<Trial, InvalidRequest | TrialNotFound | StoreError>
    /**
     * Searches and lists trials. With the newest first, the trials that `q` names by an identifier or their acronym come
     * before all others.
     */
    readonly list: (request?: ListRequest) => Effect.Effect<TrialPage, ListError>
    /** Trials created or edited in the last `days` times 24 hours, including the edge, by Effect's Clock. */
    readonly recent: (request?: RecentRequest) => Effect.Effect<TrialPage, ListError>
  }
>() {
  /** The trials of the database behind a client. */
  static readonly layer: Layer.Layer<TrialQueries, never, SqlClient.SqlClient> = Layer.effect(
    TrialQueries,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient

      const find = SqlSchema.findOne({
        Request: Schema.Struct({ registry: Schema.String, id: Schema.String }),
        Result: OneRow,
        execute: ({
          id,
          registry
        }) => sql`SELECT ${sql.literal(knownSelect)}, ${sql.literal(publicationColumn)}
          FROM ${sql.literal(known)} WHERE t.registry = ${registry} AND t.id = ${id}`
      })

      const firstSince = SqlSchema.findOne({
        Request: Schema.String,
        Result: Schema.Struct({ at: Instant }),
        // In each registry, an index has the first one.
        execute: (since) => sql`SELECT min(b.updated_at) AS at FROM (SELECT (SELECT t.updated_at FROM trials t
          WHERE t.registry = g.name AND t.updated_at >= ${since} ORDER BY t.updated_at, t.updated_seq LIMIT 1)
          AS updated_at FROM registries g) b HAVING min(b.updated_at) IS NOT NULL`
      })

      /** Reports when the first of the trials since an instant is no longer of the last `days`. */
      const leaving = (since: Instant, days: number) =>
        Effect.flatMap(
          firstSince(since),
          Option.match({
            onNone: () => Effect.void,
            onSome: ({ at }) => staysUntil(Date.parse(at) + days * dayMillis + 1)
          })
        )

      const list = (
        request: Listed,
        described: string,
        also: Effect.Effect<void, StoreError> = Effect.void
      ): Effect.Effect<TrialPage, ListError> =>
        Effect.gen(function* () {
          const { cursor, facets, filter } = request
          const position =
            cursor === undefined ? undefined : yield* Cursor.decode(described, cursor, formOf(request))
          yield* ListedTrials.refuseLarge(request)
          const plain = PlainList.page(request, position, described)
          if (!isPlain(filter))
            return yield* sliced(sql, (step) =>
              Effect.zipRight(step(also), HitList.page(step, request, position, described))
            )
          if (facets.length === 0) return yield* snapshot(sql, () => Effect.zipRight(also, plain))
          return yield* sliced(sql, (step) =>
            Effect.gen(function* () {
              const page = yield* step(plain)
              const search = yield* step(Hits.searchOf(filter))
              return { ...page, facets: yield* HitList.facetsOf(step, search, facets) }
            })
          )
        }).pipe(Effect.provideService(SqlClient.SqlClient, sql))

      return {
        get: Effect.fn("TrialQueries.get")(function* (request) {
          const { id, registry } = yield* decoded(Request.TrialKey, request)
          const { publication, ...trial } = yield* Effect.flatten(find({ registry, id })).pipe(
            Effect.catchTag("NoSuchElementException", () => new TrialNotFound({ registry, id }))
          )
          yield* readFrom(publication)
          return toTrial(trial)
        }),
        list: Effect.fn("TrialQueries.list")(function* (request = {}) {
          const wanted = yield* decoded(ListRequest, request)
          return yield* list(wanted, describe("search", wanted))
        }),
        recent: Effect.fn("TrialQueries.recent")(function* (request = {}) {
          const { days, filter, ...rest } = yield* decoded(RecentRequest, request)
          const since = fromMillis((yield* Clock.currentTimeMillis) - days * dayMillis)
          const updatedSince =
            filter.updatedSince !== undefined && filter.updatedSince > since ? filter.updatedSince : since
          const sorted = { filter, sort: "-updatedAt" as const }
          return yield* list(
            { ...rest, ...sorted, facets: [], filter: { ...filter, updatedSince } },
            describe(`recent ${days}`, sorted),
            leaving(updatedSince, days)
          )
        })
      }
    })
  )
}
