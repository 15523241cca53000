import { SqlClient, SqlSchema } from "@effect/sql"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { toText } from "../model/Content.js"
import * as SearchIndex from "../search/SearchIndex.js"
import type { Registry } from "../registries/Registry.js"
import { type BoundRow, insertAll } from "../sql/insert.js"
import type { LeaseLost } from "../store/Lease.js"
import { prepare, stagingNames, stagingTables } from "../store/StagingTables.js"
import * as PackedRecord from "../store/PackedRecord.js"
import type { StoreError } from "../store/StoreError.js"
import * as TrialIds from "../store/TrialIds.js"
import { toSummaryRow } from "../store/TrialRow.js"
import type { ExtractedPage, ReadSoFar } from "./Extract.js"
import { combine, nothing, ofPage, ReadSummary } from "./ReadSummary.js"
import type { CensusPage } from "./CensusPage.js"
import type { DetailsPage } from "./DetailsPage.js"
import { adding, clearing, givenBack } from "./StagingWrite.js"
import type { TransformedPage, TransformedRecord } from "./Transform.js"

/** What the staged pages were read from. A later run may use them only if all of this is the same. */
export const StagedRead = Schema.Struct({
  revision: Schema.String,
  dataTimestamp: Schema.NullOr(Schema.String),
  mappingVersion: Schema.Int,
  /** What the records are packed with: a load keeps the registry's present dictionary, and no other. */
  dictionary: Schema.NullOr(Schema.String),
  pageSize: Schema.Int
})
export type StagedRead = typeof StagedRead.Type

/** The ids of a whole staged read. */
export interface StagedKeys {
  readonly distinct: number
  /** How many records are identical to one on an earlier page. */
  readonly repeated: number
  /** Whose records these are. */
  readonly repeatedIds: ReadonlyArray<string>
  /** How many rejected records there are, each counted once. */
  readonly rejected: number
  /** How many of these came on an earlier page, too. */
  readonly rejectedAgain: number
  /** Up to ten ids that came on two pages with different bodies; one of the bodies may have been rejected. */
  readonly clashing: ReadonlyArray<string>
}

const Id = Schema.Struct({ id: Schema.String })

/** The row of a staged trial, whose record is packed. */
const rowOf = ({ dictionary, name }: Registry) => {
  const pack = PackedRecord.packer(PackedRecord.dictionaryOf(dictionary))
  return ({ content, id, record }: TransformedRecord, page: number): BoundRow => ({
    ...toSummaryRow(content),
    registry: name,
    id,
    page,
    content: toText(content),
    record: pack(JSON.stringify(record)),
    ...TrialIds.toStagedRow(id, content),
    ...SearchIndex.toStagedRow({ registry: name, id, content })
  })
}

/** Why nothing was staged: the database failed, or another run took over the registry. */
export type StagingError = StoreError | LeaseLost

/**
 * The records of a run before they are proven whole, stored where no reader looks: in an attached file beside an SQLite
 * database, and in unlogged tables on PostgreSQL. They survive a killed run.
 */
export class Staging extends Context.Tag("trials-domain/Staging")<
  Staging,
  {
    /** Makes the staging tables if one is missing or they are of another layout. */
    readonly prepare: Effect.Effect<void, StoreError>
    /** Discards what is staged of a registry (its details only if they are not `kept`) and begins a new read. */
    readonly begin: (
      registry: string,
      read: StagedRead,
      details?: "kept"
    ) => Effect.Effect<void, StagingError>
    /** Changes what the staged pages are recorded as read from. */
    readonly relabel: (registry: string, read: StagedRead) => Effect.Effect<void, StagingError>
    readonly add: (
      registry: Registry,
      page: ExtractedPage,
      transformed: TransformedPage
    ) => Effect.Effect<void, StagingError>
    /** Adds a page of a list that does not carry whole records. */
    readonly addListed: (
      registry: string,
      page: ExtractedPage,
      census: CensusPage
    ) => Effect.Effect<void, StagingError>
    /** Adds whole records that were asked for by id; an earlier record of the same trial is replaced. */
    readonly addDetails: (
      registry: Registry,
      census: number,
      details: DetailsPage
    ) => Effect.Effect<void, StagingError>
    /** What the staged pages of a registry were read from; null if none are staged. */
    readonly read: (registry: string) => Effect.Effect<StagedRead | null, StoreError>
    /** How far the staged pages of a registry reach. */
    readonly soFar: (registry: string) => Effect.Effect<ReadSoFar, StoreError>
    /** What all staged pages of a registry contained besides trials. */
    readonly summary: (registry: string) => Effect.Effect<ReadSummary, StoreError>
    /** Ends a read whose pages are all there; of identical records or listings of the same trial it keeps one. */
    readonly settle: (registry: string, of: "records" | "listings") => Effect.Effect<StagedKeys, StagingError>
    readonly clear: (registry: string) => Effect.Effect<void, StagingError>
  }
