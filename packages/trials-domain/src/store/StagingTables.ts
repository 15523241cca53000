import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Option, Record, Schema } from "effect"
import * as SearchIndex from "../search/SearchIndex.js"
import { atHome, making } from "./Home.js"
import { keepingGrants } from "./KeptGrants.js"
import * as TrialIds from "./TrialIds.js"
import { summaryColumns } from "./TrialRow.js"

// Raised when the staging tables change. Everything in them can be read again, so they are simply recreated.
const layout = 10

const tables = {
  layout: "layout",
  reads: "reads",
  pages: "pages",
  /** What a census listed, where the list does not carry whole records. */
  listings: "listings",
  /** The trials whose whole records are to be asked for. */
  wanted: "wanted",
  records: "records",
  rejected: "rejected",
  /** The whole records that the mapping could not read. */
  unread: "unread"
}

/** The staging tables on PostgreSQL, where they are in the schema that holds `trials`. */
export const postgresStaging: Readonly<Record<keyof typeof tables, string>> = Record.map(
  tables,
  (name) => `trials_staging_${name}`
)

const sqliteStaging = Record.map(tables, (name) => `trials_staging.${name}`)

/** The names of the staging tables. On SQLite they are in an attached file. */
export const stagingNames = (sql: SqlClient.SqlClient): Readonly<Record<keyof typeof tables, string>> =>
  sql.onDialectOrElse({ pg: () => postgresStaging, orElse: () => sqliteStaging })

/** The same names as parts of a statement. */
export const stagingTables = (
  sql: SqlClient.SqlClient
): Readonly<Record<keyof typeof tables, Statement.Fragment>> =>
  Record.map(stagingNames(sql), (name) => sql.literal(name))

/** The staged trials, as `s`. */
export const staged = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.literal(`${stagingNames(sql).records} s`)

/** Whether a record or a listing of the trial `t` is staged. */
const came = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`(EXISTS (SELECT 1 FROM ${stagingTables(sql).listings} l WHERE l.registry = t.registry AND l.id = t.id)
    OR EXISTS (SELECT 1 FROM ${staged(sql)} WHERE s.registry = t.registry AND s.id = t.id))`

/** Whether the trial `t` came with the staged read, even as a rejected record. */
export const cameWithRead = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`(${came(sql)}
    OR EXISTS (SELECT 1 FROM ${stagingTables(sql).rejected} x WHERE x.registry = t.registry AND x.id = t.id))`

/** Whether all tables are there, in this layout. */
const present = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Asked first: the SQLite client caches a statement that failed because its table was missing.
  const found = yield* sql.onDialectOrElse({
    pg: () => sql`SELECT 1 FROM pg_class c WHERE ${sql.literal(atHome)}
      AND c.relkind = 'r' AND c.relname IN ${sql.in(Object.values(postgresStaging))}`,
    orElse: () => sql`SELECT 1 FROM trials_staging.sqlite_master
      WHERE type = 'table' AND name IN ${sql.in(Object.values(tables))}`
  })
  if (found.length < Object.keys(tables).length) return false
  const find = SqlSchema.findOne({
    Request: Schema.Void,
    Result: Schema.Struct({ version: Schema.Int }),
    execute: () => sql`SELECT version FROM ${stagingTables(sql).layout}`
  })
  return Option.exists(yield* find(), ({ version }) => version === layout)
}).pipe(Effect.catchTag("ParseError", Effect.die))

const indexed = {
  listings: "registry, id, page",
  wanted: "registry, id",
  records: "registry, id, page",
  rejected: "registry, id",
  unread: "registry, id"
}

const create = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { listings, pages, records, reads, rejected, unread, wanted, layout: ofLayout } = stagingTables(sql)
  const table = sql.onDialectOrElse({
    pg: () => sql.literal("CREATE UNLOGGED TABLE"),
    orElse: () => sql.literal("CREATE TABLE")
  })
  const bytes = sql.onDialectOrElse({ pg: () => sql.literal("BYTEA"), orElse: () => sql.literal("BLOB") })
  // `reads` first: whoever stages holds it before the others.
  for (const each of [reads, pages, listings, wanted, records, rejected, unread, ofLayout])
    yield* sql`DROP TABLE IF EXISTS ${each}`
  // Not unlogged: after the server crashed, the other tables are empty, but they are still of this layout.
  yield* sql`CREATE TABLE ${ofLayout} AS SELECT ${sql.literal(String(layout))} AS version`
  yield* sql`${table} ${reads} (
    registry TEXT NOT NULL PRIMARY KEY, read TEXT NOT NULL, repeated INTEGER NOT NULL)`
  yield* sql`${table} ${pages} (
    registry TEXT NOT NULL, number INTEGER NOT NULL, digest TEXT NOT NULL, next TEXT, rows INTEGER NOT NULL,
    summary TEXT NOT NULL, PRIMARY KEY (registry, number))`
  // The ids have the collation of those of `trials`.
  yield* sql`${table} ${listings} AS
    SELECT registry, id, version AS page, title AS digest, version AS bucket FROM trials WHERE 1 = 0`
  yield* sql`${table} ${wanted} AS SELECT registry, id FROM trials WHERE 1 = 0`
  // The summary's columns have the names, types and collations of those of `trials`. What is long stands last: SQLite reads
  // all that is before a column to find it.
  yield* sql`${table} ${records} AS
    SELECT registry, id, version AS page, title AS listing, title AS findings, ${sql.literal(summaryColumns())},
      title AS content, CAST(NULL AS ${bytes}) AS record, title AS ${sql.literal(TrialIds.stagedColumn)},
      ${sql.literal(SearchIndex.stagedColumns.map((name) => `title AS ${name}`).join(", "))}
    FROM trials WHERE 1 = 0`
  // A record without an id is known by its digest.
  yield* sql`${table} ${rejected} AS SELECT registry, id FROM trials WHERE 1 = 0`
  yield* sql`${table} ${unread} AS
    SELECT registry, id, title AS listing, title AS reason FROM trials WHERE 1 = 0`
  for (const [name, columns] of Object.entries(indexed)) {
    yield* sql.unsafe(
      sql.onDialectOrElse({
        pg: () => `CREATE INDEX trials_staging_${name}_by_id ON trials_staging_${name} (${columns})`,
        orElse: () => `CREATE INDEX trials_staging.${name}_by_id ON ${name} (${columns})`
      })
    )
  }
})

const remake = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Another process may have made them, and staged in them by now.
  if (yield* present) return
  yield* sql.onDialectOrElse({
    pg: () => keepingGrants(Object.values(postgresStaging), create),
    orElse: () => create
  })
})

/**
 * Makes the staging tables if one of them is missing or they are of another layout. On PostgreSQL only their owner can;
 * another role gets the server's refusal (42501).
 */
export const prepare: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  if (!(yield* present)) yield* making(remake)
})
