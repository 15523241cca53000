import { SqlClient, SqlSchema } from "@effect/sql"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { fromMillis, Instant, now } from "../model/Instant.js"
import { Audit, noCounts, Run } from "../model/Run.js"
import type { RegistryAbout } from "../registries/Registry.js"
import { transaction } from "../sql/transaction.js"
import { publish } from "./Counters.js"
import * as RegistryRow from "./RegistryRow.js"
import { loaded, newestFirst, proven, RunRow, runSelect, toRunRow } from "./RunRow.js"
import type { StoreError } from "./StoreError.js"

/** A run at its beginning, when only its identity is known. */
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
  audit: null,
  notes: [],
  rejected: [],
  findings: []
})

const EditionRow = Schema.Struct({
  runId: Run.fields.runId,
  registry: Run.fields.registry,
  revision: Schema.parseJson(Run.fields.revision)
})

/** An edition of a registry that a run loaded. */
export type LoadedEdition = typeof EditionRow.Type

/** The write side of the ledger: every run has a row, from its first step to its verdict. */
export class RunLedger extends Context.Tag("trials-domain/RunLedger")<
  RunLedger,
  {
    /**
     * Enters a run, and what is told of its registry. The caller holds the registry's lease, so any other unfinished run of the registry is dead: it is
     * marked as failed. Returns the run as entered. It starts after every other run of its registry, whatever the
     * machine's clock says, because the ledger is read in that order.
     */
    readonly begin: (run: Run, registry: RegistryAbout) => Effect.Effect<Run, StoreError>
    /**
     * Completes the row of an unfinished run. By itself this is a commit of its own; inside a load it is part of the
     * load.
     */
    readonly finish: (run: Run) => Effect.Effect<void, StoreError>
    /** The newest run of a registry that loaded a read or a remap (a dry run does not). */
    readonly lastLoaded: (registry: string) => Effect.Effect<Run | null, StoreError>
    /** The newest of these runs that read the registry and proved the read. */
    readonly lastProven: (registry: string) => Effect.Effect<Run | null, StoreError>
    /** What the runs of all registries that read one have loaded: each edition once, with one of these runs. */
    readonly loadedEditions: Effect.Effect<ReadonlyArray<LoadedEdition>, StoreError>
    /** The parts of a registry that its runs audited (null: all of it), newest first. */
    readonly audited: (registry: string) => Effect.Effect<ReadonlyArray<number | null>, StoreError>
    /** The newest of these runs whose edition has a date. */
    readonly lastDated: (registry: string) => Effect.Effect<Run | null, StoreError>
    /** The timestamp of the registry's data that were loaded last; null if none of them had one. */
    readonly lastTimestamp: (registry: string) => Effect.Effect<string | null, StoreError>
    /** The mapping version of the newest run that read a registry: before an instant, or at all (null). */
    readonly lastReadMapping: (
      registry: string,
      before: Instant | null
    ) => Effect.Effect<number | null, StoreError>
  }
