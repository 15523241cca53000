import { SqlClient, SqlError, SqlSchema } from "@effect/sql"
import * as Migrator from "@effect/sql/Migrator"
import { Effect, Record, Schema } from "effect"
import { failpoint } from "./Failpoint.js"
import { first } from "./migrations/0001_first.js"
import { contentOnce } from "./migrations/0002_content_once.js"
import { proofNames } from "./migrations/0003_proof_names.js"
import { registries } from "./migrations/0004_registries.js"
import { whoFields } from "./migrations/0005_who_fields.js"
import { packedRecords } from "./migrations/0006_packed_records.js"
import { editsToldApart } from "./migrations/0007_edits_told_apart.js"
import { census } from "./migrations/0008_census.js"
import { identifiers } from "./migrations/0009_identifiers.js"
import { readUnder } from "./migrations/0010_read_under.js"
import { searchTerms } from "./migrations/0013_search_terms.js"
import { feedByTime } from "./migrations/0014_feed_by_time.js"
import * as SearchIndex from "../search/SearchIndex.js"
import * as FlatView from "./FlatView.js"
import { installation, making, migrationsTable } from "./Home.js"
import { keepingGrants } from "./KeptGrants.js"
import * as StagingTables from "./StagingTables.js"
import { busy, failing, waitingForWriter, type Watch } from "../sql/transaction.js"

export { migrationsTable }

const migrations = {
  "1_first": Effect.zipRight(first, failpoint("migrate")),
  "2_content_once": Effect.zipRight(contentOnce, failpoint("migrate")),
  "3_proof_names": Effect.zipRight(proofNames, failpoint("migrate")),
  "4_registries": Effect.zipRight(registries, failpoint("migrate")),
  "5_who_fields": Effect.zipRight(whoFields, failpoint("migrate")),
  "6_packed_records": Effect.zipRight(packedRecords, failpoint("migrate")),
  "7_edits_told_apart": Effect.zipRight(editsToldApart, failpoint("migrate")),
  "8_census": Effect.zipRight(census, failpoint("migrate")),
  "9_identifiers": Effect.zipRight(identifiers, failpoint("migrate")),
  "10_read_under": Effect.zipRight(readUnder, failpoint("migrate")),
  // These made the index of terms, which the next one makes anew.
  "11_search_terms": failpoint("migrate"),
  "12_search_terms": failpoint("migrate"),
  "13_search_terms": Effect.zipRight(searchTerms, failpoint("migrate")),
  "14_feed_by_time": Effect.zipRight(feedByTime, failpoint("migrate"))
}

/** The schema version that this library reads and writes. */
export const schemaVersion = Object.keys(migrations).length

/** All that the migrations make, and the view that is made beside them. */
const view = "trials_flat"
const tables = [
  "absences",
  "counters",
  "dictionaries",
  "leases",
  "registries",
  "runs",
  "trial_ids",
  "trial_listings",
  ...SearchIndex.tables,
  "trial_versions",
  "trials"
]

/** The database has a different schema from this library's. */
export class SchemaMismatch extends Schema.TaggedError<SchemaMismatch>("trials-domain/SchemaMismatch")(
  "SchemaMismatch",
  { reason: Schema.Literal("none", "older", "newer"), found: Schema.Int, wanted: Schema.Int }
) {
  override get message(): string {
    switch (this.reason) {
      case "none":
        return "The database holds no trials schema yet. Run `Migrations.migrate`."
      case "older":
        return `The database has schema ${this.found}, this program wants ${this.wanted}. Run \`Migrations.migrate\`.`
      case "newer":
        return `The database has schema ${this.found}, which a newer version of this program wrote; this one knows ${this.wanted}. Install the newer version.`
    }
  }
}

