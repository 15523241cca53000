import { SqlClient, type SqlError } from "@effect/sql"
import * as Migrator from "@effect/sql/Migrator"
import { Array as Arr, Effect } from "effect"
import { insertAll } from "../sql/insert.js"
import { migrationsTable } from "../store/Migrations.js"
import { first } from "../store/migrations/0001_first.js"

/** A row of a table of schema version 1. */
export interface TableRow {
  readonly table: string
  /** Its columns by name, in the form that a driver takes. */
  readonly row: Readonly<Record<string, string | number | null>>
}

/** Turns an empty database into one of schema version 1 with these rows, for tests of later migrations. */
export const firstSchema = (
  rows: ReadonlyArray<TableRow>
): Effect.Effect<void, SqlError.SqlError | Migrator.MigrationError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* Migrator.make({})({ loader: Migrator.fromRecord({ "1_first": first }), table: migrationsTable })
    yield* sql`DELETE FROM counters`
    for (const [table, ofTable] of Object.entries(Arr.groupBy(rows, ({ table }) => table))) {
      for (const page of Arr.chunksOf(ofTable, 1000)) {
        yield* insertAll(
          sql,
          table,
          page.map(({ row }) => row)
        )
      }
    }
  })
