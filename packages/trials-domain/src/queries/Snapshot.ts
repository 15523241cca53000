/**
 * Every answer is read from one state of the database: by several statements in one transaction, or by a single
 * statement. Either way the publication is read with it and reported to `ReadFrom`.
 *
 * @module
 */
import type { SqlClient, SqlError } from "@effect/sql"
import * as Sql from "@effect/sql/SqlClient"
import { Context, Effect } from "effect"
import { readSnapshot } from "../sql/transaction.js"
import { moment, Moment, momentColumns, publication } from "../store/Counters.js"

export { moment, Moment, momentColumns }

/** Receives the publication that an answer was read from; by default it is ignored. */
export class ReadFrom extends Context.Reference<ReadFrom>()("trials-domain/ReadFrom", {
  defaultValue:
    () =>
    (_publication: number): Effect.Effect<void> =>
      Effect.void
}) {}

/**
 * Receives the instant, in milliseconds, before which the clock does not change an answer while the database stays as it
 * is. Of several the first counts; without one the clock never does. By default it is ignored.
 */
export class StaysUntil extends Context.Reference<StaysUntil>()("trials-domain/StaysUntil", {
  defaultValue:
    () =>
    (_millis: number): Effect.Effect<void> =>
      Effect.void
}) {}

/** Reports before when the clock does not change an answer. */
export const staysUntil = (millis: number): Effect.Effect<void> =>
  Effect.flatMap(StaysUntil, (tell) => tell(millis))

/** Reports which publication a single-statement answer was read from. */
export const readFrom = (publication: number): Effect.Effect<void> =>
  Effect.flatMap(ReadFrom, (tell) => tell(publication))

/** Reads an answer of several statements from one state, and passes them the publication of that state. */
export const snapshot = <A, E, R>(
  sql: SqlClient.SqlClient,
  answer: (publication: number) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R> =>
  readSnapshot(
    sql,
    Effect.gen(function* () {
      const found = yield* Effect.provideService(publication, Sql.SqlClient, sql)
      yield* readFrom(found)
      return yield* answer(found)
    })
  )