>() {
  /** The ledger of the database behind a client. */
  static readonly layer: Layer.Layer<RunLedger, never, SqlClient.SqlClient> = Layer.effect(
    RunLedger,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const committed = <A, E>(effect: Effect.Effect<A, E>) =>
        transaction(sql)(Effect.zipLeft(effect, Effect.provideService(publish, SqlClient.SqlClient, sql)))
      const lastStart = SqlSchema.single({
        Request: Schema.String,
        Result: Schema.Struct({ started: Schema.NullOr(Instant) }),
        execute: (registry) => sql`SELECT max(started_at) AS started FROM runs WHERE registry = ${registry}`
      })
      const lastOf = (which: string) =>
        SqlSchema.findOne({
          Request: Schema.String,
          Result: RunRow,
          execute: (registry) => sql`SELECT ${sql.literal(runSelect)} FROM runs r
            WHERE r.registry = ${registry} AND ${sql.literal(which)} ORDER BY ${sql.literal(newestFirst)} LIMIT 1`
        })
      const lastLoaded = lastOf(loaded)
      const lastProven = lastOf(proven)
      const loadedEditions = SqlSchema.findAll({
        Request: Schema.Void,
        Result: EditionRow,
        execute: () => sql`SELECT r.registry, r.revision, min(r.run_id) AS "runId" FROM runs r
          WHERE ${sql.literal(proven)} GROUP BY r.registry, r.revision ORDER BY r.registry, "runId"`
      })
      const audited = SqlSchema.findAll({
        Request: Schema.String,
        Result: Schema.Struct({ audit: Schema.parseJson(Audit) }),
        execute: (registry) => sql`SELECT r.audit FROM runs r
          WHERE r.registry = ${registry} AND r.audit IS NOT NULL AND ${sql.literal(proven)}
          ORDER BY ${sql.literal(newestFirst)}`
      })
      const lastDated = lastOf(`${loaded} AND r.revision LIKE '%"date":"%'`)
      const lastStamped = lastOf(`${loaded} AND r.data_timestamp IS NOT NULL`)
      const lastRead = SqlSchema.findOne({
        Request: Schema.Struct({ registry: Schema.String, before: Schema.NullOr(Instant) }),
        Result: Schema.Struct({ mapping: Schema.Int }),
        execute: ({ before, registry }) => sql`SELECT r.mapping_version AS mapping FROM runs r
          WHERE r.registry = ${registry} AND ${sql.literal(proven)}
            AND ${before === null ? sql`1 = 1` : sql`r.observed_at < ${before}`}
          ORDER BY ${sql.literal(newestFirst)} LIMIT 1`
      })
      return {
        begin: Effect.fn("RunLedger.begin")(function* (run, registry) {
          const killed = {
            code: "killed",
            message: "The run ended without a word: it was killed, or its machine stopped.",
            examples: []
          }
          return yield* committed(
            Effect.gen(function* () {
              yield* sql`UPDATE runs SET verdict = 'failed', finished_at = ${yield* now},
                reason = ${JSON.stringify(killed)} WHERE registry = ${run.registry} AND finished_at IS NULL`
              const { started } = yield* Effect.catchTag(
                lastStart(run.registry),
                "NoSuchElementException",
                Effect.die
              )
              const after = started === null ? null : fromMillis(Date.parse(started) + 1)
              const entered = after !== null && after > run.startedAt ? { ...run, startedAt: after } : run
              yield* sql`INSERT INTO runs ${sql.insert(toRunRow(entered))}`
              yield* Effect.provideService(RegistryRow.enter(registry), SqlClient.SqlClient, sql)
              return entered
            })
          )
        }),
        finish: Effect.fn("RunLedger.finish")((run: Run) =>
          committed(
            sql`UPDATE runs SET ${sql.update(toRunRow(run), ["run_id"])}
              WHERE run_id = ${run.runId} AND finished_at IS NULL`
          )
        ),
        lastTimestamp: Effect.fn("RunLedger.lastTimestamp")((registry: string) =>
          Effect.map(lastStamped(registry), (found) =>
            Option.getOrNull(Option.flatMapNullable(found, ({ dataTimestamp }) => dataTimestamp))
          )
        ),
        lastReadMapping: Effect.fn("RunLedger.lastReadMapping")((registry, before) =>
          Effect.map(lastRead({ registry, before }), (found) =>
            Option.getOrNull(Option.map(found, ({ mapping }) => mapping))
          )
        ),
        lastLoaded: Effect.fn("RunLedger.lastLoaded")((registry: string) =>
          Effect.map(lastLoaded(registry), Option.getOrNull)
        ),
        lastProven: Effect.fn("RunLedger.lastProven")((registry: string) =>
          Effect.map(lastProven(registry), Option.getOrNull)
        ),
        loadedEditions: Effect.withSpan(loadedEditions(), "RunLedger.loadedEditions"),
        audited: Effect.fn("RunLedger.audited")((registry: string) =>
          Effect.map(audited(registry), (found) => found.map(({ audit }) => audit.bucket))
        ),
        lastDated: Effect.fn("RunLedger.lastDated")((registry: string) =>
          Effect.map(lastDated(registry), Option.getOrNull)
        )
      }
    })
  )
}
