import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Either, Schema } from "effect"
import type { TrialSummary } from "../model/Trial.js"
import type { RegistryRecord } from "../registries/Registry.js"
import * as PackedRecord from "../store/PackedRecord.js"
import type { StoreError } from "../store/StoreError.js"
import { KnownTrial, knownSelect, SummaryRow, summarySelect } from "../store/TrialRow.js"

const pageSize = 1000

/** A known trial as lists show it, and the record that it was last made from. */
interface Stored {
  readonly trial: KnownTrial
  readonly summary: TrialSummary
  readonly record: RegistryRecord
}

/** A stored trial, or which part of it cannot be read. */
export interface StoredTrial {
  readonly id: string
  readonly stored: Either.Either<Stored, string>
}

const decodeKnown = Schema.decodeUnknownEither(KnownTrial)
const decodeSummary = Schema.decodeUnknownEither(SummaryRow)
const decodeRecord = Schema.decodeUnknownEither(Schema.parseJson(Schema.Unknown))

const Row = Schema.Struct(
  { id: Schema.String, record: Schema.Unknown },
  { key: Schema.String, value: Schema.Unknown }
)

const readStored = (row: typeof Row.Type, unpack: PackedRecord.Unpacker): StoredTrial["stored"] =>
  Either.all({
    trial: Either.mapLeft(decodeKnown(row), () => "the trial's row or its current version cannot be read"),
    summary: Either.mapLeft(decodeSummary(row), () => "the trial's row cannot be read"),
    record:
      row.record === null
        ? Either.left("no version of the trial has a record")
        : Either.flatMap(unpack(row.record), (text) =>
            Either.mapLeft(decodeRecord(text), () => "the stored record is not JSON")
          )
  })

/**
 * A page of known trials in order of id, each with the record that it was last made from. A record is stored once: a
 * version without one has the record of an earlier version.
 */
export const storedTrials = (
  registry: string,
  after: string
): Effect.Effect<ReadonlyArray<StoredTrial>, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const pageAfter = SqlSchema.findAll({
      Request: Schema.String,
      Result: Row,
      execute: (after) => sql`SELECT ${sql.literal(summarySelect("t"))}, ${sql.literal(knownSelect)}, (
          SELECT r.record FROM trial_versions r
          WHERE r.registry = t.registry AND r.id = t.id AND r.record IS NOT NULL
          ORDER BY r.version DESC LIMIT 1) AS record
        FROM trials t LEFT JOIN trial_versions v
          ON v.registry = t.registry AND v.id = t.id AND v.version = t.version
        WHERE t.registry = ${registry} AND t.id > ${after} ORDER BY t.id LIMIT ${pageSize}`
    })
    const unpack = yield* PackedRecord.stored
    return (yield* pageAfter(after)).map((row) => ({ id: row.id, stored: readStored(row, unpack) }))
  })
