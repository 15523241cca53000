import { SqlClient } from "@effect/sql"
import { Finding, RejectedRecord } from "../model/Finding.js"
import { Array as Arr, Context, Effect, Layer, Schema } from "effect"
import type { ExtractedPage } from "./Extract.js"
import { contentColumns, toJson, toRow } from "../store/columns.js"
import { insertAll } from "../sql/insert.js"
import { transaction } from "../sql/transaction.js"
import { searchKeys } from "../search/SearchIndex.js"
import type { TransformedPage } from "./Transform.js"
import type { StoreError } from "../store/StoreError.js"

/** What the staged pages were read from; a later run may use them only if all of it is the same. */
export const StagedRead = Schema.Struct({
  revision: Schema.String,
  dataTimestamp: Schema.NullOr(Schema.String),
  mappingVersion: Schema.Int,
  pageSize: Schema.Int
})
export type StagedRead = typeof StagedRead.Type

/** What one staged page held, beside its trials. */
export const StagedPage = Schema.Struct({
  number: Schema.Int,
  digest: Schema.String,
  next: Schema.NullOr(Schema.String),
  rows: Schema.Int,
  duplicates: Schema.Int,
  clashes: Schema.Array(Schema.String),
  columns: Schema.Array(Schema.String),
  rejected: Schema.Array(RejectedRecord),
  findings: Schema.Array(Schema.Struct({ id: Schema.String, ...Finding.fields }))
})
export type StagedPage = typeof StagedPage.Type

/** The ids of a whole staged read. */
export interface StagedKeys {
  readonly distinct: number
  /** How many records said the same as one on an earlier page. */
  readonly repeated: number
  /** Up to ten ids that came on two pages with different bodies, one of which may be a rejected one. */
  readonly clashing: ReadonlyArray<string>
}

// Raised when the staging tables change. They hold nothing that cannot be read again, so they are just made anew.
const layout = 2

/**
 * The records of a run before they are proven whole, kept where no reader looks: the schema `trials_staging`, which
 * is an attached file beside an SQLite database and unlogged tables on PostgreSQL. They outlive a killed run.
 */
export class Staging extends Context.Tag("trials-domain/Staging")<
  Staging,
  {
    /** Makes the staging tables where they are missing. */
    readonly prepare: Effect.Effect<void, StoreError>
    /** Forgets what is staged of a registry and begins a new read. */
    readonly begin: (registry: string, read: StagedRead) => Effect.Effect<void, StoreError>
    /** Says anew what is staged was read from. */
    readonly relabel: (registry: string, read: StagedRead) => Effect.Effect<void, StoreError>
    readonly add: (
      registry: string,
      page: ExtractedPage,
      transformed: TransformedPage
    ) => Effect.Effect<void, StoreError>
    /** What is staged of a registry: null where nothing is. */
    readonly read: (registry: string) => Effect.Effect<StagedRead | null, StoreError>
    readonly pages: (registry: string) => Effect.Effect<ReadonlyArray<StagedPage>, StoreError>
    /**
     * Ends a read whose pages are all there: of records that say the same of the same trial one is left. `rejected`
     * are the ids of the records that could not be read.
     */
    readonly settle: (
      registry: string,
      rejected: ReadonlyArray<string>
    ) => Effect.Effect<StagedKeys, StoreError>
    readonly clear: (registry: string) => Effect.Effect<void, StoreError>
  }
