import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { type FieldKind, fieldKinds } from "../model/Content.js"
import { contentFields } from "../model/Trial.js"
import { column } from "../sql/columns.js"
import { transaction } from "../sql/transaction.js"
import { takeWriter } from "./Counters.js"
import { known } from "./TrialRow.js"

const own = ["version", "created_at", "updated_at", "missing_since"]

const columns = ["registry", "id", ...contentFields.map(column), ...own]

const sqliteValue = (field: string, kind: FieldKind): string =>
  kind === "list" ? `coalesce(v.content -> '$.${field}', '[]')` : `v.content ->> '$.${field}'`

const postgresType: Record<FieldKind, string> = {
  text: "text",
  number: "integer",
  flag: "boolean",
  list: "json"
}

const postgresValue = (field: string, kind: FieldKind): string => {
  if (kind === "list") return `coalesce(CAST(f."${field}" AS text), '[]')`
  return kind === "flag" ? `CAST(f."${field}" AS integer)` : `f."${field}"`
}

const view = (value: (field: string, kind: FieldKind) => string, from: string): string =>
  `CREATE VIEW trials_flat AS SELECT t.registry, t.id,
    ${contentFields.map((field) => `${value(field, fieldKinds[field])} AS ${column(field)}`).join(", ")},
    ${own.map((name) => `t.${name}`).join(", ")} FROM ${from}`

const forSqlite = view(sqliteValue, known)

const forPostgres = view(
  postgresValue,
  `${known} CROSS JOIN LATERAL json_to_record(CAST(v.content AS json))
    AS f(${contentFields.map((field) => `"${field}" ${postgresType[fieldKinds[field]]}`).join(", ")})`
)

/** Whether the view exists and has the columns of this version. */
const isCurrent = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ name: Schema.String }),
    execute: () =>
      sql.onDialectOrElse({
        pg: () =>
          sql`SELECT column_name AS name FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = 'trials_flat' ORDER BY ordinal_position`,
        orElse: () => sql`SELECT name FROM pragma_table_info('trials_flat') ORDER BY cid`
      })
  })
  const present = yield* Effect.catchTag(found(), "ParseError", Effect.die)
  return present.map(({ name }) => name).join() === columns.join()
})

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // One process at a time: a second process finds the view ready.
  yield* takeWriter
  if (yield* isCurrent) return
  yield* sql`DROP VIEW IF EXISTS trials_flat`
  yield* sql.unsafe(sql.onDialectOrElse({ pg: () => forPostgres, orElse: () => forSqlite }))
})

/**
 * Creates the view `trials_flat`: every field of every trial as a column, for people who work in SQL (booleans are 0
 * and 1, lists are JSON text). Recreates the view if its columns are not those of this version. A migration that
 * changes `trials` or `trial_versions` must drop the view first.
 */
export const refresh: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  if (!(yield* isCurrent)) yield* transaction(sql)(make)
}).pipe(Effect.withSpan("FlatView.refresh"))
