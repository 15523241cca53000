import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import { Duration, Effect, Option, Predicate, Stream } from "effect"
import type { PoolClient, QueryConfig, QueryResult } from "pg"
import { PostgresSession } from "./PostgresSession.js"

// How long a cancelled statement may take to end, in milliseconds. Then its connection is closed.
const patience = 1000

/** The code of an error: the SQLSTATE of a server's, or the name that Node gives to its own. */
const codeOf = (cause: unknown): string => {
  if (!Predicate.hasProperty(cause, "code")) return ""
  const code = String(cause.code)
  return /^[0-9A-Z]{5}$/.test(code) ? ` (SQLSTATE ${code})` : ` (${code})`
}

/** Logs, at debug level, what PostgreSQL or a pooler itself says about a failure. */
export const logged = <A, R>(effect: Effect.Effect<A, SqlError, R>): Effect.Effect<A, SqlError, R> =>
  Effect.tapError(effect, ({ cause }) =>
    Predicate.hasProperty(cause, "message")
      ? Effect.logDebug(`PostgreSQL: ${String(cause.message)}${codeOf(cause)}.`)
      : Effect.void
  )

/** Closes a connection, whatever runs on it: what waits for its answer fails. */
export const close = (client: PoolClient): void => void client.end().catch(() => undefined)

/** Ends what runs on a connection: asks the server, and closes the connection if that does not help. */
const stop = (client: PoolClient, ended: Promise<void>): Effect.Effect<void> =>
  Effect.promise(async () => {
    const abandon = setTimeout(() => close(client), patience)
    // A request that arrives late would cancel the next statement.
    await Promise.all([ended, client instanceof PostgresSession ? client.cancelStatement() : undefined])
    clearTimeout(abandon)
  })

/** What is told of a server that does not answer at all. */
export const silence = Object.assign(new Error("the server does not answer"), { code: "ETIMEDOUT" })

type Answer = QueryResult | ReadonlyArray<QueryResult>

interface Statement extends QueryConfig {
  readonly rowMode?: "array"
}

/** Sends a statement. Where it is interrupted, it has ended before the fiber goes on. */
const send = (
  client: PoolClient,
  statement: Statement,
  deadline: Option.Option<Duration.Duration>
): Effect.Effect<Answer, SqlError> =>
  logged(
    Effect.async((resume) => {
      let isLate = false
      const late = Option.map(deadline, (after) =>
        setTimeout(() => {
          isLate = true
          close(client)
        }, Duration.toMillis(after))
      )
      const ended = new Promise<void>((end) => {
        client.query(statement, (error: Error | null, result: Answer) => {
          if (Option.isSome(late)) clearTimeout(late.value)
          end()
          const cause = isLate ? silence : error
          resume(
            cause === null
              ? Effect.succeed(result)
              : new SqlError({ cause, message: "Failed to execute statement" })
          )
        })
      })
      return stop(client, ended)
    })
  )

const rowsOf = (answer: Answer): ReadonlyArray<object> =>
  "rows" in answer ? answer.rows : answer.map(({ rows }) => rows)

// No interruption ends these two, so a server that is gone must not hold them. It has little to do for a ROLLBACK.
const rollbackDeadline = Option.some(Duration.seconds(5))
const commitDeadline = Option.some(Duration.minutes(5))

/** The statements on one connection, and the ends of its transactions. */
export interface PostgresConnection extends Connection {
  readonly begin: (text: string) => Effect.Effect<void, SqlError>
  /** Fails if the server rolled back: it does so, and says no more, where a statement had failed. */
  readonly commit: Effect.Effect<void, SqlError>
  /** Where the server cannot be told, its own end of the connection tells it. */
  readonly rollback: Effect.Effect<void>
}

/**
 * The statements on one connection of the pool. None has a name, which a pooler would not know. A statement that is not
 * answered within `deadline` loses its connection: the server is gone, and cannot say so.
 */
export const connectionOf = (
  client: PoolClient,
  deadline: Option.Option<Duration.Duration>
): PostgresConnection => {
  const sent = (text: string, values: ReadonlyArray<unknown>, rowMode?: "array") =>
    send(client, { text, values: [...values], ...(rowMode === undefined ? {} : { rowMode }) }, deadline)
  const execute: Connection["execute"] = (text, values, transformRows) =>
    Effect.map(sent(text, values), (answer) =>
      transformRows === undefined ? rowsOf(answer) : transformRows(rowsOf(answer))
    )
  return {
    begin: (text) => Effect.asVoid(sent(text, [])),
    commit: Effect.flatMap(
      send(
        client,
        { text: "COMMIT" },
        Option.orElse(deadline, () => commitDeadline)
      ),
      (answer) =>
        "command" in answer && answer.command === "ROLLBACK"
          ? new SqlError({
              cause: { code: "25P02" },
              message: "A statement of the transaction had failed, so it was rolled back."
            })
          : Effect.void
    ),
    rollback: Effect.ignore(send(client, { text: "ROLLBACK" }, rollbackDeadline)),
    execute,
    executeUnprepared: execute,
    executeRaw: (text, values) => sent(text, values),
    executeValues: (text, values) =>
      Effect.map(sent(text, values, "array"), (answer) => ("rows" in answer ? answer.rows : [])),
    // All rows come at once: long answers are read in pages.
    executeStream: (text, values, transformRows) =>
      Stream.fromIterableEffect(execute(text, values, transformRows))
  }
}
