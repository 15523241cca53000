/**
 * The state of a database: all that cannot be made again from something else. It is what a release keeps and brings
 * back. What is derived from it (trials, search) is made by `Rebuild`; leases and staging are of the moment.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Array as Arr, Effect, Either, Option, Schema, Stream } from "effect"
import { builtin } from "../registries/Registries.js"
import { type BoundRow, insertAll, type Row } from "../sql/insert.js"
import { readSnapshot, transaction } from "../sql/transaction.js"
import { takeWriter } from "./Counters.js"
import * as Migrations from "./Migrations.js"
import type { StoreError } from "./StoreError.js"
import * as PackedRecord from "./PackedRecord.js"
import * as Tables from "./Tables.js"

export { lastSeq } from "./Counters.js"

/** A row of a part: its columns in the table's order. */
export type { Row }

/** The parts of a state that are kept whole. */
export const wholeParts = ["absences", "counters", "registries", "runs"] as const
/** The name of a part that is kept whole. */
export type WholePart = (typeof wholeParts)[number]

/** The largest part, kept in blocks, because it only grows. */
export const versionsPart = "versions"

/** The first schema of which there were releases. */
export const oldestSchema = 4

// Before, a record was stored as the text that a release still has.
const packedSince = 6

/** The name of a part. */
export type PartName = WholePart | typeof versionsPart

type Rows = Stream.Stream<ReadonlyArray<Row>, StoreError, SqlClient.SqlClient>

const { absences, counters, feed, registries, runs } = Tables
const tables = { absences, counters, registries, runs, versions: feed }

const tableOf = (part: PartName): Tables.Table => tables[part]

/** The rows of a part in key order, in pages. */
export const whole = (part: WholePart): Rows => Tables.pages(tableOf(part))

/** The versions whose `seq` is from `first` to `last`, in the order of the feed, in pages. */
export const versions = (first: number, last: number): Rows =>
  Tables.pages(Tables.feed, (sql) => sql`seq >= ${first} AND seq <= ${last}`)

/** What is made from a state: its trials as canonical lines, in pages. */
export const derived: Stream.Stream<ReadonlyArray<string>, StoreError, SqlClient.SqlClient> = Stream.map(
  Tables.pages(Tables.trials),
  Arr.map(lineOf)
)

/** A row as a canonical line. */
export function lineOf(row: Row): string {
  return `${JSON.stringify(row)}\n`
}

const decodeRow = Schema.decodeUnknownEither(
  Schema.Record({ key: Schema.String, value: Schema.Union(Schema.String, Schema.Number, Schema.Null) })
)

/** A row of a part from a line's JSON; none if it is not one of a schema version, in canonical form. */
export const toRow = (part: PartName, value: unknown, schema: number): Option.Option<Row> => {
  const row = decodeRow(value)
  return Either.isRight(row) &&
    Object.keys(row.right).join() === Tables.columnsAt(tableOf(part), schema).join()
    ? Option.some(row.right)
    : Option.none()
}

/** The version at a place in the feed; none if the feed does not reach so far. */
export const versionAt = (seq: number): Effect.Effect<Option.Option<Row>, StoreError, SqlClient.SqlClient> =>
  Effect.map(Stream.runHead(versions(seq, seq)), Option.flatMap(Arr.head))

/** Which of some runs the ledger does not have. */
export const runsMissing = (
  runIds: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: Schema.Struct({ id: Schema.String }),
      execute: (ids) => sql`SELECT run_id AS id FROM runs WHERE run_id IN ${sql.in(ids)}`
    })
    const missing: Array<string> = []
    for (const some of Arr.chunksOf(runIds, 500)) {
      const found = new Set((yield* find(some)).map(({ id }) => id))
      missing.push(...some.filter((id) => !found.has(id)))
    }
    return missing
  })

/** One snapshot for all that is read of a state, on a connection that only reads. */
export const snapshot = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R | SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => readSnapshot(sql, effect))

/** One transaction. Its first statement must write, as `take` does. */
export const within = transaction

/** Takes the write lock: what is read of the state afterwards stays until the transaction ends. */
export const take = takeWriter

const replacing = ({ columns, key }: Tables.Table): string =>
  `ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${columns
    .filter((name) => !key.includes(name))
    .map((name) => `${name} = excluded.${name}`)
    .join(", ")}`

/**
 * Writes rows of a part: versions are added, the others take the place of rows of the same key. Part of a transaction
 * that took the write lock first, or of a database that nobody uses yet. An older `schema` is that of the rows, and of the
 * database as `Migrations.from` fills it.
 */
export const write = (
  part: PartName,
  rows: ReadonlyArray<Row>,
  schema = Migrations.schemaVersion
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => {
    const table = tableOf(part)
    // Both counters are always there, and a role that only collects may not insert any.
    if (part === "counters") {
      return Effect.forEach(
        rows,
        ({ name, value }) => sql`UPDATE counters SET value = ${value ?? 0} WHERE name = ${name ?? ""}`,
        {
          discard: true
        }
      )
    }
    if (part !== versionsPart) {
      const columns = Tables.columnsAt(table, schema)
      return insertAll(sql, table.name, rows, replacing({ ...table, columns }))
    }
    return schema < packedSince ? insertAll(sql, table.name, rows) : writeVersions(sql, rows)
  })

/** Adds versions. Their records are packed as a run of their registry packs them, where this library knows it. */
const writeVersions = (sql: SqlClient.SqlClient, rows: ReadonlyArray<Row>) =>
  Effect.gen(function* () {
    for (const [name, some] of Object.entries(Arr.groupBy(rows, ({ registry }) => String(registry)))) {
      const known = builtin.find(({ registry }) => registry.name === name)
      const dictionary = PackedRecord.dictionaryOf(known?.registry.dictionary ?? "")
      const pack = PackedRecord.packer(dictionary)
      yield* PackedRecord.keep(dictionary)
      yield* insertAll(
        sql,
        tables.versions.name,
        some.map((row): BoundRow => ({
          ...row,
          record: typeof row["record"] === "string" ? pack(row["record"]) : null
        }))
      )
    }
  })

/** Removes what a state may lose: the absences, of which a release has all. */
export const clearAbsences: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => Effect.asVoid(sql`DELETE FROM absences`)
)
