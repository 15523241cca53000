import { SqlClient, SqlError } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Cause, Effect, Layer } from "effect"
import { DatabaseError, fromCause } from "../DatabaseError.js"
import { checked, migrated } from "../DatabaseSchema.js"
import type { Names } from "../Names.js"
import { attach, cacheSize } from "./AttachedStaging.js"
import { usable } from "./SqliteDriver.js"
import { create, exists, guard, writable } from "./SqliteFile.js"
import { keepsItsPlace } from "./SqlitePlace.js"
import { guardStaging, prepareStaging, stagingOf } from "./SqliteStaging.js"

interface SqliteOptions {
  readonly file: string
  readonly names: Names
}

interface SqliteWriterOptions extends SqliteOptions {
  readonly init: boolean
  readonly migrate: boolean
}

const missing = (file: string, { start }: Names) =>
  new DatabaseError({
    reason: "missing",
    message:
      `There is no database at ${file}. Where a new one is meant, ${start} starts it; ` +
      "where one was expected, bring it back first, or every trial will look new."
  })

// A wait inside the driver stops the whole process, so it is short; transactions wait outside the driver.
const patience = "PRAGMA busy_timeout = 50"

/** The client's layer. What the driver throws while it opens the file becomes an ordinary error. */
const client = (
  config: SqliteClient.SqliteClientConfig,
  names: Names,
  prepare: Effect.Effect<unknown, unknown, SqlClient.SqlClient>
): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.tap(SqliteClient.layer(config), (context) => Effect.provide(prepare, context)).pipe(
    Layer.catchAllCause((cause) => {
      const thrown = Cause.squash(cause)
      return Layer.fail(fromCause(thrown instanceof SqlError.SqlError ? thrown.cause : thrown, names))
    })
  )

/** A writer's only connection, with the staging file attached. */
export const writer = ({
  file,
  init,
  migrate,
  names
}: SqliteWriterOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      yield* usable
      const staging = stagingOf(file)
      if (!(yield* exists(file))) {
        if (!init) return yield* missing(file, names)
        yield* guardStaging(staging, names)
        yield* create(file)
      }
      yield* guard(file, names)
      yield* writable([file, staging])
      yield* prepareStaging(staging, names)
      const prepare = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`PRAGMA synchronous = FULL`
        yield* sql`PRAGMA foreign_keys = ON`
        yield* sql.unsafe(`PRAGMA main.cache_size = ${cacheSize}`)
        yield* sql`PRAGMA journal_size_limit = 67108864`
        yield* attach(sql, staging)
        yield* sql.unsafe(patience)
        // The log exists from the first read on.
        yield* sql`SELECT 1 FROM main.sqlite_master LIMIT 1`
        yield* keepsItsPlace(sql, file, names)
      })
      const opened = client({ filename: file }, names, prepare)
      return migrate ? Layer.tap(opened, (context) => Effect.provide(migrated(names), context)) : opened
    })
  )

/** A connection that can only read, to a file of this version's schema, and never creates one. */
export const reader = ({ file, names }: SqliteOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      yield* usable
      if (!(yield* exists(file))) return yield* missing(file, names)
      yield* guard(file, names)
      const prepare = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`PRAGMA query_only = ON`
        yield* sql.unsafe(patience)
      })
      const opened = client({ filename: file, readonly: true, disableWAL: true }, names, prepare)
      return Layer.tap(opened, (context) => Effect.provide(checked(names), context))
    })
  )
