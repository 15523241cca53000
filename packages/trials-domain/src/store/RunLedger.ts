import { SqlClient, type SqlError } from "@effect/sql"
import { Context, Effect, Layer, Schema } from "effect"
import { fromMillis, type Instant, now } from "../model/Instant.js"
import { selectList } from "./columns.js"
import { transaction } from "../sql/transaction.js"
import { noCounts, Run } from "../model/Run.js"
import type { StoreError } from "./StoreError.js"

/** A run as its row holds it: what is not a number or one word is JSON text. */
export const RunRow = Schema.Struct({
  ...Run.fields,
  revision: Schema.parseJson(Run.fields.revision),
  counts: Schema.parseJson(Run.fields.counts),
  reason: Schema.parseJson(Run.fields.reason),
  notes: Schema.parseJson(Run.fields.notes),
  rejected: Schema.parseJson(Run.fields.rejected),
  findings: Schema.parseJson(Run.fields.findings)
})

/** `alias.column AS "field"` for every field of a run. */
export const runSelect = (alias: string): string => selectList(Object.keys(Run.fields), alias)

/** Tells readers that something they can see has changed. The last statement of every commit. */
export const publish: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`UPDATE counters SET value = value + 1 WHERE name = 'publication'`
)

/** The run as it begins: nothing is known of it but who it is. */
export const begun = (run: Pick<Run, "runId" | "registry" | "startedAt" | "mappingVersion">): Run => ({
  ...run,
  revision: null,
  verdict: null,
  finishedAt: null,
  counts: noCounts,
  reason: null,
  proof: null,
  dataTimestamp: null,
  observedAt: null,
  resumedPages: 0,
  notes: [],
  rejected: [],
  findings: []
})

// How many rejected records the ledger lists of a run; the count tells of all.
const listed = 1000

const toRow = (run: Run) => ({
  run_id: run.runId,
  registry: run.registry,
  revision: JSON.stringify(run.revision),
  verdict: run.verdict,
  started_at: run.startedAt,
  finished_at: run.finishedAt,
  counts: JSON.stringify(run.counts),
  reason: JSON.stringify(run.reason),
  proof: run.proof,
  data_timestamp: run.dataTimestamp,
  mapping_version: run.mappingVersion,
  observed_at: run.observedAt,
  resumed_pages: run.resumedPages,
  notes: JSON.stringify(run.notes),
  rejected: JSON.stringify(run.rejected.slice(0, listed)),
  findings: JSON.stringify(run.findings)
})

/** The write side of the ledger: every run has a row, from its first step to its verdict. */
export class RunLedger extends Context.Tag("trials-domain/RunLedger")<
  RunLedger,
  {
    /**
     * Enters a run. Whoever calls this holds the registry's lease, so any other run of the registry that has not
     * ended is dead: it is marked as failed. Returns the run as entered: it started after every other of its
     * registry, whatever the machine's clock says, for the ledger is read in that order.
     */
    readonly begin: (run: Run) => Effect.Effect<Run, StoreError>
    /** Completes the row of a run that has not ended. Alone it is a commit of its own; inside a load, part of it. */
    readonly finish: (run: Run) => Effect.Effect<void, StoreError>
    /** The newest run of a registry that was proven whole and loaded (a dry run was not). */
    readonly lastProven: (registry: string) => Effect.Effect<Run | null, StoreError>
    /**
     * The mapping version with which a registry was last read whole and loaded, before an instant or at all (null);
     * a remap reads nothing.
     */
    readonly lastReadMapping: (
      registry: string,
      before: Instant | null
    ) => Effect.Effect<number | null, StoreError>
  }
>() {
  static readonly layer: Layer.Layer<RunLedger, never, SqlClient.SqlClient> = Layer.effect(
    RunLedger,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const committed = <A, E>(effect: Effect.Effect<A, E>) =>
        transaction(sql)(Effect.zipLeft(effect, Effect.provideService(publish, SqlClient.SqlClient, sql)))
      return {
        begin: Effect.fn("RunLedger.begin")(function* (run: Run) {
          const killed = {
            code: "killed",
            message: "The run ended without a word: it was killed, or its machine stopped.",
            examples: []
          }
          return yield* committed(
            Effect.gen(function* () {
              yield* sql`UPDATE runs SET verdict = 'failed', finished_at = ${yield* now},
                reason = ${JSON.stringify(killed)} WHERE registry = ${run.registry} AND finished_at IS NULL`
              const [last] = yield* sql<{ started: string | null }>`
                SELECT max(started_at) AS started FROM runs WHERE registry = ${run.registry}`
              const after = last?.started == null ? null : fromMillis(Date.parse(last.started) + 1)
              const entered = after !== null && after > run.startedAt ? { ...run, startedAt: after } : run
              yield* sql`INSERT INTO runs ${sql.insert(toRow(entered))}`
              return entered
            })
          )
        }),
        finish: Effect.fn("RunLedger.finish")((run: Run) =>
          committed(
            sql`UPDATE runs SET ${sql.update(toRow(run), ["run_id"])}
              WHERE run_id = ${run.runId} AND finished_at IS NULL`
          )
        ),
        lastReadMapping: Effect.fn("RunLedger.lastReadMapping")(function* (registry, before) {
          const [row] = yield* sql<{ version: number }>`SELECT r.mapping_version AS version FROM runs r
            WHERE r.registry = ${registry} AND r.verdict IN ('complete', 'unchanged') AND r.observed_at IS NOT NULL
              AND r.proof IS NOT NULL AND ${before === null ? sql`1 = 1` : sql`r.observed_at < ${before}`}
            ORDER BY r.started_at DESC, r.run_id DESC LIMIT 1`
          return row?.version ?? null
        }),
        lastProven: Effect.fn("RunLedger.lastProven")(function* (registry: string) {
          const [row] = yield* sql`SELECT ${sql.literal(runSelect("r"))} FROM runs r
            WHERE r.registry = ${registry} AND r.verdict IN ('complete', 'unchanged') AND r.observed_at IS NOT NULL
            ORDER BY r.started_at DESC, r.run_id DESC LIMIT 1`
          return row === undefined ? null : yield* Schema.decodeUnknown(RunRow)(row)
        })
      }
    })
  )
}
