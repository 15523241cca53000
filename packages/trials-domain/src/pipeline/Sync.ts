import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Data, Effect, Layer, type ParseResult, Ref, Schema } from "effect"
import { combine } from "../model/Finding.js"
import { recordAbsences } from "./Absence.js"
import { auditNotes, audited, dueOf, markMass } from "./Audit.js"
import { prove, type Proven } from "./Prove.js"
import { clearRead } from "./ProvenRead.js"
import { failpoint } from "../store/Failpoint.js"
import { type Instant, notBefore, now } from "../model/Instant.js"
import { analyze } from "../sql/dialect.js"
import { outsideTransaction, type WithinTransaction } from "../sql/WithinTransaction.js"
import { acquire, type Lease, type LeaseHeld, type LeaseLost, StillHeld, withFence } from "../store/Lease.js"
import { reappearListed, upsertAll } from "./Load.js"
import { recorded } from "./RunEnding.js"
import type { InvalidRequest } from "../model/InvalidRequest.js"
import { checked } from "../registries/ClientAnswers.js"
import { check as checkRegistry, InvalidRegistry } from "../registries/Registry.js"
import { describe } from "../store/RegistryRow.js"
import type { UpstreamError } from "../registries/UpstreamError.js"
import { RegistryClient } from "../registries/RegistryClient.js"
import { remapForLoad } from "./Remap.js"
import { reportOf, type Run, type RunReport } from "../model/Run.js"
import { newRunId } from "../model/RunId.js"
import { begun, RunLedger } from "../store/RunLedger.js"
import { Staging } from "./Staging.js"
import { stagingAttached, type StagingNotAttached } from "../store/StagingNotAttached.js"
import { lastSeq } from "../store/Counters.js"
import * as Listings from "../store/Listings.js"
import * as Wanted from "../store/Wanted.js"
import * as PackedRecord from "../store/PackedRecord.js"
import { stagingNames, stagingTables } from "../store/StagingTables.js"
import type { CheckLimits } from "./Checks.js"
import { Hints } from "./Hints.js"
import { decide, type SyncOptions } from "./SyncOptions.js"

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
    const { details, registry } = yield* RegistryClient
    yield* checkRegistry(registry)
    if (details !== undefined && registry.listed.length === 0) {
      return yield* new InvalidRegistry({
        message: `The registry ${registry.name} must say what its list carries (\`listed\`), as its client asks for whole records.`
      })
    }
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
            // Only the pages of a killed run are reused; a list that was not proven is read again.
            Effect.tapErrorTag("NotProven", () => Effect.ignoreLogged(clearRead(registry.name)))
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

/** Carries the result of a dry run out of the transaction that it rolls back. */
class RolledBack extends Data.TaggedError("RolledBack")<{ readonly run: Run }> {}

/** The one transaction that readers see: remap, upsert, absences and the last entry in the ledger. */
const load = (run: Run, lease: Lease, { census, last, nameless }: Proven, dryRun: boolean) =>
  Effect.gen(function* () {
    const { lacking = [], registry } = yield* RegistryClient
    const ledger = yield* RunLedger
    const staging = yield* Staging
    const { full } = yield* Hints
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
      const before = yield* lastSeq
      const remap = yield* remapForLoad(registry, lastMapping, context)
      yield* PackedRecord.keep(PackedRecord.dictionaryOf(registry.dictionary))
      const { silent, ...upserted } = yield* upsertAll(registry, readMapping, context)
      const written =
        census === null
          ? upserted
          : { ...upserted, reappeared: upserted.reappeared + (yield* reappearListed(context)) }
      const { disappeared, missed } =
        census?.isUnmoved === true
          ? { disappeared: 0, missed: 0 }
          : yield* recordAbsences(context, { nameless, dataTimestamp: run.dataTimestamp })
      yield* failpoint("load.absences")
      const of = { runId: run.runId, after: before, bucket: census?.bucket ?? null }
      const audit = census === null ? null : yield* audited(registry.name, of)
      yield* markMass(registry.name, of, written.edited, audit)
      // Of what a saved copy said, no listing is kept: the next census makes them from the stored records.
      if (census !== null) yield* Listings.keep(registry.name, registry.mappingVersion, !census.isUnmoved)
      else if (lacking.length > 0 && (yield* ledger.audited(registry.name)).length === 0)
        yield* Listings.mistrust(registry.name)
      else yield* Listings.forget(registry.name)
      const kinds = { ...written, remapped: remap.remapped + written.remapped, disappeared }
      const loaded: Run = {
        ...run,
        verdict: Object.values(kinds).some((count) => count > 0) ? "complete" : "unchanged",
        finishedAt: yield* now,
        observedAt: dryRun ? null : observedAt,
        counts: {
          ...run.counts,
          ...kinds,
          silent,
          missed,
          unchanged: yield* untouched(registry.name, census, of)
        },
        audit,
        findings: combine(run.findings, dueOf(registry.name, audit)),
        notes: [
          ...run.notes,
          ...remap.notes,
          ...auditNotes(audit, full),
          ...(dryRun ? ["A dry run: nothing was loaded."] : [])
        ]
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
      yield* Effect.ignoreLogged(analyze(sql, "trial_search", "seq, terms"))
    }
    return done
  })

/**
 * How many of the trials that came, or that the last list had, got no version after a place in the feed. A version of a
 * trial that did not come, as a remap writes it, does not count.
 */
const untouched = (
  registry: string,
  census: Proven["census"],
  { after, runId }: Pick<Listings.Audited, "after" | "runId">
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { listings, records } = stagingTables(sql)
    const [table, isThere] =
      census?.isUnmoved === true
        ? [
            sql.literal("trials"),
            sql`c.missing_since IS NULL AND NOT EXISTS (
              SELECT 1 FROM absences a WHERE a.registry = c.registry AND a.id = c.id)`
          ]
        : [census === null ? records : listings, sql`1 = 1`]
    const count = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ came: Schema.Int, touched: Schema.Int }),
      execute: () => sql`SELECT
        (SELECT CAST(count(*) AS INTEGER) FROM ${table} c
          WHERE c.registry = ${registry} AND ${isThere}) AS came,
        (SELECT CAST(count(DISTINCT v.id) AS INTEGER) FROM trial_versions v
          WHERE v.seq > ${after} AND v.run_id = ${runId} AND EXISTS (SELECT 1 FROM ${table} c
            WHERE c.registry = v.registry AND c.id = v.id AND ${isThere})) AS touched`
    })
    const counted = yield* Effect.catchTag(count(), "NoSuchElementException", Effect.die)
    const unknown = census === null || census.isUnmoved ? 0 : yield* Wanted.unknown(registry)
    return counted.came - unknown - counted.touched
  })