>() {
  static readonly layer: Layer.Layer<Staging, never, SqlClient.SqlClient> = Layer.effect(
    Staging,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const names = stagingNames(sql)
      const tables = stagingTables(sql)
      const { pages, reads, records, rejected } = tables

      const read = SqlSchema.findOne({
        Request: Schema.String,
        Result: Schema.Struct({ read: Schema.parseJson(StagedRead) }),
        execute: (registry) => sql`SELECT read FROM ${reads} WHERE registry = ${registry}`
      })
      const pagesOf = SqlSchema.findAll({
        Request: Schema.String,
        Result: Schema.Struct({
          digest: Schema.String,
          next: Schema.NullOr(Schema.String),
          rows: Schema.Int
        }),
        execute: (registry) =>
          sql`SELECT digest, next, rows FROM ${pages} WHERE registry = ${registry} ORDER BY number`
      })
      const summaryAfter = SqlSchema.findOne({
        Request: Schema.Struct({ registry: Schema.String, number: Schema.Int }),
        Result: Schema.Struct({ number: Schema.Int, summary: Schema.parseJson(ReadSummary) }),
        execute: ({ number, registry }) => sql`SELECT number, summary FROM ${pages}
          WHERE registry = ${registry} AND number > ${number} ORDER BY number LIMIT 1`
      })
      const ReadOf = Schema.Struct({
        registry: Schema.String,
        of: Schema.Literal("records", "listings")
      })
      // The index answers this without the table, unless a trial came twice.
      const twice = SqlSchema.findAll({
        Request: ReadOf,
        Result: Id,
        execute: ({ of, registry }) => sql`SELECT id FROM ${tables[of]}
          WHERE registry = ${registry} GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 10`
      })
      const alsoRejected = SqlSchema.findAll({
        Request: ReadOf,
        Result: Id,
        execute: ({ of, registry }) => sql`SELECT DISTINCT x.id FROM ${rejected} x
          JOIN ${tables[of]} s ON s.registry = x.registry AND s.id = x.id
          WHERE x.registry = ${registry} ORDER BY x.id LIMIT 10`
      })
      const counted = SqlSchema.single({
        Request: ReadOf,
        Result: Schema.Struct({
          distinct: Schema.Int,
          repeated: Schema.Int,
          rejected: Schema.Int,
          rejectedAgain: Schema.Int
        }),
        execute: ({ of, registry }) => sql`SELECT
          (SELECT CAST(count(DISTINCT id) AS INTEGER) FROM ${tables[of]}
            WHERE registry = ${registry}) AS "distinct",
          coalesce((SELECT repeated FROM ${reads} WHERE registry = ${registry}), 0) AS repeated,
          (SELECT CAST(count(DISTINCT id) AS INTEGER) FROM ${rejected}
            WHERE registry = ${registry}) AS rejected,
          (SELECT CAST(count(*) - count(DISTINCT id) AS INTEGER) FROM ${rejected}
            WHERE registry = ${registry}) AS "rejectedAgain"`
      })

      const compared = { records: sql.literal("content"), listings: sql.literal("digest") }
      const dropRepeated = ({ of, registry }: typeof ReadOf.Type) =>
        Effect.gen(function* () {
          const text = compared[of]
          const dropped = yield* sql<{ readonly id: string }>`DELETE FROM ${tables[of]} AS s
            WHERE s.registry = ${registry} AND EXISTS (SELECT 1 FROM ${tables[of]} e
              WHERE e.registry = s.registry AND e.id = s.id AND e.page < s.page AND e.${text} = s.${text})
            RETURNING id`
          yield* sql`UPDATE ${reads} SET repeated = repeated + ${dropped.length}
            WHERE registry = ${registry}`
          return dropped.map(({ id }) => id)
        })

      /** Adds what was found on a page beside its trials. */
      const addPage = (registry: string, page: ExtractedPage, found: Omit<TransformedPage, "trials">) => {
        const { digest, digests, next, number } = page
        const unread = new Set(found.rejected.map(({ key, row }) => key ?? `sha256:${digests[row]}`))
        const summary = JSON.stringify(ofPage(page, found))
        return Effect.zipRight(
          sql`INSERT INTO ${pages}
            ${sql.insert({ registry, number, digest, next, rows: page.records.length, summary })}`,
          insertAll(
            sql,
            names.rejected,
            [...unread].map((id) => ({ registry, id }))
          )
        )
      }

      return {
        prepare: Effect.withSpan(Effect.provideService(prepare, SqlClient.SqlClient, sql), "Staging.prepare"),
        clear: Effect.fn("Staging.clear")((registry: string) =>
          Effect.zipLeft(clearing(sql, registry, Effect.void), givenBack(sql))
        ),
        begin: Effect.fn("Staging.begin")((registry: string, read: StagedRead, details?: "kept") => {
          const begun = sql`INSERT INTO ${reads} ${sql.insert({ registry, read: JSON.stringify(read), repeated: 0 })}`
          return clearing(sql, registry, begun, details)
        }),
        relabel: Effect.fn("Staging.relabel")((registry: string, read: StagedRead) =>
          adding(sql, sql`UPDATE ${reads} SET read = ${JSON.stringify(read)} WHERE registry = ${registry}`)
        ),
        add: Effect.fn("Staging.add")(function* (registry, page, transformed) {
          const toRow = rowOf(registry)
          const { name } = registry
          const rows = transformed.trials.map((trial) => ({
            ...toRow(trial, page.number),
            listing: null,
            findings: null
          }))
          yield* adding(
            sql,
            Effect.zipRight(addPage(name, page, transformed), insertAll(sql, names.records, rows))
          )
        }),
        addListed: Effect.fn("Staging.addListed")(function* (registry, page, census) {
          const rows = census.rows.map((row) => ({ registry, ...row, page: page.number }))
          yield* adding(
            sql,
            Effect.zipRight(addPage(registry, page, census), insertAll(sql, names.listings, rows))
          )
        }),
        addDetails: Effect.fn("Staging.addDetails")(function* (registry, census, { trials, unread }) {
          const toRow = rowOf(registry)
          const { name } = registry
          const rows = trials.map((trial) => ({
            ...toRow(trial, census),
            listing: trial.listing,
            findings: trial.findings.length === 0 ? null : JSON.stringify(trial.findings)
          }))
          const ids = [...trials, ...unread].map(({ id }) => id)
          if (ids.length === 0) return
          yield* adding(
            sql,
            Effect.all(
              [
                sql`DELETE FROM ${records} WHERE registry = ${name} AND id IN ${sql.in(ids)}`,
                sql`DELETE FROM ${tables.unread} WHERE registry = ${name} AND id IN ${sql.in(ids)}`,
                insertAll(sql, names.records, rows),
                insertAll(
                  sql,
                  names.unread,
                  unread.map((row) => ({ registry: name, ...row }))
                )
              ],
              { discard: true }
            )
          )
        }),
        read: Effect.fn("Staging.read")((registry) =>
          Effect.map(read(registry), Option.match({ onNone: () => null, onSome: ({ read }) => read }))
        ),
        soFar: Effect.fn("Staging.soFar")((registry) =>
          Effect.map(pagesOf(registry), (found) => ({
            next: found.at(-1)?.next ?? null,
            rows: found.reduce((sum, { rows }) => sum + rows, 0),
            digests: found.map(({ digest }) => digest)
          }))
        ),
        summary: Effect.fn("Staging.summary")(function* (registry) {
          let summary = nothing
          let number = 0
          for (;;) {
            const page = yield* summaryAfter({ registry, number })
            if (Option.isNone(page)) return summary
            summary = combine(summary, page.value.summary)
            number = page.value.number
          }
        }),
        settle: Effect.fn("Staging.settle")(function* (registry, of) {
          const read = { registry, of }
          const dropped = (yield* twice(read)).length > 0 ? yield* adding(sql, dropRepeated(read)) : []
          const clashing = [...(yield* twice(read)), ...(yield* alsoRejected(read))]
          return {
            ...(yield* Effect.catchTag(counted(read), "NoSuchElementException", Effect.die)),
            repeatedIds: dropped,
            clashing: clashing.map(({ id }) => id).slice(0, 10)
          }
        })
      }
    })
  )
}
