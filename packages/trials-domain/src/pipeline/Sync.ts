import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Data, Effect, Layer, type ParseResult, Ref, Schema } from "effect"
import { recordAbsences, unseen } from "./Absence.js"
import { readProven } from "./ProvenRead.js"
import { entered } from "./ReadEntry.js"
import { failpoint } from "../store/Failpoint.js"
import { type Instant, notBefore, now } from "../model/Instant.js"
import { analyze } from "../sql/dialect.js"
import { outsideTransaction, type WithinTransaction } from "../sql/WithinTransaction.js"
import { acquire, type Lease, type LeaseHeld, type LeaseLost, StillHeld, withFence } from "../store/Lease.js"
import { upsertAll } from "./Load.js"
import { NotProven } from "./NotProven.js"
import { recorded } from "./RunEnding.js"
import type { InvalidRequest } from "../model/InvalidRequest.js"
import { checked } from "../registries/ClientAnswers.js"
import { check as checkRegistry, type InvalidRegistry } from "../registries/Registry.js"
import { describe } from "../store/RegistryRow.js"
import { RegistryClient, type ResolvedRevision } from "../registries/RegistryClient.js"
import { isUpstreamError, type UpstreamError } from "../registries/UpstreamError.js"
import { remapForLoad } from "./Remap.js"
import { reportOf, type Run, type RunReport } from "../model/Run.js"
import { newRunId } from "../model/RunId.js"
import { begun, RunLedger } from "../store/RunLedger.js"
import { Staging } from "./Staging.js"
import { stagingAttached, type StagingNotAttached } from "../store/StagingNotAttached.js"
import { staged, stagingNames } from "../store/StagingTables.js"
import { check, checkEdition, type CheckLimits } from "./Checks.js"
import { type Decided, decide, type SyncOptions } from "./SyncOptions.js"

export type { CheckLimits, SyncOptions }

/**
 * What makes a run fail instead of returning a report: a key or a named edition that the registry refuses, a file that
 * cannot be read (`UpstreamError`), another run (`LeaseHeld`, `LeaseLost`), or the database. A connection that no run can
 * use (`WithinTransaction`, `StagingNotAttached`), an option that means nothing (`InvalidRequest`) and a registry that
 * `Registry.make` would not make (`InvalidRegistry`) are refused before anything is written or asked.
 */
export type SyncError =
  | InvalidRequest
  | InvalidRegistry
  | UpstreamError
  | LeaseHeld
  | LeaseLost
  | WithinTransaction
  | StagingNotAttached
  | SqlError.SqlError
  | ParseResult.ParseError

/** The services that a run needs. */
export type SyncServices = RegistryClient | RunLedger | Staging | SqlClient.SqlClient

/** The services of the write side, over one database. */
export const layer: Layer.Layer<RunLedger | Staging, never, SqlClient.SqlClient> = Layer.merge(
  RunLedger.layer,
  Staging.layer
)

/**
 * Runs once against one registry: resolve the revision, count, extract all, stage, verify, load, report. A run
 * publishes only what it has proven whole, in one transaction. Otherwise it changes only the ledger, and the report
 * says why. docs/verdicts.md in the repository lists every verdict with its reasons, every error, and what a caller does
 * about each.
 */
export const run: (options?: SyncOptions) => Effect.Effect<RunReport, SyncError, SyncServices> = Effect.fn(
  "Sync.run"
)(
  function* (given: SyncOptions = {}) {
    yield* outsideTransaction("A run")
    yield* stagingAttached
    const options = yield* decide(given)
    const { registry } = yield* RegistryClient
    yield* checkRegistry(registry)
    const ledger = yield* RunLedger
    const runId = yield* newRunId
    yield* Effect.annotateCurrentSpan({ registry: registry.name, runId })
    const steps = Effect.gen(function* () {
      const lease = yield* acquire(registry.name, runId)
      yield* failpoint("lease")
      const start = yield* ledger.begin(
        begun({
          runId,
          registry: registry.name,
          startedAt: yield* now,
          mappingVersion: registry.mappingVersion
        }),
        registry
      )
      yield* failpoint("ledger.begin")
      return yield* recorded(start, (known) =>
        Effect.gen(function* () {
          const proven = yield* prove(known, options).pipe(
            // Only the pages of a killed run are reused; what was not proven is read again.
            Effect.tapErrorTag("NotProven", () => Effect.ignoreLogged(clearStaged(registry.name)))
          )
          const loaded = yield* load(yield* Ref.get(known), lease, proven, options.dryRun)
          yield* failpoint("ledger.end")
          return loaded
        })
      ).pipe(Effect.provideService(StillHeld, lease.stillHeld))
    })
    return reportOf(yield* Effect.scoped(steps))
  },
  Effect.updateService(RegistryClient, checked)
)

const clearStaged = (registry: string) => Effect.flatMap(Staging, (staging) => staging.clear(registry))

interface Proven {
  readonly rejected: { readonly nameless: boolean }
  readonly last: Run | null
}

