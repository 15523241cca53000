import { SqlClient, type SqlError } from "@effect/sql"
import { Effect } from "effect"
import { type WithinTransaction, outsideTransaction } from "trials-domain/WithinTransaction"
import { DatabaseError, fromSqlError } from "../DatabaseError.js"
import { fileNames } from "../Names.js"
import { writable } from "./SqliteFile.js"
import { identityOf } from "./SqlitePlace.js"
import { prepareStaging, stagingOf } from "./SqliteStaging.js"

// KiB of pages cached for each file: a load goes through three tables and the staged rows at the same time.
export const cacheSize = "-16384"

/** The file of a database that a connection has open, under the name that it has there; undefined if there is none. */
const fileAs = (
  sql: SqlClient.SqlClient,
  name: string
): Effect.Effect<string | undefined, SqlError.SqlError> =>
  Effect.map(
    sql<{ readonly file: string | null }>`SELECT file FROM pragma_database_list WHERE name = ${name}`,
    ([found]) => found?.file ?? undefined
  )

/** Attaches a staging file, unless one is attached. What is staged can be read again, so it is never synced to disk. */
export const attach = (sql: SqlClient.SqlClient, staging: string): Effect.Effect<void, SqlError.SqlError> =>
  Effect.gen(function* () {
    if ((yield* fileAs(sql, "trials_staging")) === undefined) yield* sql`ATTACH ${staging} AS trials_staging`
    yield* sql`PRAGMA trials_staging.journal_mode = WAL`
    yield* sql`PRAGMA trials_staging.synchronous = OFF`
    yield* sql.unsafe(`PRAGMA trials_staging.cache_size = ${cacheSize}`)
  })

/** Fails unless the connection has this very file open. */
const isOpen = (
  sql: SqlClient.SqlClient,
  file: string
): Effect.Effect<void, DatabaseError | SqlError.SqlError> =>
  Effect.gen(function* () {
    const main = (yield* fileAs(sql, "main")) ?? ""
    const wrong = (text: string) => new DatabaseError({ reason: "url", message: `${fileNames.url} ${text}` })
    if (main === "")
      return yield* wrong(
        "names a file, and this connection has none: what is in memory is gone after each run."
      )
    if (identityOf(main) !== identityOf(file))
      return yield* wrong(`is ${file}, and this connection has another one open: ${main}.`)
  })

/**
 * Attaches staging to an SQLite client of your own, whose database is `file`: the file `FILE.staging`, in which a run
 * stages what it reads. It is made if it is missing; a file of any other kind is refused and left as it is. Doing it again
 * changes nothing. Fails with `DatabaseError`, or `WithinTransaction`, because SQLite cannot set a file up there.
 */
export const attachStaging: (
  file: string
) => Effect.Effect<void, DatabaseError | WithinTransaction, SqlClient.SqlClient> = Effect.fn(
  "trials-database/attachStaging"
)(function* (file: string) {
  yield* outsideTransaction("attachStaging")
  const sql = yield* SqlClient.SqlClient
  const staging = stagingOf(file)
  yield* Effect.gen(function* () {
    yield* isOpen(sql, file)
    yield* writable([file, staging])
    yield* prepareStaging(staging, fileNames)
    yield* attach(sql, staging)
  }).pipe(Effect.catchTag("SqlError", (error) => fromSqlError(error, fileNames)))
})
