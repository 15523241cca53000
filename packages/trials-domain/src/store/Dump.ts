import type { SqlClient } from "@effect/sql"
import { type Effect, Stream } from "effect"
import type { StoreError } from "./StoreError.js"
import * as Tables from "./Tables.js"

/** The rows of a table as JSON lines, each with the table's name. */
const linesOf = (table: Tables.Table): Stream.Stream<string, StoreError, SqlClient.SqlClient> =>
  Stream.mapConcat(Tables.pages(table), (rows) =>
    rows.map((row) => `${JSON.stringify({ table: table.name, ...row })}\n`)
  )

/**
 * The canonical dump: everything that was loaded, as NDJSON in key order. Two databases with the same runs at the same
 * instants give equal bytes, on either engine. `withRuns` adds the ledger.
 */
export const lines = (withRuns = false): Stream.Stream<string, StoreError, SqlClient.SqlClient> => {
  const loaded = Stream.concat(linesOf(Tables.trials), linesOf(Tables.versions))
  return withRuns ? Stream.concat(loaded, linesOf(Tables.runs)) : loaded
}

/** The canonical dump as one text. */
export const dump = (withRuns = false): Effect.Effect<string, StoreError, SqlClient.SqlClient> =>
  Stream.mkString(lines(withRuns))
