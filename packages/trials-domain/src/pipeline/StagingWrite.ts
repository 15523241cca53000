import { SqlClient, SqlError } from "@effect/sql"
import { Effect, Predicate } from "effect"
import { transaction } from "../sql/transaction.js"
import { type LeaseLost, StillHeld } from "../store/Lease.js"
import { postgresStaging, stagingTables } from "../store/StagingTables.js"

type Writing<A, E> = Effect.Effect<A, E | LeaseLost | SqlError.SqlError>

/** One transaction of the run that holds the registry: a later run may be staging by now. */
const writing = <A, E>(
  sql: SqlClient.SqlClient,
  mode: "ROW EXCLUSIVE" | "SHARE ROW EXCLUSIVE",
  effect: Effect.Effect<A, E>
): Writing<A, E> =>
  transaction(sql)(
    Effect.gen(function* () {
      const { reads } = stagingTables(sql)
      yield* sql.onDialectOrElse({
        pg: () => sql`LOCK TABLE ${reads} IN ${sql.literal(mode)} MODE`,
        // Takes the staging file's lock, which the other run needs to begin.
        orElse: () => sql`DELETE FROM ${reads} WHERE 1 = 0`
      })
      yield* Effect.provideService(yield* StillHeld, SqlClient.SqlClient, sql)
      return yield* effect
    })
  )

/** Adds to what is staged, or changes it. On PostgreSQL other registries may do so at the same time. */
export const adding = <A, E>(sql: SqlClient.SqlClient, effect: Effect.Effect<A, E>): Writing<A, E> =>
  writing(sql, "ROW EXCLUSIVE", effect)

// Somebody reads these tables for longer (a backup), or the server ended a deadlock.
const isLocked = ({ cause }: SqlError.SqlError): boolean =>
  Predicate.hasProperty(cause, "code") && (cause.code === "55P03" || cause.code === "40P01")

// Longer than `deadlock_timeout`, after which the server stops a vacuum that is in the way.
const patience = "2s"

/** What a list was read into. */
const ofList = ["pages", "listings", "wanted", "rejected"] as const
const emptied = [...ofList, "records", "unread"] as const

type Emptied = (typeof emptied)[number]

const deleted = (sql: SqlClient.SqlClient, registry: string, names: ReadonlyArray<Emptied>) =>
  Effect.forEach(names, (name) => sql`DELETE FROM ${stagingTables(sql)[name]} WHERE registry = ${registry}`, {
    discard: true
  })

// Bytes. To make the tables anew, or the file, takes longer than to delete what fits into this.
const worthwhile = 1024 * 1024

/** Whether the tables are large, nothing but this registry is staged, and the role may truncate. */
const isWorthTruncating = (sql: SqlClient.SqlClient, registry: string) => {
  const tables = emptied.map((name) => postgresStaging[name])
  const size = tables.map((table) => `pg_total_relation_size('${table}')`).join(" + ")
  const mayTruncate = tables.map((table) => `has_table_privilege('${table}', 'TRUNCATE')`).join(" AND ")
  return Effect.map(
    sql`SELECT 1 WHERE ${sql.literal(`${size} > ${worthwhile} AND ${mayTruncate}`)}
      AND NOT EXISTS (SELECT 1 FROM ${stagingTables(sql).reads} WHERE registry <> ${registry})`,
    (rows) => rows.length > 0
  )
}

/** Empties the tables at once, which gives their space back; false if somebody holds them. */
const truncated = (sql: SqlClient.SqlClient) =>
  transaction(sql)(
    Effect.zipRight(
      sql`SELECT set_config('lock_timeout', ${patience}, true)`,
      sql`TRUNCATE ${sql.literal(emptied.map((name) => postgresStaging[name]).join(", "))}`
    )
  ).pipe(
    Effect.as(true),
    Effect.catchIf(isLocked, () => Effect.succeed(false))
  )

/**
 * Gives back the space of SQLite's staging file where nothing is staged: after a first load it is nearly as large as the
 * database. Not part of a transaction; somebody who reads the file, as a backup does, keeps it as it is.
 */
export const givenBack = (sql: SqlClient.SqlClient): Effect.Effect<void> =>
  sql.onDialectOrElse({
    pg: () => Effect.void,
    orElse: () =>
      Effect.gen(function* () {
        const [size] = yield* sql<{ bytes: number }>`SELECT c.page_count * s.page_size AS bytes
          FROM pragma_page_count('trials_staging') c, pragma_page_size('trials_staging') s`
        const [some] = yield* sql`SELECT 1 FROM ${stagingTables(sql).reads} LIMIT 1`
        if (some !== undefined || (size?.bytes ?? 0) < worthwhile) return
        yield* sql`VACUUM trials_staging`
        yield* sql`PRAGMA trials_staging.wal_checkpoint(TRUNCATE)`
      }).pipe(Effect.catchAll((error) => Effect.logDebug("The staging file keeps its size.", error)))
  })

/**
 * Discards what is staged of a registry, then does what begins its next read. Deleted rows take space on PostgreSQL until
 * the server finds time to clean up, so where no other registry is staged large tables are truncated: this transaction
 * shuts out all others that stage, and only a run whose registry is in `reads` has rows in the other tables. Details that
 * are `kept` stay: the whole records beside a list.
 */
export const clearing = <A, E>(
  sql: SqlClient.SqlClient,
  registry: string,
  next: Effect.Effect<A, E>,
  details?: "kept"
): Writing<A, E> =>
  writing(
    sql,
    "SHARE ROW EXCLUSIVE",
    Effect.gen(function* () {
      const isEmpty = yield* sql.onDialectOrElse({
        pg: () =>
          details === "kept"
            ? Effect.succeed(false)
            : Effect.if(isWorthTruncating(sql, registry), {
                onTrue: () => truncated(sql),
                onFalse: () => Effect.succeed(false)
              }),
        orElse: () => Effect.succeed(false)
      })
      if (!isEmpty) yield* deleted(sql, registry, details === "kept" ? ofList : emptied)
      yield* sql`DELETE FROM ${stagingTables(sql).reads} WHERE registry = ${registry}`
      return yield* next
    })
  )
