/**
 * The trials whose whole records a run asks for (`wanted`, in staging), and which of them it has: the census that is staged
 * beside what the last one said.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import { count } from "../sql/count.js"
import { analyze } from "../sql/dialect.js"
import { stagingNames, stagingTables } from "./StagingTables.js"
import type { StoreError } from "./StoreError.js"

/** Which trials a run reads whole beside those that are new, moved, or lack their record. */
export interface Calls {
  /** The oldest mapping version that requested every field: a record that was last read under an older one lacks some. */
  readonly since: number
  /** The part of the registry that is audited; null for all of it. */
  readonly bucket: number | null
}

/** What is kept of the listing `s` is what it says, and the trial's stored record says the same and was read whole. */
const isKept = (sql: SqlClient.SqlClient, since: number) => sql`EXISTS (SELECT 1 FROM trial_listings k
  WHERE k.registry = s.registry AND k.id = s.id AND k.digest = s.digest AND k.detailed = 1
    AND k.mapping_version >= ${since})`

/** Whether a whole record, read by the mapping or not, is staged that says what the listing `s` says. */
const has = (sql: SqlClient.SqlClient) => {
  const { records, unread } = stagingTables(sql)
  const of = (table: Statement.Fragment) => sql`EXISTS (SELECT 1 FROM ${table} r
    WHERE r.registry = s.registry AND r.id = s.id AND r.listing = s.digest)`
  return sql`(${of(records)} OR ${of(unread)})`
}

/**
 * Stages, in place of a census, what the last one said of the trials that are due: those of the audited part, and those
 * whose record it lacked. The listings of trials that it no longer named are kept for their return, and are not staged.
 */
export const stageKnown = (
  registry: string,
  { bucket }: Calls
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.asVoid(sql`INSERT INTO ${stagingTables(sql).listings} (registry, id, page, digest, bucket)
      SELECT k.registry, k.id, 0, k.digest, k.bucket FROM trial_listings k
      WHERE k.registry = ${registry} AND (${bucket === null ? sql`1 = 1` : sql`k.bucket = ${bucket}`} OR k.detailed = 0)
        AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.registry = k.registry AND a.id = k.id)
        AND NOT EXISTS (SELECT 1 FROM trials t
          WHERE t.registry = k.registry AND t.id = k.id AND t.missing_since IS NOT NULL)`)
  )

/** Updates what PostgreSQL's planner knows of the staged rows. Not part of a transaction. */
export const analyzed: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { listings, records } = stagingNames(sql)
  yield* analyze(sql, listings, "registry, id, digest")
  yield* analyze(sql, records, "registry, id, listing")
})

/** How many trials are wanted. */
const howMany = (registry: string) =>
  count((sql) => sql`${stagingTables(sql).wanted} WHERE registry = ${registry}`)

/** Lists the trials that the staged census calls for and of which no record is staged. Returns how many there are. */
export const call = (
  registry: string,
  { bucket, since }: Calls
): Effect.Effect<number, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { listings, wanted } = stagingTables(sql)
    yield* sql`DELETE FROM ${wanted} WHERE registry = ${registry}`
    yield* sql`INSERT INTO ${wanted} (registry, id) SELECT s.registry, s.id FROM ${listings} s
      WHERE s.registry = ${registry} AND (${bucket === null ? sql`1 = 1` : sql`s.bucket = ${bucket} OR NOT ${isKept(sql, since)}`})
        AND NOT ${has(sql)} ORDER BY s.id`
    return yield* howMany(registry)
  })

/** Takes off the list the trials of which a record is staged by now. Returns how many are left. */
export const left = (registry: string): Effect.Effect<number, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { listings, wanted } = stagingTables(sql)
    yield* sql`DELETE FROM ${wanted} AS w WHERE w.registry = ${registry} AND EXISTS (
      SELECT 1 FROM ${listings} s WHERE s.registry = w.registry AND s.id = w.id AND ${has(sql)})`
    return yield* howMany(registry)
  })

/** The next wanted trials after an id, in order of their ids. */
export const after = (
  registry: string,
  after: string,
  limit: number
): Effect.Effect<ReadonlyArray<string>, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ id: Schema.String }),
      execute: () => sql`SELECT id FROM ${stagingTables(sql).wanted}
        WHERE registry = ${registry} AND id > ${after} ORDER BY id LIMIT ${limit}`
    })
    return (yield* find()).map(({ id }) => id)
  })

/** Discards the staged records whose listing is not what the census says: nothing vouches for them. */
export const dropUnvouched = (
  registry: string
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { listings, records, unread } = stagingTables(sql)
    for (const table of [records, unread]) {
      yield* sql`DELETE FROM ${table} AS r WHERE r.registry = ${registry} AND NOT EXISTS (
        SELECT 1 FROM ${listings} s
        WHERE s.registry = r.registry AND s.id = r.id AND s.digest = r.listing)`
    }
  })

/** Marks the records that are staged as older than the census that is read next. */
export const age = (registry: string): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.asVoid(
      sql`UPDATE ${stagingTables(sql).records} SET page = 0 WHERE registry = ${registry} AND page <> 0`
    )
  )

/** How many listed trials wait for their first record, or for one that the mapping can read. */
export const unknown = (registry: string): Effect.Effect<number, StoreError, SqlClient.SqlClient> =>
  count((sql) => {
    const { unread, wanted } = stagingTables(sql)
    return sql`(SELECT registry, id FROM ${wanted} WHERE registry = ${registry}
        UNION SELECT registry, id FROM ${unread} WHERE registry = ${registry}) AS s
      WHERE NOT EXISTS (SELECT 1 FROM trials t WHERE t.registry = s.registry AND t.id = s.id)`
  })