/** The table of migrations as a statement names it; null if there is none. */
const found = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql.onDialectOrElse({
    pg: () => Effect.map(installation, (home) => home?.migrations ?? null),
    orElse: () =>
      Effect.map(
        sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${migrationsTable}`,
        ([row]) => (row === undefined ? null : migrationsTable)
      )
  })
})

/** The schema version of the database; 0 if it has none. Fails if there is one that the role may not see (42501). */
export const currentVersion: Effect.Effect<number, SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    const table = yield* found
    if (table === null) return 0
    const newest = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ version: Schema.NullOr(Schema.Int) }),
      execute: () => sql`SELECT max(migration_id) AS version FROM ${sql.literal(table)}`
    })
    return (
      (yield* Effect.catchTags(newest(), { ParseError: Effect.die, NoSuchElementException: Effect.die }))
        .version ?? 0
    )
  }
)

/** Fails unless the database has exactly this library's schema. */
export const check: Effect.Effect<void, SchemaMismatch | SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const found = yield* currentVersion
    if (found === schemaVersion) return
    const reason = found === 0 ? "none" : found < schemaVersion ? "older" : "newer"
    return yield* new SchemaMismatch({ reason, found, wanted: schemaVersion })
  }
)

/** Runs the migrations. */
const run = (some: Readonly<Record<string, (typeof migrations)[keyof typeof migrations]>>) =>
  failing((watch: Watch<SqlError.SqlError>) =>
    Migrator.make({})({ loader: Migrator.fromRecord(Record.map(some, watch)), table: migrationsTable })
  )

const attempt = Effect.gen(function* () {
  const found = yield* currentVersion
  if (found === schemaVersion) return []
  if (found > schemaVersion)
    return yield* new SchemaMismatch({ reason: "newer", found, wanted: schemaVersion })
  const ran = yield* run(migrations)
  // The migrator gives the same answer for "nothing to do" and for "another process is migrating and has not
  // committed". On PostgreSQL this process is the only one, and its table was refused the rows.
  if (ran.length === 0) {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.onDialectOrElse({
      pg: () => new SqlError.SqlError({ message: `${migrationsTable} takes no rows.`, cause: undefined }),
      orElse: () => busy("Another process migrates the database.")
    })
  }
  return ran.map(([id, name]) => `${id}_${name}`)
})

/** What the migrations do not make: the view of all fields, and on PostgreSQL staging (SQLite's is in another file). */
const beside = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* FlatView.refresh
  yield* sql.onDialectOrElse({ pg: () => StagingTables.prepare, orElse: () => Effect.void })
})

// The migrator would make its table outside its transaction, and look for it by an error, which ends this one.
const withinOne = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS ${sql(migrationsTable)} (migration_id INTEGER PRIMARY KEY,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), name TEXT NOT NULL)`
  return yield* Effect.zipLeft(attempt, beside)
})

/**
 * Brings the database to this library's schema, in one transaction; a failure rolls all of it back. Returns the
 * migrations that ran. Refuses a newer schema. If another process is migrating, waits for its end. Also makes all else
 * that only the owner can make on PostgreSQL; for another role nothing may be left to make (42501).
 */
export const migrate: Effect.Effect<
  ReadonlyArray<string>,
  SchemaMismatch | SqlError.SqlError | Migrator.MigrationError,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const isCurrent = (yield* currentVersion) === schemaVersion
  return yield* sql.onDialectOrElse({
    pg: () => (isCurrent ? Effect.as(beside, []) : making(withinOne)),
    orElse: () => Effect.zipLeft(waitingForWriter(attempt), beside)
  })
}).pipe(Effect.withSpan("Migrations.migrate"))

/** Makes an empty database of this library's schema an empty one of an earlier schema version. */
const remade = (version: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql`SELECT 1 FROM runs UNION ALL SELECT 1 FROM trial_versions LIMIT 1`
    if (row !== undefined) return yield* Effect.dieMessage("Only an empty database can be made anew.")
    yield* sql`DROP VIEW IF EXISTS ${sql(view)}`
    for (const name of tables) yield* sql`DROP TABLE IF EXISTS ${sql(name)}`
    yield* sql`DELETE FROM ${sql(migrationsTable)}`
    yield* run(Record.filter(migrations, (_, name) => Number.parseInt(name) <= version))
  })

/**
 * Gives an empty database of this library's schema an earlier schema version, lets `fill` fill that, and migrates it: what
 * was written by an older program becomes what this one reads. On PostgreSQL it is one transaction, others keep their
 * rights, and only the owner can (42501). On SQLite `fill` commits as it likes, unless all is part of a transaction that
 * began with a write: the file must be one that nobody uses. Dies if the database is not empty.
 */
export const from = <A, E, R>(
  version: number,
  fill: Effect.Effect<A, E, R>
): Effect.Effect<
  A,
  E | SchemaMismatch | SqlError.SqlError | Migrator.MigrationError,
  R | SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const filled = Effect.zipLeft(fill, migrate)
    return yield* sql.onDialectOrElse({
      pg: () => making(keepingGrants([view, ...tables], Effect.zipRight(remade(version), filled))),
      orElse: () => Effect.zipRight(making(remade(version)), filled)
    })
  }).pipe(Effect.withSpan("Migrations.from"))
