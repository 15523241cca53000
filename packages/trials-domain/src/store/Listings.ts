/**
 * What the last proven census said of each trial (`trial_listings`), beside the census that is staged: which trials a run
 * asks for whole, and which it has. Everything here can be made again from the stored records.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import { insertAll } from "../sql/insert.js"
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

const Count = Schema.Struct({ n: Schema.Int })

const single = (execute: () => Statement.Statement<unknown>) =>
  SqlSchema.single({ Request: Schema.Void, Result: Count, execute })().pipe(
    Effect.catchTag("NoSuchElementException", Effect.die),
    Effect.map(({ n }) => n)
  )

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

/** How many trials of a registry have a listing. */
export const count = (registry: string): Effect.Effect<number, StoreError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    single(() => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM trial_listings WHERE registry = ${registry}`)
  )

/** How far the listings of a registry are what its last proven census said. */
export interface Standing {
  /** Whether a trial that has not disappeared has none. */
  readonly isLacking: boolean
  /** Whether a census said all of them. */
  readonly isProven: boolean
}

/** Tells how far the listings of a registry are what its last proven census said. */
export const standing = (registry: string): Effect.Effect<Standing, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const some = (from: Statement.Fragment) =>
      Effect.map(
        single(() => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM (SELECT 1 FROM ${from} LIMIT 1) AS one`),
        (n) => n > 0
      )
    const isLacking = yield* some(sql`trials t WHERE t.registry = ${registry} AND t.missing_since IS NULL
      AND NOT EXISTS (SELECT 1 FROM trial_listings k WHERE k.registry = t.registry AND k.id = t.id)`)
    return {
      isLacking,
      isProven:
        !isLacking && !(yield* some(sql`trial_listings k WHERE k.registry = ${registry} AND k.proven = 0`))
    }
  })

/** A trial's listing, as its stored record tells it; without a digest where no record can be read. */
export interface Listing {
  readonly id: string
  readonly digest: string | null
  readonly bucket: number
}

/** Adds listings that stored records tell, which were read under a mapping version. */
export const add = (
  registry: string,
  mapping: number,
  listings: ReadonlyArray<Listing>
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    insertAll(
      sql,
      "trial_listings",
      listings.map(({ bucket, digest, id }) => ({
        registry,
        id,
        digest: digest ?? "",
        bucket,
        detailed: digest === null ? 0 : 1,
        mapping_version: digest === null ? 0 : mapping,
        proven: 0
      })),
      "ON CONFLICT (registry, id) DO NOTHING"
    )
  )

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

/** Forgets the listings of a registry, or of all (null), where versions came by another way than a census. */
export const forget = (
  registry: string | null
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.asVoid(
      sql`DELETE FROM trial_listings WHERE ${registry === null ? sql`1 = 1` : sql`registry = ${registry}`}`
    )
  )

/**
 * Takes every stored record of a registry as one of which only a part was read: the next census asks for all of them, and
 * what they add is no edit of the registry's. Part of the load.
 */
export const mistrust = (registry: string): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* forget(registry)
    yield* sql`INSERT INTO trial_listings (registry, id, digest, bucket, detailed, mapping_version, proven)
      SELECT t.registry, t.id, '', 0, 0, 0, 0 FROM trials t WHERE t.registry = ${registry} ORDER BY t.id`
  })

/** Lists the trials that the staged census calls for and of which no record is staged. Returns how many there are. */
export const want = (
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
    return yield* left(sql, registry)
  })

const left = (sql: SqlClient.SqlClient, registry: string) =>
  single(
    () =>
      sql`SELECT CAST(count(*) AS INTEGER) AS n FROM ${stagingTables(sql).wanted} WHERE registry = ${registry}`
  )

/** Takes off the list the trials of which a record is staged by now. Returns how many are left. */
export const stillWant = (registry: string): Effect.Effect<number, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { listings, wanted } = stagingTables(sql)
    yield* sql`DELETE FROM ${wanted} AS w WHERE w.registry = ${registry} AND EXISTS (
      SELECT 1 FROM ${listings} s WHERE s.registry = w.registry AND s.id = w.id AND ${has(sql)})`
    return yield* left(sql, registry)
  })

