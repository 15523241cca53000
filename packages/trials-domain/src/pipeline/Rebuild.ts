import { SqlClient, SqlSchema } from "@effect/sql"
import { Chunk, Effect, Option, Schema, Stream } from "effect"
import * as SearchIndex from "../search/SearchIndex.js"
import { insertAll, type Row } from "../sql/insert.js"
import { transaction } from "../sql/transaction.js"
import { publish, takeWriter } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import { lineOf, trials } from "../store/Tables.js"
import * as Listings from "../store/Listings.js"
import * as TrialIds from "../store/TrialIds.js"
import { KnownTrial, replaced, toSummaryRow } from "../store/TrialRow.js"

const pageSize = 1000

/** A trial as its versions tell it, in pages: those trials that have a version after a place in the feed. */
const told = (seq: number): Stream.Stream<ReadonlyArray<KnownTrial>, StoreError, SqlClient.SqlClient> =>
  Stream.paginateChunkEffect({ registry: "", id: "" }, (after) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const pageAfter = SqlSchema.findAll({
        Request: Schema.Struct({ registry: Schema.String, id: Schema.String }),
        Result: KnownTrial,
        execute: ({ id, registry }) => sql`SELECT v.registry, v.id, v.version, v.created_at AS "createdAt",
            v.updated_at AS "updatedAt", v.missing_since AS "missingSince", v.content, (
              SELECT max(u.seq) FROM trial_versions u
              WHERE u.registry = v.registry AND u.id = v.id AND u.kind IN ('created', 'edited')) AS "updatedSeq"
          FROM trial_versions v
          WHERE (v.registry, v.id) > (${registry}, ${id}) AND NOT EXISTS (
              SELECT 1 FROM trial_versions n
              WHERE n.registry = v.registry AND n.id = v.id AND n.version > v.version)
            AND v.seq > ${seq}
          ORDER BY v.registry, v.id LIMIT ${pageSize}`
      })
      const page = yield* pageAfter(after)
      return [Chunk.of(page), Option.fromNullable(page.at(-1))] as const
    })
  )

/** The row of a trial, as its versions tell it. */
const rowOf = ({
  content,
  createdAt,
  id,
  missingSince,
  registry,
  updatedAt,
  updatedSeq,
  version
}: KnownTrial): Row => ({
  ...toSummaryRow(content),
  registry,
  id,
  version,
  created_at: createdAt,
  updated_at: updatedAt,
  missing_since: missingSince,
  updated_seq: updatedSeq
})

/** Every trial as its versions tell it, as the canonical lines of `State.derived`, in pages. */
export const lines: Stream.Stream<ReadonlyArray<string>, StoreError, SqlClient.SqlClient> = Stream.map(
  told(0),
  (page) => page.map((trial) => lineOf(trials, rowOf(trial)))
)

/**
 * Makes what is derived from versions, for every trial that has one after a place in the feed (0: for every trial): its
 * row, its search keys and its identifiers. The listings of trials are made again by the next census. Part of a transaction
 * that took the write lock, or of a database that nobody uses yet.
 */
export const after = (seq: number): Effect.Effect<void, StoreError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Stream.runForEach(told(seq), (page) =>
      Effect.all(
        [
          insertAll(sql, "trials", page.map(rowOf), replaced),
          SearchIndex.write(page.map((trial) => ({ ...trial, seq: trial.updatedSeq }))),
          TrialIds.write(page)
        ],
        { discard: true }
      )
    ).pipe(Effect.zipRight(Listings.forget(null)))
  )

/** Makes everything that is derived from versions anew: their rows, search keys and identifiers. Runs in one transaction. */
export const run: Effect.Effect<void, StoreError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* transaction(sql)(
    Effect.all([takeWriter, SearchIndex.clear, TrialIds.clear, after(0), publish], { discard: true })
  )
}).pipe(Effect.withSpan("Rebuild.run"))
