import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import type { Instant } from "../model/Instant.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { type Bounds, unbounded } from "../search/IndexRead.js"
import type { StoreError } from "../store/StoreError.js"

const Place = Schema.Struct({ seq: Schema.NullOr(Schema.Int) })

/** Each registry with trials, by an index; or one. */
const registriesOf = (sql: SqlClient.SqlClient, registry: string | undefined) =>
  registry === undefined
    ? sql`WITH RECURSIVE each_registry(name) AS (
        SELECT min(registry) FROM trials
        UNION ALL
        SELECT (SELECT min(n.registry) FROM trials n WHERE n.registry > e.name) FROM each_registry e
          WHERE e.name IS NOT NULL)`
    : sql`WITH each_registry(name) AS (SELECT CAST(${registry} AS TEXT))`

/** The place of a trial in each registry, by an index: the first or the last one on one side of an instant. */
const place = (
  sql: SqlClient.SqlClient,
  registry: string | undefined,
  ends: "min" | "max",
  than: string,
  order: string,
  instant: Instant
) =>
  sql`${registriesOf(sql, registry)}
    SELECT ${sql.literal(ends)}((SELECT b.updated_seq FROM trials b WHERE b.registry = e.name
      AND b.updated_at ${sql.literal(than)} ${instant}
      ORDER BY b.updated_at ${sql.literal(order)}, b.updated_seq ${sql.literal(order)} LIMIT 1)) AS seq
    FROM each_registry e`

/**
 * Where in the order of lists the trials are whose registry changed them since an instant, and until one. Within a registry
 * instants never decrease, so an index shows where they begin in each. Across registries they may decrease: what lies
 * between the bounds may be older or newer, and the instant itself decides. Null if there are none.
 */
export const boundsOf = ({
  registry,
  updatedSince,
  updatedUntil
}: TrialFilter): Effect.Effect<Bounds | null, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (updatedSince === undefined && updatedUntil === undefined) return unbounded
    const sql = yield* SqlClient.SqlClient
    const find = (execute: () => Statement.Statement<unknown>) =>
      Effect.map(
        Effect.catchTag(
          SqlSchema.single({ Request: Schema.Void, Result: Place, execute })(),
          "NoSuchElementException",
          Effect.die
        ),
        ({ seq }) => seq
      )
    const least =
      updatedSince === undefined
        ? null
        : yield* find(() => place(sql, registry, "min", ">=", "ASC", updatedSince))
    if (updatedSince !== undefined && least === null) return null
    const most =
      updatedUntil === undefined
        ? null
        : yield* find(() => place(sql, registry, "max", "<=", "DESC", updatedUntil))
    return updatedUntil !== undefined && most === null ? null : { least, most }
  })
