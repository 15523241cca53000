import type { SqlClient, SqlError, Statement } from "@effect/sql"
import { Effect } from "effect"

/** Where the two engines need different words. */

/** Whether a column's text contains a piece of text, byte for byte. */
export const includes = (sql: SqlClient.SqlClient, column: string, piece: string): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`strpos(${sql.literal(column)}, ${piece}) > 0`,
    orElse: () => sql`instr(${sql.literal(column)}, ${piece}) > 0`
  })

/** How many rows `from` has: exact up to `limit`, a lower bound above. */
export const countUpTo = (
  sql: SqlClient.SqlClient,
  from: Statement.Fragment,
  limit: number
): Effect.Effect<{ readonly value: number; readonly relation: "eq" | "gte" }, SqlError.SqlError> =>
  Effect.map(
    sql<{
      n: number
    }>`SELECT CAST(count(*) AS INTEGER) AS n FROM (SELECT 1 FROM ${from} LIMIT ${limit + 1}) AS counted`,
    ([row]) =>
      (row?.n ?? 0) > limit ? { value: limit, relation: "gte" } : { value: row?.n ?? 0, relation: "eq" }
  )

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
