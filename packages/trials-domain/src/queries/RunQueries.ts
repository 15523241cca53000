import { SqlClient } from "@effect/sql"
import { Context, Effect, Layer, Option, Schema } from "effect"
import * as Cursor from "./Cursor.js"
import { selectList } from "../store/columns.js"
import { countUpTo } from "../sql/dialect.js"
import { readSnapshot } from "../sql/transaction.js"
import { type Run, RunSummary } from "../model/Run.js"
import { RunRow, runSelect } from "../store/RunLedger.js"
import type { StoreError } from "../store/StoreError.js"

/** No such run. */
export class RunNotFound extends Schema.TaggedError<RunNotFound>("trials-domain/RunNotFound")("RunNotFound", {
  runId: Schema.String
}) {
  override get message(): string {
    return `No run ${this.runId} is in the ledger.`
  }
}

export interface RunsRequest {
  readonly registry?: string | undefined
  /** 1 to 100. */
  readonly limit: number
  /** `nextCursor` of the page before; undefined for the first. */
  readonly cursor?: string | undefined
}

/** One page of the ledger. `total` is counted exactly up to 10,000 and is a lower bound above. */
export interface RunList {
  readonly items: ReadonlyArray<RunSummary>
  readonly total: { readonly value: number; readonly relation: "eq" | "gte" }
  readonly nextCursor: string | null
}

const countLimit = 10_000

const SummaryRow = Schema.Struct(RunRow.fields).omit("rejected", "findings")
const summarySelect = selectList(Object.keys(RunSummary.fields), "r")

/** The read side of the ledger. Every answer is read from one snapshot. */
export class RunQueries extends Context.Tag("trials-domain/RunQueries")<
  RunQueries,
  {
    /** Runs, whatever their verdict, newest first. */
    readonly list: (request: RunsRequest) => Effect.Effect<RunList, Cursor.InvalidCursor | StoreError>
    /** One run, with what it rejected and found. */
    readonly one: (runId: string) => Effect.Effect<Run, RunNotFound | StoreError>
  }
>() {
  static readonly layer: Layer.Layer<RunQueries, never, SqlClient.SqlClient> = Layer.effect(
    RunQueries,
    Effect.map(SqlClient.SqlClient, (sql) => ({
      list: Effect.fn("RunQueries.list")(function* ({ cursor, limit, registry }: RunsRequest) {
        const described = JSON.stringify(["runs", registry ?? null])
        const after = cursor === undefined ? undefined : yield* Cursor.decode(described, cursor)
        const where = registry === undefined ? sql`1 = 1` : sql`r.registry = ${registry}`
        const page =
          after === undefined
            ? where
            : sql`${where} AND (r.started_at, r.run_id) < (${after[0] ?? ""}, ${after[1] ?? ""})`
        const { rows, total } = yield* readSnapshot(
          sql,
          Effect.all({
            rows: sql`SELECT ${sql.literal(summarySelect)} FROM runs r WHERE ${page}
              ORDER BY r.started_at DESC, r.run_id DESC LIMIT ${limit + 1}`,
            total: countUpTo(sql, sql`runs r WHERE ${where}`, countLimit)
          })
        )
        const listed = yield* Schema.decodeUnknown(Schema.Array(SummaryRow))(rows)
        const items = listed.slice(0, limit)
        const last = items.at(-1)
        return {
          items,
          total,
          nextCursor:
            listed.length > limit && last !== undefined
              ? Cursor.encode(described, [last.startedAt, last.runId])
              : null
        }
      }),
      one: Effect.fn("RunQueries.one")(function* (runId: string) {
        const rows = yield* sql`SELECT ${sql.literal(runSelect("r"))} FROM runs r WHERE r.run_id = ${runId}`
        const row = yield* Effect.mapError(Option.fromNullable(rows[0]), () => new RunNotFound({ runId }))
        return yield* Schema.decodeUnknown(RunRow)(row)
      })
    }))
  )
}
