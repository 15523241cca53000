import type { SqlClient, SqlError } from "@effect/sql"
import { Effect } from "effect"

/** A row as it can be written as JSON. */
export type Row = Record<string, string | number | null>

/** A row in the form that a driver takes. */
export type BoundRow = Record<string, string | number | null | Uint8Array>

/** Rows as JSON. PostgreSQL reads bytes from text as hex. */
const jsonOf = (rows: ReadonlyArray<BoundRow>): string =>
  JSON.stringify(
    rows.map((row) => {
      const plain: Row = {}
      for (const [name, value] of Object.entries(row))
        plain[name] = value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : value
      return plain
    })
  )

// SQLite binds the values of short statements fastest; more rows than this cost more than the saved statements.
const chunkSize = 50

/**
 * Inserts rows with equal columns; `conflict` is the clause that follows. On PostgreSQL the rows are one JSON text,
 * typed by the table. On SQLite they are lists of values.
 */
export const insertAll = (
  sql: SqlClient.SqlClient,
  table: string,
  rows: ReadonlyArray<BoundRow>,
  conflict = ""
): Effect.Effect<void, SqlError.SqlError> => {
  const names = Object.keys(rows[0] ?? {})
  if (names.length === 0) return Effect.void
  const into = `INSERT INTO ${table} (${names.join(", ")})`
  const marks = `(${names.map(() => "?").join(", ")})`
  return sql.onDialectOrElse({
    pg: () =>
      sql.unsafe(
        `${into} SELECT ${names.join(", ")} FROM json_populate_recordset(NULL::${table}, $1) ${conflict}`,
        [jsonOf(rows)]
      ),
    orElse: () =>
      Effect.forEach(
        Array.from({ length: Math.ceil(rows.length / chunkSize) }, (_, n) =>
          rows.slice(n * chunkSize, (n + 1) * chunkSize)
        ),
        (chunk) =>
          sql.unsafe(
            `${into} VALUES ${chunk.map(() => marks).join(", ")} ${conflict}`,
            chunk.flatMap((row) => names.map((name) => row[name] ?? null))
          ),
        { discard: true }
      )
  })
}
