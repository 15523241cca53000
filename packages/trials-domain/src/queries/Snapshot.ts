/**
 * One answer is read from one state of the database: several statements in one transaction, or a single statement. In
 * either case the publication is read with it, and whoever wants to know it is told.
 *
 * @module
 */
import type { SqlClient, SqlError } from "@effect/sql"
import * as Sql from "@effect/sql/SqlClient"
import { Context, Effect } from "effect"
import { readSnapshot } from "../sql/transaction.js"
import { publication } from "../store/Counters.js"

/** Is told the publication that an answer was read from; does nothing, unless the program says otherwise. */
export class ReadFrom extends Context.Reference<ReadFrom>()("trials-domain/ReadFrom", {
  defaultValue:
    () =>
    (_publication: number): Effect.Effect<void> =>
      Effect.void
}) {}

/** Tells which publication an answer of one statement was read from. */
export const readFrom = (publication: number): Effect.Effect<void> =>
  Effect.flatMap(ReadFrom, (tell) => tell(publication))

/** Reads an answer of several statements from one state, whose publication it is given. */
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
