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
