/**
 * Where an installation is. On PostgreSQL its home is a schema, in which every table of it belongs to one role, the
 * owner. On SQLite it is a file, which has no owners.
 *
 * @module
 */
import { SqlClient, SqlError, SqlSchema } from "@effect/sql"
import { Effect, Option, Predicate, Schedule, Schema } from "effect"
import { transaction } from "../sql/transaction.js"
import { takeWriter } from "./Counters.js"

/** The table that records which migrations a database has. Where it is, there is an installation. */
export const migrationsTable = "trials_migrations"

/** An installation on PostgreSQL. */
export const Installation = Schema.Struct({
  database: Schema.String,
  schema: Schema.String,
  owner: Schema.String,
  /** As in 170004. */
  serverVersion: Schema.Int,
  /** The table of migrations, qualified and quoted. */
  migrations: Schema.String
})
export type Installation = typeof Installation.Type

/**
 * The installation that PostgreSQL finds by the search path; null if there is none. The server passes over schemas that
 * the role may not use. An installation in one of these is found too: what is asked of it then gets the server's
 * refusal, and it is not taken for one that is missing.
 */
export const installation: Effect.Effect<Installation | null, SqlError.SqlError, SqlClient.SqlClient> =
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findOne({
      Request: Schema.Void,
      Result: Installation,
      execute: () => sql`WITH named AS (
          SELECT p.place, coalesce(nullif(coalesce(replace(p.part[1], '""', '"'), lower(p.part[2])), '$user'),
            current_user) AS name
          FROM regexp_matches(current_setting('search_path'), '"((?:[^"]|"")*)"|([^", ]+)', 'g')
            WITH ORDINALITY AS p(part, place))
        SELECT current_database() AS database, n.nspname AS schema, pg_get_userbyid(c.relowner) AS owner,
          CAST(current_setting('server_version_num') AS INTEGER) AS "serverVersion",
          format('%I.%I', n.nspname, c.relname) AS migrations
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN named ON named.name = n.nspname
        WHERE c.relname = ${migrationsTable} AND c.relkind IN ('r', 'p')
          AND CASE WHEN to_regclass(${migrationsTable}) IS NULL THEN named.place IS NOT NULL
            ELSE c.oid = to_regclass(${migrationsTable}) END
        ORDER BY named.place LIMIT 1`
    })
    return Option.getOrNull(yield* find())
  }).pipe(Effect.catchTag("ParseError", Effect.die))

/** Whether a relation of PostgreSQL's catalogue, `pg_class c`, is in the home. */
export const atHome = `c.relnamespace = (SELECT m.relnamespace FROM pg_class m
  WHERE m.oid = to_regclass('${migrationsTable}'))`

// https://www.postgresql.org/docs/current/errcodes-appendix.html: another process made the same at the same time.
const isRace = ({ cause }: SqlError.SqlError): boolean => {
  if (!Predicate.hasProperty(cause, "code")) return false
  switch (cause.code) {
    case "42P07":
    case "40P01":
      return true
    case "23505":
      return Predicate.hasProperty(cause, "schema") && cause.schema === "pg_catalog"
    case "XX000":
      return Predicate.hasProperty(cause, "message") && cause.message === "tuple concurrently updated"
    default:
      return false
  }
}

/**
 * Everything below is made in the home and belongs to the owner, whichever member of it does so. Another role is
 * refused here (42501), even where the schema lets it create tables: these would be its own.
 */
const enter = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* installation
  if (found === null) {
    yield* sql`SELECT set_config('search_path', quote_ident(current_schema()), true)`
    return
  }
  yield* sql`SELECT set_config('search_path', quote_ident(${found.schema}), true),
    set_config('role', ${found.owner}, true)`
  yield* sql`LOCK TABLE ${sql.literal(found.migrations)} IN SHARE ROW EXCLUSIVE MODE`
})

/**
 * One transaction that makes tables or views, one process at a time: what it makes may be there when its turn comes. On
 * PostgreSQL it looks again if another process made the same.
 */
export const making = <A, E, R>(
  make: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const first = sql.onDialectOrElse({ pg: () => enter, orElse: () => takeWriter })
    return yield* transaction(sql)(Effect.zipRight(first, make))
  }).pipe(
    Effect.retry({
      schedule: Schedule.intersect(Schedule.spaced("100 millis"), Schedule.recurs(10)),
      while: (error) => error instanceof SqlError.SqlError && isRace(error)
    })
  )
