import { SqlClient, SqlSchema } from "@effect/sql"
import { Chunk, Effect, Either, Option, Schema, Stream } from "effect"
import { reader } from "../model/Content.js"
import type { TrialContent, TrialSummary } from "../model/Trial.js"
import type { MappedRecord, Registry, RegistryRecord } from "../registries/Registry.js"
import * as PackedRecord from "../store/PackedRecord.js"
import type { StoreError } from "../store/StoreError.js"
import { KnownTrial, knownSelect, SummaryRow, summarySelect } from "../store/TrialRow.js"
import { count } from "../sql/count.js"
import { map, type Rejected } from "./Mapping.js"
import { type ProgressEvent, report } from "./Progress.js"

const pageSize = 500

/** A record that a trial was last made from; Left says why it cannot be read. */
type StoredRecord = Either.Either<RegistryRecord, string>

/** A known trial as lists show it, and what the mapping makes of the record that it was last made from. */
interface Stored {
  readonly trial: KnownTrial
  readonly summary: TrialSummary
  readonly mapped: Either.Either<MappedRecord, Rejected>
}

/** A stored trial, or which part of it cannot be read. */
export interface StoredTrial {
  readonly id: string
  readonly stored: Either.Either<Stored, string>
  /** Reads a content of one of its versions. */
  readonly read: (text: string) => Either.Either<TrialContent, unknown>
}

const KnownRow = Schema.Struct({ ...KnownTrial.fields, content: Schema.String })

const decodeKnown = Schema.decodeUnknownEither(KnownRow)
const decodeSummary = Schema.decodeUnknownEither(SummaryRow)
const decodeRecord = Schema.decodeUnknownEither(Schema.parseJson(Schema.Unknown))

const Row = Schema.Struct(
  { id: Schema.String, record: Schema.Unknown },
  { key: Schema.String, value: Schema.Unknown }
)

// A record is stored once: a version without one has the record of an earlier version.
const recordOf = `(SELECT r.record FROM trial_versions r
  WHERE r.registry = t.registry AND r.id = t.id AND r.record IS NOT NULL
  ORDER BY r.version DESC LIMIT 1) AS record`

const readRecord = (record: unknown, unpack: PackedRecord.Unpacker): StoredRecord =>
  record === null
    ? Either.left("no version of the trial has a record")
    : Either.flatMap(unpack(record), (text) =>
        Either.mapLeft(decodeRecord(text), () => "the stored record is not JSON")
      )

const readStored = (registry: Registry, row: typeof Row.Type, unpack: PackedRecord.Unpacker): StoredTrial => {
  const mapped = Either.map(readRecord(row.record, unpack), (record) => map(registry, record))
  const content = Option.flatMap(Either.getRight(mapped), Either.getRight).pipe(
    Option.map(({ content }) => content),
    Option.getOrNull
  )
  const read = reader(content)
  const trial = Either.flatMap(decodeKnown(row), (known) =>
    Either.map(read(known.content), (content) => ({ ...known, content }))
  )
  return {
    id: row.id,
    read,
    stored: Either.all({
      trial: Either.mapLeft(trial, () => "the trial's row or its current version cannot be read"),
      summary: Either.mapLeft(decodeSummary(row), () => "the trial's row cannot be read"),
      mapped
    })
  }
}

/** The registry's trials in pages, in order of id. Each page is told to `Progress` when the next one is asked for. */
const pages = (registry: string, columns: string, step: ProgressEvent["step"]) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const pageAfter = SqlSchema.findAll({
        Request: Schema.String,
        Result: Row,
        execute: (after) => sql`SELECT ${sql.literal(columns)}, ${sql.literal(recordOf)}
          FROM trials t LEFT JOIN trial_versions v
            ON v.registry = t.registry AND v.id = t.id AND v.version = t.version
          WHERE t.registry = ${registry} AND t.id > ${after} ORDER BY t.id LIMIT ${pageSize}`
      })
      const total = yield* count(() => sql`trials WHERE registry = ${registry}`)
      const unpack = yield* PackedRecord.stored
      return Stream.paginateChunkEffect({ after: "", done: 0 }, ({ after, done }) =>
        Effect.gen(function* () {
          yield* report({ step, done, total })
          const rows = yield* pageAfter(after)
          const last = Option.fromNullable(rows.at(-1))
          return [
            Chunk.of({ rows, unpack }),
            Option.map(last, ({ id }) => ({ after: id, done: done + rows.length }))
          ] as const
        })
      )
    })
  ).pipe(Stream.filter(({ rows }) => rows.length > 0))

/**
 * A registry's known trials in order of id, in pages, each with what the mapping makes of the record that it was last made
 * from.
 */
export const storedTrials = (
  registry: Registry,
  step: ProgressEvent["step"]
): Stream.Stream<ReadonlyArray<StoredTrial>, StoreError, SqlClient.SqlClient> =>
  Stream.map(pages(registry.name, `${summarySelect("t")}, ${knownSelect}`, step), ({ rows, unpack }) =>
    rows.map((row) => readStored(registry, row, unpack))
  )

/** The records that a registry's trials were last made from, in order of id, in pages. */
export const storedRecords = (
  registry: string,
  step: ProgressEvent["step"]
): Stream.Stream<
  ReadonlyArray<{ readonly id: string; readonly record: StoredRecord }>,
  StoreError,
  SqlClient.SqlClient
> =>
  Stream.map(pages(registry, "t.id", step), ({ rows, unpack }) =>
    rows.map(({ id, record }) => ({ id, record: readRecord(record, unpack) }))
  )
