import * as Reactivity from "@effect/experimental/Reactivity"
import { PgClient } from "@effect/sql-pg"
import * as Client from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import { Duration, Effect, Exit, Option, type Scope, Stream } from "effect"
import { escapeLiteral } from "pg"
import { connectionOf } from "./PostgresConnection.js"
import type { Take } from "./PostgresPool.js"

/** What every transaction is. */
export interface TransactionOptions {
  readonly mode: "REPEATABLE READ, READ ONLY" | "READ COMMITTED, READ WRITE"
  /** What it sets for itself, in order. */
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>
  /** How long the server may take over one statement, and a moment more. None: as long as it takes. */
  readonly deadline: Option.Option<Duration.Duration>
}

/** The first message of a transaction. The last one is COMMIT by itself, so that an error leaves nothing open. */
const beginning = ({ mode, settings }: TransactionOptions): string =>
  [
    `BEGIN ISOLATION LEVEL ${mode}`,
    ...settings.map(
      ([name, value]) => `SELECT pg_catalog.set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`
    )
  ].join("; ")

/** A statement outside a transaction, in one of its own. */
const alone = (reserve: Effect.Effect<Connection, SqlError, Scope.Scope>, begin: string): Connection => {
  const within = <A>(use: (connection: Connection) => Effect.Effect<A, SqlError>) =>
    Effect.scoped(
      Effect.flatMap(reserve, (connection) => {
        const say = (text: string) => connection.executeUnprepared(text, [], undefined)
        return Effect.uninterruptibleMask((restore) =>
          restore(Effect.zipRight(say(begin), use(connection))).pipe(
            Effect.exit,
            Effect.flatMap((exit) =>
              // The server rolls back by itself where this cannot reach it.
              Effect.zipRight(Exit.isSuccess(exit) ? say("COMMIT") : Effect.ignore(say("ROLLBACK")), exit)
            )
          )
        )
      })
    )
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
  const begin = beginning(options)
  const reserve = Effect.map(take, (client) => connectionOf(client, options.deadline))
  return Client.make({
    acquirer: Effect.succeed(alone(reserve, begin)),
    transactionAcquirer: reserve,
    beginTransaction: begin,
    compiler: PgClient.makeCompiler(),
    spanAttributes: [["db.system.name", "postgresql"]]
  })
}
