import { type SqlClient, SqlError } from "@effect/sql"
import { Cause, Effect, Predicate, Schedule } from "effect"

const isSqlError = (defect: unknown): defect is SqlError.SqlError => defect instanceof SqlError.SqlError

/** Another writer holds SQLite's lock: nothing was done yet, so the same may be tried again. */
const isBusy = (error: unknown): boolean =>
  isSqlError(error) &&
  Predicate.hasProperty(error.cause, "code") &&
  String(error.cause.code).startsWith("SQLITE_BUSY")

/**
 * Waits for SQLite's one writer outside the driver, whose own wait stops the whole process: up to ten minutes,
 * and an interruption is heard.
 */
export const waitingForWriter = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, {
    schedule: Schedule.spaced("100 millis").pipe(Schedule.jittered, Schedule.upTo("10 minutes")),
    while: isBusy
  })

/**
 * One transaction, whose first statement must be a write (Effect's is a plain BEGIN: a read first and a write later
 * can fail at once). Effect's own dies when COMMIT or ROLLBACK fails (a full disk, a lost server); here the first
 * failure of the database is an error like any other.
 */
export const transaction =
  (sql: SqlClient.SqlClient) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
    waitingForWriter(
      Effect.suspend(() => {
        let first: Cause.Cause<E> | undefined
        const watched = Effect.tapErrorCause(effect, (cause) => Effect.sync(() => void (first = cause)))
        return sql.withTransaction(watched).pipe(
          Effect.catchAllCause((cause) => {
            if (first !== undefined) return Effect.failCause(first)
            const defect = [...Cause.defects(cause)].find(isSqlError)
            return defect === undefined ? Effect.failCause(cause) : Effect.fail(defect)
          })
        )
      })
    )

/** One snapshot for all reads of an answer. (A reader of PostgreSQL has repeatable read as its default.) */
export const readSnapshot = <A, E, R>(
  sql: SqlClient.SqlClient,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R> => transaction(sql)(effect)
