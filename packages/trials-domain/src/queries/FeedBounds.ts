import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import type { Instant } from "../model/Instant.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { type Bounds, unbounded } from "../search/IndexRead.js"
import type { StoreError } from "../store/StoreError.js"

const Place = Schema.Struct({ seq: Schema.NullOr(Schema.Int) })

/** An order of places in which, within each registry, instants never decrease. An index has the three columns. */
interface Timeline {
  readonly table: "trials" | "trial_versions"
  readonly instant: "updated_at" | "observed_at"
  readonly place: "updated_seq" | "seq"
}

const ofTrials: Timeline = { table: "trials", instant: "updated_at", place: "updated_seq" }
const ofVersions: Timeline = { table: "trial_versions", instant: "observed_at", place: "seq" }

/** A time, in one registry or in all. */
interface Time {
  readonly registry?: string | undefined
  readonly since?: Instant | undefined
  readonly until?: Instant | undefined
}

/** Each registry with trials, by an index; or one. */
const registriesOf = (sql: SqlClient.SqlClient, registry: string | undefined) =>
  registry === undefined
    ? sql`WITH RECURSIVE each_registry(name) AS (
        SELECT min(registry) FROM trials
        UNION ALL
        SELECT (SELECT min(n.registry) FROM trials n WHERE n.registry > e.name) FROM each_registry e
          WHERE e.name IS NOT NULL)`
    : sql`WITH each_registry(name) AS (SELECT CAST(${registry} AS TEXT))`

/** The place in each registry, by an index: the first or the last one on one side of an instant. */
const placeOf = (
  sql: SqlClient.SqlClient,
  { instant, place, table }: Timeline,
  registry: string | undefined,
  ends: "min" | "max",
  than: string,
  order: string,
  given: Instant
) =>
  sql`${registriesOf(sql, registry)}
    SELECT ${sql.literal(ends)}((SELECT b.${sql.literal(place)} FROM ${sql.literal(table)} b WHERE b.registry = e.name
      AND b.${sql.literal(`${instant} ${than}`)} ${given}
      ORDER BY b.${sql.literal(`${instant} ${order}`)}, b.${sql.literal(`${place} ${order}`)} LIMIT 1)) AS seq
    FROM each_registry e`

/** The places of a time; null if there are none. What lies between may be older or newer: the instant itself decides. */
const within = (
  timeline: Timeline,
  { registry, since, until }: Time
): Effect.Effect<Bounds | null, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (since === undefined && until === undefined) return unbounded
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
      since === undefined
        ? null
        : yield* find(() => placeOf(sql, timeline, registry, "min", ">=", "ASC", since))
    if (since !== undefined && least === null) return null
    const most =
      until === undefined
        ? null
        : yield* find(() => placeOf(sql, timeline, registry, "max", "<=", "DESC", until))
    return until !== undefined && most === null ? null : { least, most }
  })

/**
 * Where in the order of lists the trials are whose registry changed them since an instant, and until one. Within a registry
 * instants never decrease, so an index shows where they begin in each. Across registries they may decrease: what lies
 * between the bounds may be older or newer, and the instant itself decides. Null if there are none.
 */
export const boundsOf = ({ registry, updatedSince, updatedUntil }: TrialFilter) =>
  within(ofTrials, { registry, since: updatedSince, until: updatedUntil })

/** Where in the feed the changes are that were observed since an instant, and until one: as `boundsOf` of trials. */
export const observedWithin = (time: Time) => within(ofVersions, time)
