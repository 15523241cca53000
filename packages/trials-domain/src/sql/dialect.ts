import type { SqlClient, SqlError, Statement } from "@effect/sql"
import { Effect } from "effect"

/** The SQL in which the two engines differ. */

/** Whether a column's text contains a substring, byte for byte. */
export const includes = (
  sql: SqlClient.SqlClient,
  column: string,
  piece: string | Statement.Fragment
): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`strpos(${sql.literal(column)}, ${piece}) > 0`,
    orElse: () => sql`instr(${sql.literal(column)}, ${piece}) > 0`
  })

/** Some texts as rows of `p` with a `value`, in one parameter whatever their number. */
export const elements = (sql: SqlClient.SqlClient, texts: ReadonlyArray<string>): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`json_array_elements_text(CAST(${JSON.stringify(texts)} AS json)) AS p(value)`,
    orElse: () => sql`json_each(${JSON.stringify(texts)}) p`
  })

/** Whether a column has one of some numbers, in one parameter whatever their number. */
export const among = (
  sql: SqlClient.SqlClient,
  column: string,
  numbers: ReadonlyArray<number>
): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`${sql.literal(column)} = ANY(CAST(${`{${numbers.join()}}`} AS INTEGER[]))`,
    orElse: () => sql`${sql.literal(column)} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`
  })

/**
 * Updates the statistics of PostgreSQL's planner after rows came by the thousand; by itself it takes about a minute to
 * notice them. Must not run inside a transaction: the others would wait for its end.
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
