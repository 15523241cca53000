import { SqlClient, type SqlError } from "@effect/sql"
import { Effect, Either, Schema } from "effect"
import type { RegistryRecord } from "../registries/Registry.js"
import { KnownTrial, knownSelect } from "./Load.js"

const pageSize = 1000

const decodeKnown = Schema.decodeUnknownEither(KnownTrial)
const decodeRecord = Schema.decodeUnknownEither(Schema.parseJson(Schema.Unknown))

/** A known trial and the record that it was last made from, or what of the two cannot be read. */
export interface StoredTrial {
  readonly id: string
  readonly stored: Either.Either<
    { readonly trial: typeof KnownTrial.Type; readonly record: RegistryRecord },
    string
  >
}

const readStored = (row: { readonly record: string | null }): StoredTrial["stored"] =>
  Either.all({
    trial: Either.mapLeft(decodeKnown(row), () => "the trial's row cannot be read"),
    record:
      row.record === null
        ? Either.left("no version of the trial has a record")
        : Either.mapLeft(decodeRecord(row.record), () => "the stored record is no JSON")
  })

/**
 * A page of known trials in order of id, each with the record that it was last made from.
 * A version without a record has that of an earlier one: it is kept once.
 */
export const storedTrials = (
  registry: string,
  after: string
): Effect.Effect<ReadonlyArray<StoredTrial>, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ id: string; record: string | null }>`SELECT ${sql.literal(knownSelect)}, (
          SELECT v.record FROM trial_versions v
          WHERE v.registry = t.registry AND v.id = t.id AND v.record IS NOT NULL
          ORDER BY v.version DESC LIMIT 1) AS "record"
        FROM trials t WHERE t.registry = ${registry} AND t.id > ${after} ORDER BY t.id LIMIT ${pageSize}`,
      (rows) => rows.map((row) => ({ id: row.id, stored: readStored(row) }))
    )
  )
