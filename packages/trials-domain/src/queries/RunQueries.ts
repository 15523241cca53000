import { SqlClient, SqlSchema } from "@effect/sql"
import { Context, Effect, Layer, Schema } from "effect"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import type { Page } from "../model/Page.js"
import { Run, type RunSummary } from "../model/Run.js"
import { publicationColumn } from "../store/Counters.js"
import { newestFirst, RunRow, runSelect, runSummarySelect, SummaryRow } from "../store/RunRow.js"
import type { StoreError } from "../store/StoreError.js"
import * as Cursor from "./Cursor.js"
import { oneMore, pageFrom, totalOf } from "./Listing.js"
import * as Request from "./Request.js"
import { readFrom, snapshot } from "./Snapshot.js"

/** No such run. */
export class RunNotFound extends Schema.TaggedError<RunNotFound>("trials-domain/RunNotFound")("RunNotFound", {
  runId: Schema.String
}) {
  override get message(): string {
    return `No run ${this.runId} is in the ledger.`
  }
}

const RunsRequest = Schema.Struct({
  registry: Schema.optional(Request.text),
  limit: Request.limit(100, 20),
  cursor: Request.cursor
})

/** Which runs to list: by default of all registries, 20 (at most 100) a page. */
export interface RunsRequest extends Schema.Schema.Encoded<typeof RunsRequest> {}

const RunKey = Schema.Struct({ runId: Request.text })

const OneRow = Schema.Struct({ ...RunRow.fields, publication: Schema.Int })

const Tally = Schema.Struct({ ...Run.pick("registry", "verdict").fields, runs: Schema.Int })

/** How many runs of a registry have ended with a verdict; null is of one that has not ended. */
export type Tally = typeof Tally.Type

/** The read side of the ledger. Every answer is read from one snapshot. */
export class RunQueries extends Context.Tag("trials-domain/RunQueries")<
  RunQueries,
  {
    /** Runs, whatever their verdict, newest first. */
    readonly list: (
      request?: RunsRequest
    ) => Effect.Effect<Page<RunSummary>, InvalidRequest | Cursor.InvalidCursor | StoreError>
    /** One run, with its rejected records and its findings. */
    readonly get: (request: {
      readonly runId: string
    }) => Effect.Effect<Run, InvalidRequest | RunNotFound | StoreError>
    /** How many runs of each registry have ended with each verdict. */
    readonly tally: Effect.Effect<ReadonlyArray<Tally>, StoreError>
  }
>() {
  /** The ledger of the database behind a client. */
  static readonly layer: Layer.Layer<RunQueries, never, SqlClient.SqlClient> = Layer.effect(
    RunQueries,
    Effect.map(SqlClient.SqlClient, (sql) => ({
      list: Effect.fn("RunQueries.list")(function* (request = {}) {
        const { cursor, limit, registry } = yield* decoded(RunsRequest, request)
        const described = JSON.stringify(["runs", registry ?? null])
        const after =
          cursor === undefined
            ? undefined
            : yield* Cursor.decode(described, cursor, Schema.is(Schema.Tuple(Cursor.text, Cursor.text)))
        const where = registry === undefined ? sql`1 = 1` : sql`r.registry = ${registry}`
        const page =
          after === undefined
            ? where
            : sql`${where} AND (r.started_at, r.run_id) < (${after[0] ?? ""}, ${after[1] ?? ""})`
        const find = SqlSchema.findAll({
          Request: Schema.Void,
          Result: SummaryRow,
          execute: () => sql`SELECT ${sql.literal(runSummarySelect)} FROM runs r WHERE ${page}
            ORDER BY ${sql.literal(newestFirst)} LIMIT ${oneMore(limit)}`
        })
        const { rows, total } = yield* snapshot(sql, () =>
          Effect.all({ rows: find(), total: totalOf(sql, sql`runs r WHERE ${where}`) })
        )
        return pageFrom(rows, limit, total, (last) => Cursor.encode(described, [last.startedAt, last.runId]))
      }),
      get: Effect.fn("RunQueries.get")(function* (request) {
        const { runId } = yield* decoded(RunKey, request)
        const find = SqlSchema.findOne({
          Request: Schema.String,
          Result: OneRow,
          execute: (runId) => sql`SELECT ${sql.literal(runSelect)}, ${sql.literal(publicationColumn)}
            FROM runs r WHERE r.run_id = ${runId}`
        })
        const { publication, ...run } = yield* Effect.flatten(find(runId)).pipe(
          Effect.catchTag("NoSuchElementException", () => new RunNotFound({ runId }))
        )
        yield* readFrom(publication)
        return run
      }),
      tally: SqlSchema.findAll({
        Request: Schema.Void,
        Result: Tally,
        execute: () => sql`SELECT r.registry, r.verdict, CAST(count(*) AS INTEGER) AS runs FROM runs r
          GROUP BY r.registry, r.verdict ORDER BY r.registry, r.verdict`
      })().pipe(Effect.withSpan("RunQueries.tally"))
    }))
  )
}
