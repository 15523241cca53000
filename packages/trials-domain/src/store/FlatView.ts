import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { type FieldKind, fieldShapes } from "../model/Content.js"
import { contentFields } from "../model/Trial.js"
import { column } from "../sql/columns.js"
import { atHome, making } from "./Home.js"
import { keepingGrants } from "./KeptGrants.js"
import { known } from "./TrialRow.js"

const own = ["version", "created_at", "updated_at", "missing_since"]

const columns = ["registry", "id", ...contentFields.map(column), ...own]

const sqliteValue = (field: string, kind: FieldKind): string => {
  if (kind === "list") return `coalesce(v.content -> '$.${field}', '[]')`
  return `v.content ${kind === "object" ? "->" : "->>"} '$.${field}'`
}

const postgresType: Record<FieldKind, string> = {
  text: "text",
  number: "integer",
  flag: "boolean",
  list: "json",
  object: "json"
}

const postgresValue = (field: string, kind: FieldKind): string => {
  if (kind === "list") return `coalesce(CAST(f."${field}" AS text), '[]')`
  if (kind === "object") return `CAST(f."${field}" AS text)`
  return kind === "flag" ? `CAST(f."${field}" AS integer)` : `f."${field}"`
}

const view = (value: (field: string, kind: FieldKind) => string, from: string): string =>
  `CREATE VIEW trials_flat AS SELECT t.registry, t.id,
    ${contentFields.map((field) => `${value(field, fieldShapes[field].kind)} AS ${column(field)}`).join(", ")},
    ${own.map((name) => `t.${name}`).join(", ")} FROM ${from}`

const forSqlite = view(sqliteValue, known)

const forPostgres = view(
  postgresValue,
  `${known} CROSS JOIN LATERAL json_to_record(CAST(v.content AS json))
    AS f(${contentFields.map((field) => `"${field}" ${postgresType[fieldShapes[field].kind]}`).join(", ")})`
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
          sql`SELECT a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relname = 'trials_flat' AND ${sql.literal(atHome)} ORDER BY a.attnum`,
        orElse: () => sql`SELECT name FROM pragma_table_info('trials_flat') ORDER BY cid`
      })
  })
  const present = yield* Effect.catchTag(found(), "ParseError", Effect.die)
  return present.map(({ name }) => name).join() === columns.join()
})

const create = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP VIEW IF EXISTS trials_flat`
  yield* sql.unsafe(sql.onDialectOrElse({ pg: () => forPostgres, orElse: () => forSqlite }))
})

const remake = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Another process may have made it.
  if (yield* isCurrent) return
  yield* sql.onDialectOrElse({ pg: () => keepingGrants(["trials_flat"], create), orElse: () => create })
})

/**
 * Creates the view `trials_flat`: every field of every trial as a column, for people who work in SQL (booleans are 0
 * and 1, lists and objects are JSON text, in which null members are left out). Recreates the view if its columns are not those of this version; the rights that others
 * have on it stay. A migration that changes or drops a column of `trials` or `trial_versions` must
 * drop the view first; to add one, it need not.
 */
export const refresh: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  if (!(yield* isCurrent)) yield* making(remake)
}).pipe(Effect.withSpan("FlatView.refresh"))
