import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Option, Schema } from "effect"
import * as SearchIndex from "../search/SearchIndex.js"
import { transaction } from "../sql/transaction.js"
import { takeWriter } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import { summaryColumns } from "../store/TrialRow.js"

// Raised when the staging tables change. Everything in them can be read again, so they are simply recreated.
const layout = 4

/** The staged trials, as `s`. */
export const staged = "trials_staging.records s"

/** Whether the trial `t` came with the staged read, even as a rejected record. */
export const cameWithRead = `(EXISTS (SELECT 1 FROM ${staged} WHERE s.registry = t.registry AND s.id = t.id)
  OR EXISTS (SELECT 1 FROM trials_staging.rejected x WHERE x.registry = t.registry AND x.id = t.id))`

// Asked first: the SQLite client caches a statement that failed because its table was missing.
const present = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql.onDialectOrElse({
    pg: () =>
      sql`SELECT 1 FROM information_schema.tables WHERE table_schema = 'trials_staging' AND table_name = 'layout'`,
    orElse: () => sql`SELECT 1 FROM trials_staging.sqlite_master WHERE type = 'table' AND name = 'layout'`
  })
  if (tables.length === 0) return false
  const find = SqlSchema.findOne({
    Request: Schema.Void,
    Result: Schema.Struct({ version: Schema.Int }),
    execute: () => sql`SELECT version FROM trials_staging.layout`
  })
  return Option.exists(yield* find(), ({ version }) => version === layout)
})

const create = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const table = sql.onDialectOrElse({
    pg: () => sql.literal("CREATE UNLOGGED TABLE"),
    orElse: () => sql.literal("CREATE TABLE")
  })
  // One process at a time: a second process would drop what the first has staged by then.
  yield* takeWriter
  if (yield* present) return
  yield* sql.onDialectOrElse({
    pg: () => sql`CREATE SCHEMA IF NOT EXISTS trials_staging`,
    orElse: () => Effect.void
  })
  for (const name of ["layout", "reads", "pages", "records", "rejected"]) {
    yield* sql`DROP TABLE IF EXISTS trials_staging.${sql.literal(name)}`
  }
  yield* sql`${table} trials_staging.layout AS SELECT ${sql.literal(String(layout))} AS version`
  yield* sql`${table} trials_staging.reads (
    registry TEXT NOT NULL PRIMARY KEY, read TEXT NOT NULL, repeated INTEGER NOT NULL)`
  yield* sql`${table} trials_staging.pages (
    registry TEXT NOT NULL, number INTEGER NOT NULL, digest TEXT NOT NULL, next TEXT, rows INTEGER NOT NULL,
    summary TEXT NOT NULL, PRIMARY KEY (registry, number))`
  // The summary's columns have the names, types and collations of those of `trials`.
  yield* sql`${table} trials_staging.records AS
    SELECT registry, id, ${sql.literal(summaryColumns())}, version AS page, title AS content, title AS record,
      ${sql.literal(SearchIndex.stagedColumns.map((name) => `title AS ${name}`).join(", "))}
    FROM trials WHERE 1 = 0`
  // A record without an id is known by its digest.
  yield* sql`${table} trials_staging.rejected AS SELECT registry, id FROM trials WHERE 1 = 0`
  yield* sql.onDialectOrElse({
    pg: () => sql`CREATE INDEX records_by_id ON trials_staging.records (registry, id, page)`,
    orElse: () => sql`CREATE INDEX trials_staging.records_by_id ON records (registry, id, page)`
  })
  yield* sql.onDialectOrElse({
    pg: () => sql`CREATE INDEX rejected_by_id ON trials_staging.rejected (registry, id)`,
    orElse: () => sql`CREATE INDEX trials_staging.rejected_by_id ON rejected (registry, id)`
  })
})

/** Creates the staging tables if they are missing or of another layout. */
export const prepare: Effect.Effect<void, StoreError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  if (!(yield* present)) yield* transaction(sql)(create)
})