/** The next wanted trials after an id, in order of their ids. */
export const wantedAfter = (
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
export const ageDetails = (registry: string): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.asVoid(
      sql`UPDATE ${stagingTables(sql).records} SET page = 0 WHERE registry = ${registry} AND page <> 0`
    )
  )

/**
 * Keeps what the staged census says of the trials that were read whole, under which mapping, and which of those that it
 * called for lack their record. Where the census was read (`isWhole`), all listings are what a census said, and those of
 * trials that never had a record and that it no longer names are forgotten: they would be asked for in every run. Part of
 * the load.
 */
export const keep = (
  registry: string,
  mapping: number,
  isWhole: boolean
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { listings, records, wanted } = stagingTables(sql)
    const from = (table: Statement.Fragment, detailed: number, under: number, replaced: string) =>
      sql`INSERT INTO trial_listings (registry, id, digest, bucket, detailed, mapping_version, proven)
        SELECT s.registry, s.id, s.digest, s.bucket, CAST(${detailed} AS INTEGER), CAST(${under} AS INTEGER), 1
        FROM ${listings} s JOIN ${table} r ON r.registry = s.registry AND r.id = s.id
        WHERE s.registry = ${registry} ORDER BY s.id
        ON CONFLICT (registry, id) DO UPDATE SET ${sql.literal(replaced.replace(/\w+/g, "$& = excluded.$&"))}`
    yield* from(records, 1, mapping, "digest, bucket, detailed, mapping_version, proven")
    // The record that is stored was read under the mapping that it was.
    yield* from(wanted, 0, 0, "digest, bucket, detailed, proven")
    if (!isWhole) return
    yield* sql`UPDATE trial_listings SET proven = 1 WHERE registry = ${registry} AND proven = 0`
    yield* sql`DELETE FROM trial_listings AS k WHERE k.registry = ${registry} AND k.detailed = 0
      AND NOT EXISTS (SELECT 1 FROM ${listings} s WHERE s.registry = k.registry AND s.id = k.id)
      AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.registry = k.registry AND t.id = k.id)`
  })

/** How many listed trials wait for their first record, or for one that the mapping can read. */
export const unknown = (registry: string): Effect.Effect<number, StoreError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => {
    const { unread, wanted } = stagingTables(sql)
    return single(
      () => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM (
          SELECT registry, id FROM ${wanted} WHERE registry = ${registry}
          UNION SELECT registry, id FROM ${unread} WHERE registry = ${registry}) AS s
        WHERE NOT EXISTS (SELECT 1 FROM trials t WHERE t.registry = s.registry AND t.id = s.id)`
    )
  })

/** How many trials the staged census lists: of one part of the registry, or of all (null). */
export const listed = (
  registry: string,
  bucket: number | null
): Effect.Effect<number, StoreError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    single(
      () => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM ${stagingTables(sql).listings} s
        WHERE s.registry = ${registry} AND ${bucket === null ? sql`1 = 1` : sql`s.bucket = ${bucket}`}`
    )
  )

/** What an audit looked at: which versions a run wrote, after which place in the feed, of which part of the registry. */
export interface Audited {
  readonly runId: string
  readonly after: number
  /** Null for all of it. */
  readonly bucket: number | null
}

/** The versions `v` of a load whose trial was audited, and which the list did not show to have changed. */
export const hidden = (
  sql: SqlClient.SqlClient,
  { after, bucket, runId }: Audited
): Statement.Fragment => sql`v.seq > ${after} AND v.run_id = ${runId} AND v.kind = 'edited' AND EXISTS (
    SELECT 1 FROM trial_listings k JOIN ${stagingTables(sql).listings} s
      ON s.registry = k.registry AND s.id = k.id AND s.digest = k.digest
    WHERE k.registry = v.registry AND k.id = v.id AND k.detailed = 1
      AND ${bucket === null ? sql`1 = 1` : sql`s.bucket = ${bucket}`})`
