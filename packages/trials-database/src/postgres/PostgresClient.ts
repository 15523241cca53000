import * as Reactivity from "@effect/experimental/Reactivity"
import { PgClient } from "@effect/sql-pg"
import * as Client from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import { Data, type Duration, Effect, Exit, Option, Predicate, Scope, Stream } from "effect"
import { escapeLiteral } from "pg"
import { DatabaseError, fromSqlError } from "../DatabaseError.js"
import type { Names } from "../Names.js"
import { connectionOf, type PostgresConnection } from "./PostgresConnection.js"
import type { Setting } from "./PostgresOptions.js"
import type { Take } from "./PostgresPool.js"

/** What every transaction is. */
export interface TransactionOptions {
  readonly mode: "REPEATABLE READ, READ ONLY" | "READ COMMITTED, READ WRITE"
  /** What the URL wants it to set, in order. */
  readonly options: ReadonlyArray<Setting>
  /** What it sets after that. */
  readonly limits: ReadonlyArray<Setting>
  /** What errors call what was given. */
  readonly names: Names
  /** How long the server may take over one statement, and a moment more. None: as long as it takes. */
  readonly deadline: Option.Option<Duration.Duration>
}

/** The first message of a transaction. The last one is COMMIT by itself, so that an error leaves nothing open. */
const beginning = ({ limits, mode, options }: TransactionOptions): string =>
  [
    `BEGIN ISOLATION LEVEL ${mode}`,
    ...[...options, ...limits].map(
      ([name, value]) => `SELECT pg_catalog.set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`
    )
  ].join("; ")

// The server does not know a setting, or its value, or this role may not set it, or not now.
const wrongSetting: ReadonlySet<unknown> = new Set(["22023", "42704", "42501", "55P02"])

/** What the URL's `options` are refused for is told as the URL's fault. */
const ofOptions = (error: SqlError, { url }: Names): SqlError => {
  const { cause } = error
  if (!Predicate.hasProperty(cause, "code") || !wrongSetting.has(cause.code)) return error
  const words = Predicate.hasProperty(cause, "message") ? String(cause.message) : ""
  const told = new DatabaseError({
    reason: "url",
    message: `${url} has \`options\` that the server refuses: ${words}.`
  })
  return new SqlError({ cause: told, message: told.message })
}

/** A connection was lost while nobody used it. Nothing was done on it, so another one can do the same. */
class Stale extends Data.TaggedError("Stale")<{ readonly error: SqlError }> {}

const isStale = (error: unknown): error is Stale => error instanceof Stale

// Each one that is found so is gone.
const staleAtMost = 100

/** A statement outside a transaction, in one of its own. */
const alone = (
  within: <A>(use: (connection: Connection) => Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>
): Connection => {
  const execute: Connection["execute"] = (text, values, transformRows) =>
    within((connection) => connection.execute(text, values, transformRows))
  return {
    execute,
    executeUnprepared: execute,
    executeRaw: (text, values) => within((connection) => connection.executeRaw(text, values)),
    executeValues: (text, values) => within((connection) => connection.executeValues(text, values)),
    executeStream: (text, values, transformRows) =>
      Stream.fromIterableEffect(execute(text, values, transformRows))
  }
}

/**
 * A client whose every statement is in a transaction, and every transaction says in its first message what it is. Nothing
 * depends on what a connection was told before, which a pooler gives to others and forgets.
 */
export const make = (
  take: Take,
  options: TransactionOptions
): Effect.Effect<Client.SqlClient, never, Reactivity.Reactivity> => {
  const first = beginning(options)
  const reserve = Effect.map(take, (client) => connectionOf(client, options.deadline))

  const begun = ({ begin }: PostgresConnection) =>
    Effect.mapError(begin(first), (error) =>
      fromSqlError(error).reason === "lost"
        ? new Stale({ error })
        : options.options.length > 0
          ? ofOptions(error, options.names)
          : error
    )

  /** One transaction. Unlike the library's it can be interrupted before and while it begins, and fails where COMMIT does. */
  const within = <A, E, R>(
    use: (connection: Connection) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | SqlError, R> =>
    Effect.uninterruptibleMask((restore) =>
      // A scope of its own: what the transaction's effect acquires lasts as long as its caller's.
      Effect.flatMap(Scope.make(), (scope) =>
        Effect.flatMap(restore(Scope.extend(reserve, scope)), (connection) =>
          restore(Effect.zipRight(begun(connection), use(connection))).pipe(
            Effect.exit,
            Effect.flatMap((exit) =>
              Effect.zipRight(Exit.isSuccess(exit) ? connection.commit : connection.rollback, exit)
            )
          )
        ).pipe(Effect.onExit((exit) => Scope.close(scope, exit)))
      )
    ).pipe(
      Effect.retry({ while: isStale, times: staleAtMost }),
      Effect.catchIf(isStale, ({ error }) => error),
      Effect.withSpan("sql.transaction", { kind: "client", captureStackTrace: false })
    )

  return Effect.map(
    Client.make({
      acquirer: Effect.succeed(alone(within)),
      transactionAcquirer: reserve,
      beginTransaction: first,
      compiler: PgClient.makeCompiler(),
      spanAttributes: [["db.system.name", "postgresql"]]
    }),
    (client) => {
      const { withTransaction } = client
      const outermost: typeof withTransaction = (effect) =>
        Effect.flatMap(Effect.serviceOption(Client.TransactionConnection), (open) =>
          Option.isSome(open)
            ? withTransaction(effect)
            : within((connection) =>
                Effect.provideService(effect, Client.TransactionConnection, [connection, 0] as const)
              )
        )
      return Object.assign(client, { withTransaction: outermost })
    }
  )
}
