import { SqlClient, type Statement } from "@effect/sql"
import { Chunk, Effect, Either, Option, Stream } from "effect"
import { Run } from "../model/Run.js"
import { column } from "../sql/columns.js"
import type { BoundRow, Row } from "../sql/insert.js"
import * as PackedRecord from "./PackedRecord.js"
import type { StoreError } from "./StoreError.js"
import { summaryColumns } from "./TrialRow.js"

const pageSize = 1000

/** A table that can be written out: its rows in the order of its key, its columns in one order on both engines. */
export interface Table {
  readonly name: string
  readonly key: ReadonlyArray<string>
  readonly columns: ReadonlyArray<string>
  /** The schema versions that added columns; the first schema that releases had has all others. */
  readonly added?: Readonly<Record<string, number>>
}

/** The columns that a table had in a schema version that releases had (4 or later), in their order. */
export const columnsAt = ({ added = {}, columns }: Table, schema: number): ReadonlyArray<string> =>
  columns.filter((name) => (added[name] ?? 0) <= schema)

export const trials: Table = {
  name: "trials",
  key: ["registry", "id"],
  columns: [
    "registry",
    "id",
    ...summaryColumns().split(", "),
    "version",
    "created_at",
    "updated_at",
    "missing_since",
    "updated_seq"
  ]
}

const versionColumns = [
  "registry",
  "id",
  "version",
  "seq",
  "kind",
  "changes",
  "content",
  "record",
  "observed_at",
  "edition_date",
  "mapping_version",
  "run_id",
  "created_at",
  "updated_at",
  "missing_since",
  "silent",
  "mass"
]

export const versions: Table = {
  name: "trial_versions",
  key: ["registry", "id", "version"],
  columns: versionColumns,
  added: { silent: 7, mass: 7 }
}

/** The versions in the order of the feed. */
export const feed: Table = { ...versions, key: ["seq"] }

export const runs: Table = {
  name: "runs",
  key: ["run_id"],
  columns: Object.keys(Run.fields).map(column),
  added: { audit: 8 }
}

export const absences: Table = {
  name: "absences",
  key: ["registry", "id"],
  columns: ["registry", "id", "missed_at", "run_id"]
}

export const counters: Table = { name: "counters", key: ["name"], columns: ["name", "value"] }

export const registries: Table = {
  name: "registries",
  key: ["name"],
  columns: ["name", "title", "homepage", "attribution", "licence", "publishes"],
  added: { publishes: 9 }
}

/** A row of a table as a canonical line: its columns in their order. */
export const lineOf = ({ columns }: Table, row: Row): string =>
  `${JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name] ?? null])))}\n`

/** A row whose packed record is the text that was packed, so that it is written out as the registry sent it. */
const plain =
  (unpack: PackedRecord.Unpacker) =>
  (row: BoundRow): Row => {
    const read: Row = {}
    for (const [name, value] of Object.entries(row))
      read[name] = value instanceof Uint8Array ? Either.getOrNull(unpack(value)) : value
    return read
  }

/**
 * The rows of a table in the order of its key, in pages; `where` chooses among them. A record that cannot be read is
 * null: `Verify` reports it.
 */
export const pages = (
  { columns, key, name }: Table,
  where?: (sql: SqlClient.SqlClient) => Statement.Fragment
): Stream.Stream<ReadonlyArray<Row>, StoreError, SqlClient.SqlClient> =>
  Stream.paginateChunkEffect(Option.none<Row>(), (last) =>
    Effect.gen(function* () {
      const unpack = name === versions.name ? yield* PackedRecord.stored : PackedRecord.unpacker([])
      const sql = yield* SqlClient.SqlClient
      const keys = sql.literal(key.join(", "))
      const after: Statement.Fragment = Option.match(last, {
        onNone: () => sql`1 = 1`,
        onSome: (row) => sql`(${keys}) > (${sql.csv(key.map((part) => sql`${row[part] ?? null}`))})`
      })
      const found = yield* sql<BoundRow>`SELECT ${sql.literal(columns.join(", "))} FROM ${sql(name)}
        WHERE ${after} AND ${where?.(sql) ?? sql`1 = 1`} ORDER BY ${keys} LIMIT ${pageSize}`
      const rows = found.map(plain(unpack))
      const next = rows.length < pageSize ? Option.none() : Option.some(Option.fromNullable(rows.at(-1)))
      return [rows.length === 0 ? Chunk.empty() : Chunk.of(rows), next] as const
    })
  )