>() {
  static readonly layer: Layer.Layer<Staging, never, SqlClient.SqlClient> = Layer.effect(
    Staging,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const table = sql.onDialectOrElse({
        pg: () => sql.literal("CREATE UNLOGGED TABLE"),
        orElse: () => sql.literal("CREATE TABLE")
      })
      const columns = sql.literal(contentColumns())

      // Asked first: the SQLite client remembers a statement that failed for want of its table.
      const present = Effect.gen(function* () {
        const tables = yield* sql.onDialectOrElse({
          pg: () =>
            sql`SELECT 1 FROM information_schema.tables WHERE table_schema = 'trials_staging' AND table_name = 'layout'`,
          orElse: () =>
            sql`SELECT 1 FROM trials_staging.sqlite_master WHERE type = 'table' AND name = 'layout'`
        })
        if (tables.length === 0) return false
        const [found] = yield* sql<{ version: number }>`SELECT version FROM trials_staging.layout`
        return found?.version === layout
      })

      const create = Effect.gen(function* () {
        // One process at a time: the second would drop what the first has staged by then.
        yield* sql`UPDATE counters SET value = value WHERE name = 'publication'`
        if (yield* present) return
        yield* sql.onDialectOrElse({
          pg: () => sql`CREATE SCHEMA IF NOT EXISTS trials_staging`,
          orElse: () => Effect.void
        })
        for (const name of ["layout", "reads", "pages", "records"]) {
          yield* sql`DROP TABLE IF EXISTS trials_staging.${sql.literal(name)}`
        }
        yield* sql`${table} trials_staging.layout AS SELECT ${sql.literal(String(layout))} AS version`
        yield* sql`${table} trials_staging.reads (
          registry TEXT NOT NULL PRIMARY KEY, read TEXT NOT NULL, repeated INTEGER NOT NULL)`
        yield* sql`${table} trials_staging.pages (
          registry TEXT NOT NULL, number INTEGER NOT NULL, page TEXT NOT NULL, PRIMARY KEY (registry, number))`
        // The content's columns are those of trials, with the same types and collations.
        yield* sql`${table} trials_staging.records AS
          SELECT registry, id, ${columns}, version AS page, title AS content, title AS record,
            title AS search_text, title AS search_title, title AS search_department, title AS search_institution
          FROM trials WHERE 1 = 0`
        yield* sql.onDialectOrElse({
          pg: () => sql`CREATE INDEX records_by_id ON trials_staging.records (registry, id, page)`,
          orElse: () => sql`CREATE INDEX trials_staging.records_by_id ON records (registry, id, page)`
        })
      })

      const prepare = Effect.gen(function* () {
        if (!(yield* present)) yield* transaction(sql)(create)
      })

      const clear = (registry: string) =>
        Effect.forEach(
          ["reads", "pages", "records"],
          (name) => sql`DELETE FROM trials_staging.${sql.literal(name)} WHERE registry = ${registry}`,
          { discard: true }
        )

      const dropRepeated = (registry: string) =>
        Effect.gen(function* () {
          const dropped = yield* sql`DELETE FROM trials_staging.records AS s
            WHERE s.registry = ${registry} AND EXISTS (SELECT 1 FROM trials_staging.records e
              WHERE e.registry = s.registry AND e.id = s.id AND e.page < s.page AND e.content = s.content)
            RETURNING id`
          yield* sql`UPDATE trials_staging.reads SET repeated = repeated + ${dropped.length}
            WHERE registry = ${registry}`
        })

      return {
        prepare: Effect.withSpan(prepare, "Staging.prepare"),
        clear: Effect.fn("Staging.clear")((registry: string) => transaction(sql)(clear(registry))),
        begin: Effect.fn("Staging.begin")((registry: string, read: StagedRead) =>
          transaction(sql)(
            Effect.zipRight(
              clear(registry),
              sql`INSERT INTO trials_staging.reads ${sql.insert({ registry, read: JSON.stringify(read), repeated: 0 })}`
            )
          )
        ),
        relabel: Effect.fn("Staging.relabel")(
          (registry: string, read: StagedRead) =>
            sql`UPDATE trials_staging.reads SET read = ${JSON.stringify(read)} WHERE registry = ${registry}`
        ),
        add: Effect.fn("Staging.add")(function* (registry, page, transformed) {
          const rows = transformed.trials.map(({ content, id, record }) => {
            const keys = searchKeys(id, content)
            return {
              ...toRow(content),
              registry,
              id,
              page: page.number,
              content: toJson(content),
              record: JSON.stringify(record),
              search_text: keys.text,
              search_title: keys.title,
              search_department: keys.department,
              search_institution: keys.institution
            }
          })
          const staged: StagedPage = {
            number: page.number,
            digest: page.digest,
            next: page.next,
            rows: page.records.length,
            duplicates: transformed.duplicates,
            clashes: transformed.clashes,
            columns: transformed.columns,
            rejected: transformed.rejected,
            findings: transformed.findings
          }
          yield* transaction(sql)(
            Effect.zipRight(
              sql`INSERT INTO trials_staging.pages
                ${sql.insert({ registry, number: page.number, page: JSON.stringify(staged) })}`,
              insertAll(sql, "trials_staging.records", rows)
            )
          )
        }),
        read: Effect.fn("Staging.read")(function* (registry) {
          const [row] = yield* sql<{ read: string }>`
            SELECT read FROM trials_staging.reads WHERE registry = ${registry}`
          return row === undefined ? null : yield* Schema.decode(Schema.parseJson(StagedRead))(row.read)
        }),
        pages: Effect.fn("Staging.pages")(function* (registry) {
          const rows = yield* sql<{ page: string }>`
            SELECT page FROM trials_staging.pages WHERE registry = ${registry} ORDER BY number`
          return yield* Effect.forEach(rows, ({ page }) => Schema.decode(Schema.parseJson(StagedPage))(page))
        }),
        settle: Effect.fn("Staging.settle")(function* (registry, rejected) {
          // Answered by the index alone, but where a trial came twice.
          const twice = sql<{ id: string }>`SELECT id FROM trials_staging.records
            WHERE registry = ${registry} GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 10`
          if ((yield* twice).length > 0) yield* transaction(sql)(dropRepeated(registry))
          const clashing = yield* twice
          const alsoRejected = yield* Effect.forEach(
            Arr.chunksOf(rejected, 500),
            (ids) => sql<{ id: string }>`SELECT id FROM trials_staging.records
              WHERE registry = ${registry} AND id IN ${sql.in(ids)} ORDER BY id LIMIT 10`
          )
          const [counted] = yield* sql<{ n: number; repeated: number }>`
            SELECT CAST(count(DISTINCT id) AS INTEGER) AS n,
              (SELECT repeated FROM trials_staging.reads WHERE registry = ${registry}) AS repeated
            FROM trials_staging.records WHERE registry = ${registry}`
          return {
            distinct: counted?.n ?? 0,
            repeated: counted?.repeated ?? 0,
            clashing: [...clashing, ...alsoRejected.flat()].map(({ id }) => id).slice(0, 10)
          }
        })
      }
    })
  )
}
