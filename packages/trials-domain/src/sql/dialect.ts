import type { SqlClient, SqlError, Statement } from "@effect/sql"
import { Effect } from "effect"

/** Where the two engines need different words. */

/** Whether a column's text contains a piece of text, byte for byte. */
export const includes = (sql: SqlClient.SqlClient, column: string, piece: string): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`strpos(${sql.literal(column)}, ${piece}) > 0`,
    orElse: () => sql`instr(${sql.literal(column)}, ${piece}) > 0`
  })

/**
 * Tells PostgreSQL's planner of rows that came by the thousand, which it would notice within a minute or so only.
 * Not inside a transaction: the others would wait for its end.
 */
export const analyze = (
  sql: SqlClient.SqlClient,
  table: string,
  columns: string
): Effect.Effect<void, SqlError.SqlError> =>
  sql.onDialectOrElse({
    pg: () => Effect.asVoid(sql`ANALYZE ${sql.literal(table)} (${sql.literal(columns)})`),
    orElse: () => Effect.void
  })