/** Reads the registry into staging and proves the read; `known` records what was seen on the way. */
const prove = (known: Ref.Ref<Run>, options: Decided) =>
  Effect.gen(function* () {
    const client = yield* RegistryClient
    const ledger = yield* RunLedger
    const staging = yield* Staging
    yield* staging.prepare
    const left = (yield* staging.soFar(client.registry.name)).digests.length
    const last = yield* ledger.lastLoaded(client.registry.name)
    const lastDated = yield* ledger.lastDated(client.registry.name)
    const resolved: ResolvedRevision =
      options.revision === undefined
        ? yield* client.resolve(last?.revision ?? null)
        : { revision: options.revision, how: "named", notes: options.notes }
    yield* Ref.update(known, (run): Run => ({ ...run, revision: resolved.revision, notes: resolved.notes }))
    yield* checkEdition(resolved, lastDated, options.limits.allowOlder)
    const read = yield* readProven(resolved.revision).pipe(
      Effect.catchIf(
        (error) => isUpstreamError(error) && error.reason === "gone" && resolved.how !== "named",
        ({ message }) => new NotProven({ verdict: "failed", code: "gone", message, examples: [] })
      )
    )
    const again =
      left > 0 && read.resumedPages === 0
        ? [
            `${left} page(s) that an earlier run left behind were read again: no data timestamp vouches for them.`
          ]
        : []
    yield* Ref.update(known, (run) => entered({ ...run, notes: [...run.notes, ...again] }, read))
    yield* check({
      registry: client.registry,
      read,
      unseen: yield* unseen(client.registry.name),
      last,
      limits: options.limits
    })
    yield* failpoint("verify.checks")
    return { rejected: read.summary.rejected, last }
  })

/** Carries the result of a dry run out of the transaction that it rolls back. */
class RolledBack extends Data.TaggedError("RolledBack")<{ readonly run: Run }> {}

/** The one transaction that readers see: remap, upsert, absences and the last entry in the ledger. */
const load = (run: Run, lease: Lease, { last, rejected }: Proven, dryRun: boolean) =>
  Effect.gen(function* () {
    const { registry } = yield* RegistryClient
    const ledger = yield* RunLedger
    const staging = yield* Staging
    const within = Effect.gen(function* () {
      yield* failpoint("load.begin")
      // The instants of a trial never go backwards, whatever the machine's clock does (promise 7).
      const observedAt = yield* notBefore(last?.observedAt ?? null)
      const context = {
        registry: registry.name,
        runId: run.runId,
        observedAt,
        editionDate: run.revision?.date ?? null,
        mappingVersion: registry.mappingVersion
      }
      const lastMapping = last?.mappingVersion ?? registry.mappingVersion
      // A remap does not ask the registry, so the fields that it added have not been requested yet.
      const readMapping = (before: Instant | null) =>
        Effect.map(ledger.lastReadMapping(registry.name, before), (found) => found ?? lastMapping)
      const remap = yield* remapForLoad(registry, lastMapping, context)
      const { unchanged, ...written } = yield* upsertAll(registry, readMapping, context)
      const { disappeared, missed } = yield* recordAbsences(context, rejected)
      yield* failpoint("load.absences")
      const kinds = { ...written, remapped: remap.remapped + written.remapped, disappeared }
      const loaded: Run = {
        ...run,
        verdict: Object.values(kinds).some((count) => count > 0) ? "complete" : "unchanged",
        finishedAt: yield* now,
        observedAt: dryRun ? null : observedAt,
        counts: {
          ...run.counts,
          ...kinds,
          missed,
          unchanged: remap.remapped > 0 ? yield* untouched(context) : unchanged
        },
        notes: [...run.notes, ...remap.notes, ...(dryRun ? ["A dry run: nothing was loaded."] : [])]
      }
      if (dryRun) return yield* new RolledBack({ run: loaded })
      yield* describe(registry)
      yield* ledger.finish(loaded)
      yield* failpoint("load.ledger")
      return loaded
    })
    const sql = yield* SqlClient.SqlClient
    yield* analyze(sql, stagingNames(sql).records, "registry, id")
    const done = yield* withFence(lease, within).pipe(
      Effect.catchTag("RolledBack", (dry) => Effect.as(ledger.finish(dry.run), dry.run))
    )
    yield* failpoint("load.commit")
    yield* Effect.ignoreLogged(staging.clear(registry.name))
    if (done.counts.created * 10 > done.counts.extracted) {
      yield* Effect.ignoreLogged(analyze(sql, "trials", "registry, id, updated_at, missing_since"))
    }
    return done
  })

/** How many staged trials got no version in this run. */
const untouched = ({ registry, runId }: { readonly registry: string; readonly runId: string }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const count = SqlSchema.single({
      Request: Schema.String,
      Result: Schema.Struct({ n: Schema.Int }),
      execute: (registry) => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM ${staged(sql)}
        WHERE s.registry = ${registry} AND NOT EXISTS (SELECT 1 FROM trial_versions v
          WHERE v.registry = s.registry AND v.id = s.id AND v.run_id = ${runId})`
    })
    return (yield* Effect.catchTag(count(registry), "NoSuchElementException", Effect.die)).n
  })
