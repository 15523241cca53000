import { SqlClient, SqlError } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Cause, Effect, Layer } from "effect"
import { DatabaseError, fromCause } from "../DatabaseError.js"
import { create, exists, guard, writable } from "./SqliteFile.js"
import { keepsItsPlace } from "./SqlitePlace.js"
import { guardStaging, prepareStaging, stagingOf } from "./SqliteStaging.js"

const missing = (file: string) =>
  new DatabaseError({
    reason: "missing",
    message:
      `There is no database at ${file}. Where a new one is meant, \`trials sync --init\` starts it; ` +
      "where one was expected, bring it back first, or every trial will look new."
  })

// KiB of pages cached for each file: a load goes through three tables and the staged rows at the same time.
const cacheSize = "-65536"

// A wait inside the driver stops the whole process, so it is short; transactions wait outside the driver.
const patience = "PRAGMA busy_timeout = 50"

/** The client's layer. What the driver throws while it opens the file becomes an ordinary error. */
const client = (
  config: SqliteClient.SqliteClientConfig,
  prepare: Effect.Effect<unknown, unknown, SqlClient.SqlClient>
): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.tap(SqliteClient.layer(config), (context) => Effect.provide(prepare, context)).pipe(
    Layer.catchAllCause((cause) => {
      const thrown = Cause.squash(cause)
      return Layer.fail(fromCause(thrown instanceof SqlError.SqlError ? thrown.cause : thrown))
    })
  )

/** A writer's only connection, with the staging file attached. */
export const writer = (file: string, init: boolean): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const staging = stagingOf(file)
      if (!(yield* exists(file))) {
        if (!init) return yield* missing(file)
        yield* guardStaging(staging)
        yield* create(file)
      }
      yield* guard(file)
      yield* writable([file, staging])
      yield* prepareStaging(staging)
      const prepare = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`PRAGMA synchronous = FULL`
        yield* sql`PRAGMA foreign_keys = ON`
        yield* sql.unsafe(`PRAGMA main.cache_size = ${cacheSize}`)
        yield* sql`PRAGMA journal_size_limit = 67108864`
        yield* sql`ATTACH ${staging} AS trials_staging`
        yield* sql`PRAGMA trials_staging.journal_mode = WAL`
        yield* sql`PRAGMA trials_staging.synchronous = OFF`
        yield* sql.unsafe(`PRAGMA trials_staging.cache_size = ${cacheSize}`)
        yield* sql.unsafe(patience)
        // The log exists from the first read on.
        yield* sql`SELECT 1 FROM main.sqlite_master LIMIT 1`
        yield* keepsItsPlace(sql, file)
      })
      return client({ filename: file }, prepare)
    })
  )

/** A connection that can only read, and never creates a file. */
export const reader = (file: string): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      if (!(yield* exists(file))) return yield* missing(file)
      yield* guard(file)
      const prepare = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`PRAGMA query_only = ON`
        yield* sql.unsafe(patience)
      })
      return client({ filename: file, readonly: true, disableWAL: true }, prepare)
    })
  )
