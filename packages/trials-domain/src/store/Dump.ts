import { SqlClient, type SqlError, type Statement } from "@effect/sql"
import { Chunk, Effect, Option, Schema, Stream } from "effect"
import { column } from "../sql/columns.js"
import { Run } from "../model/Run.js"
import { summaryColumns } from "./TrialRow.js"

const pageSize = 1000

interface Table {
  readonly name: string
  readonly key: ReadonlyArray<string>
  readonly columns: string
}

const trials: Table = {
  name: "trials",
  key: ["registry", "id"],
  columns: `registry, id, ${summaryColumns()}, version, created_at, updated_at, missing_since, updated_seq`
}

const versions: Table = {
  name: "trial_versions",
  key: ["registry", "id", "version"],
  columns:
    "registry, id, version, seq, kind, changes, content, record, observed_at, edition_date, mapping_version, run_id, " +
    "created_at, updated_at, missing_since"
}

const runs: Table = { name: "runs", key: ["run_id"], columns: Object.keys(Run.fields).map(column).join(", ") }

const Row = Schema.Record({
  key: Schema.String,
  value: Schema.Union(Schema.String, Schema.Number, Schema.Null)
})
type Row = typeof Row.Type

/** The rows of a table in key order, as JSON lines, each with the table's name. */
const tableLines = ({
  columns,
  key,
  name
}: Table): Stream.Stream<string, SqlError.SqlError, SqlClient.SqlClient> =>
  Stream.paginateChunkEffect(Option.none<Row>(), (last) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const keys = sql.literal(key.join(", "))
      const after: Statement.Fragment = Option.match(last, {
        onNone: () => sql`1 = 1`,
        onSome: (row) => sql`(${keys}) > (${sql.csv(key.map((part) => sql`${row[part] ?? null}`))})`
      })
      const rows = yield* sql<Row>`SELECT ${sql.literal(columns)} FROM ${sql(name)} WHERE ${after}
        ORDER BY ${keys} LIMIT ${pageSize}`
      const lines = rows.map((row) => `${JSON.stringify({ table: name, ...row })}\n`)
      const next = rows.length < pageSize ? Option.none() : Option.some(Option.fromNullable(rows.at(-1)))
      return [Chunk.fromIterable(lines), next] as const
    })
  )

/**
 * The canonical dump: everything that was loaded, as NDJSON in key order. Two databases with the same runs at the same
 * instants give equal bytes, on either engine. `withRuns` adds the ledger.
 */
export const lines = (withRuns = false): Stream.Stream<string, SqlError.SqlError, SqlClient.SqlClient> => {
  const loaded = Stream.concat(tableLines(trials), tableLines(versions))
  return withRuns ? Stream.concat(loaded, tableLines(runs)) : loaded
}

/** The canonical dump as one text. */
export const dump = (withRuns = false): Effect.Effect<string, SqlError.SqlError, SqlClient.SqlClient> =>
  Stream.mkString(lines(withRuns))
