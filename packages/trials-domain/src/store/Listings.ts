/**
 * What the last proven census said of each trial (`trial_listings`). It is derived: what a census did not say yet is made
 * from the stored records.
 *
 * @module
 */
import { SqlClient, type SqlError, type Statement } from "@effect/sql"
import { Effect } from "effect"
import { count } from "../sql/count.js"
import { insertAll } from "../sql/insert.js"
import { stagingTables } from "./StagingTables.js"
import type { StoreError } from "./StoreError.js"

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
        count(() => sql`(SELECT 1 FROM ${from} LIMIT 1) AS one`),
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
