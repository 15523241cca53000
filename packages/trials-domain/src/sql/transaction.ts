import { type SqlClient, SqlError } from "@effect/sql"
import { Cause, Effect, Predicate, Random, Schedule } from "effect"

const isSqlError = (defect: unknown): defect is SqlError.SqlError => defect instanceof SqlError.SqlError

/** Another writer holds SQLite's lock. Nothing was done yet, so the same can be tried again. */
const isBusy = (error: unknown): boolean =>
  isSqlError(error) &&
  Predicate.hasProperty(error.cause, "code") &&
  String(error.cause.code).startsWith("SQLITE_BUSY")

/** The error of a statement that cannot run because another writer is at work. */
export const busy = (message: string): SqlError.SqlError =>
  new SqlError.SqlError({ message, cause: { code: "SQLITE_BUSY" } })

// The pause holds nothing, so it can be interrupted even where the waiting effect cannot.
const pause = Effect.interruptible(
  Effect.flatMap(Random.nextIntBetween(80, 120), (millis) => Effect.sleep(millis))
)

/**
 * Waits for SQLite's write lock outside the driver, whose own wait stops the whole process. Waits up to ten minutes,
 * and can be interrupted.
 */
export const waitingForWriter = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, {
    schedule: Schedule.upTo(Schedule.forever, "10 minutes"),
    while: (error) => (isBusy(error) ? Effect.as(pause, true) : Effect.succeed(false))
  })

export type Watch<E> = <A, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Effect's own transaction dies if COMMIT or ROLLBACK fails (a full disk, a lost server), and loses the reason for the
 * roll-back. Here the first failure is an ordinary error: that of the watched effect, otherwise the database's.
 */
export const failing = <A, E, R, W>(
  run: (watch: Watch<W>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | W | SqlError.SqlError, R> =>
  Effect.suspend(() => {
    let first: Cause.Cause<W> | undefined
    const watch: Watch<W> = Effect.tapErrorCause((cause) => Effect.sync(() => void (first ??= cause)))
    return Effect.catchAllCause(run(watch), (cause): Effect.Effect<never, E | W | SqlError.SqlError> => {
      if (first !== undefined) return Effect.failCause(first)
      const defect = [...Cause.defects(cause)].find(isSqlError)
      return defect === undefined ? Effect.failCause(cause) : Effect.fail(defect)
    })
  })

/**
 * One transaction. Its first statement must be a write: Effect's transaction is a plain BEGIN, so a read first and a
 * write later can fail immediately.
 */
export const transaction =
  (sql: SqlClient.SqlClient) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
    waitingForWriter(failing((watch: Watch<E>) => sql.withTransaction(watch(effect))))

/** One snapshot for all reads of an answer. (Each transaction of a PostgreSQL reader is one at repeatable read.) */
export const readSnapshot = <A, E, R>(
  sql: SqlClient.SqlClient,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R> => transaction(sql)(effect)
