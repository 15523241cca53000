import { SqlClient, type SqlError } from "@effect/sql"
import { Cause, Clock, Data, Effect, Layer, Option, type ParseResult, Random, Ref } from "effect"
import { recordAbsences } from "./Absence.js"
import { type Extraction, extractProven } from "./Extraction.js"
import { failpoint } from "./Failpoint.js"
import { summarize } from "./Findings.js"
import { fromMillis, now } from "./Instant.js"
import { analyze } from "./internal/dialect.js"
import { acquire, type Lease, type LeaseHeld, type LeaseLost, withFence } from "./Lease.js"
import { upsertAll } from "./Load.js"
import { NotProven } from "./NotProven.js"
import type { RejectedRecord } from "./Registry.js"
import { columnUnknown } from "./Transform.js"
import { RegistryClient, type ResolvedRevision, type Revision, type UpstreamError } from "./RegistryClient.js"
import { remapForLoad } from "./Remap.js"
import type { Run, RunReason, RunReport } from "./Run.js"
import { begun, RunLedger } from "./RunLedger.js"
import { Staging } from "./Staging.js"
import { checkEdition, defaultLimits, verify, type VerifyLimits } from "./Verify.js"

export interface SyncOptions {
  readonly limits?: Partial<VerifyLimits>
  /** Everything but the load: it is tried and rolled back, so the report says what it would have done. */
  readonly dryRun?: boolean
  /** The edition to read; without one the client chooses. */
  readonly revision?: Revision
}

/**
 * What stops a run without a verdict that anyone could wait for: a key or a named edition that the registry refuses,
 * a file that cannot be read (`UpstreamError`), another run (`LeaseHeld`, `LeaseLost`), or the database.
 */
export type SyncError = UpstreamError | LeaseHeld | LeaseLost | SqlError.SqlError | ParseResult.ParseError

/** What a run needs beside its database. */
export type SyncServices = RegistryClient | RunLedger | Staging | SqlClient.SqlClient

/** The services of the write side, over one database. */
export const layer: Layer.Layer<RunLedger | Staging, never, SqlClient.SqlClient> = Layer.merge(
  RunLedger.layer,
  Staging.layer
)

/** A run's id: its start, and six letters and digits to tell runs of one second apart. Sorts by time. */
export const newRunId: Effect.Effect<string> = Effect.gen(function* () {
  const millis = yield* Clock.currentTimeMillis
  const start = fromMillis(millis).replace(/[-:]|\.\d+/g, "")
  const random = yield* Random.nextIntBetween(0, 36 ** 6)
  return `${start}-${random.toString(36).padStart(6, "0")}`
})

/**
 * One run against one registry: resolve the revision, count, extract all, stage, verify, load, report. It publishes
 * only what it has proven whole, in one transaction; otherwise it changes nothing but the ledger, and the report
 * says why.
 */
export const sync: (options?: SyncOptions) => Effect.Effect<RunReport, SyncError, SyncServices> = Effect.fn(
  "Sync.sync"
)(function* (options: SyncOptions = {}) {
  const { registry } = yield* RegistryClient
  const ledger = yield* RunLedger
  const runId = yield* newRunId
  yield* Effect.annotateCurrentSpan({ registry: registry.name, runId })
  const run = Effect.gen(function* () {
    const lease = yield* acquire(registry.name, runId)
    yield* failpoint("lease")
    const startedAt = yield* now
    const start = begun({
      runId,
      registry: registry.name,
      startedAt,
      mappingVersion: registry.mappingVersion
    })
    yield* ledger.begin(start)
    yield* failpoint("ledger.begin")
    return yield* recorded(start, (known) =>
      Effect.gen(function* () {
        const proven = yield* prove(known, options)
        const loaded = yield* load(yield* Ref.get(known), lease, proven, options.dryRun ?? false)
        yield* failpoint("ledger.end")
        return loaded
      })
    )
  })
  return reportOf(yield* Effect.scoped(run))
})

/** What of a ledger row is reported. */
export const reportOf = (run: Run): RunReport => ({
  runId: run.runId,
  registry: run.registry,
  revision: run.revision,
  verdict: run.verdict,
  startedAt: run.startedAt,
  finishedAt: run.finishedAt,
  counts: run.counts,
  reason: run.reason
})

/**
 * Sees to it that a run that has begun also ends in the ledger: with its verdict where it could not be proven or the
 * upstream failed, and with the cause where it fails, dies or is interrupted. `known` is what the run knows of itself.
 */
export const recorded = <E, R>(
  start: Run,
  steps: (known: Ref.Ref<Run>) => Effect.Effect<Run, E | NotProven | UpstreamError, R>
): Effect.Effect<
  Run,
  Exclude<E, NotProven> | UpstreamError | SqlError.SqlError | ParseResult.ParseError,
  R | RunLedger
> =>
  Effect.gen(function* () {
    const ledger = yield* RunLedger
    const known = yield* Ref.make(start)
    const end = (verdict: "failed" | "quarantined", reason: RunReason) =>
      Effect.gen(function* () {
        const ended: Run = { ...(yield* Ref.get(known)), verdict, reason, finishedAt: yield* now }
        yield* ledger.finish(ended)
        return ended
      })
    return yield* steps(known).pipe(
      Effect.catchIf(isNotProven, ({ code, examples, message, verdict }) =>
        end(verdict, { code, message, examples })
      ),
      Effect.catchIf(mayPass, ({ message, reason }) =>
        end("failed", { code: reason, message, examples: [] })
      ),
      // The database may be what failed: then the next run marks this one as dead. Two seconds, for a shutdown waits.
      Effect.onError((cause) =>
        end("failed", reasonOf(cause)).pipe(
          Effect.interruptible,
          Effect.timeout("2 seconds"),
          Effect.ignoreLogged
        )
      )
    )
  })

const isNotProven = (error: unknown): error is NotProven => error instanceof NotProven

const isUpstream = (error: unknown): error is UpstreamError =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "UpstreamError"

/** Whether trying later may help; a key, a named edition or a file wants a person. */
const mayPass = (error: unknown): error is UpstreamError =>
  isUpstream(error) && error.reason !== "key" && error.reason !== "gone" && error.reason !== "file"

const reasonOf = (cause: Cause.Cause<unknown>): RunReason => {
  const reason = (code: string, message: string): RunReason => ({ code, message, examples: [] })
  const failure = Option.getOrNull(Cause.failureOption(cause))
  if (isUpstream(failure)) return reason(failure.reason, failure.message)
  if (failure !== null && typeof failure === "object" && "_tag" in failure && failure._tag === "LeaseLost") {
    return reason("lease-lost", "Another run took over the registry; nothing of this one was loaded.")
  }
  if (failure !== null) return reason("storage", "The database failed; nothing of this run was loaded.")
  if (Cause.isInterrupted(cause))
    return reason("interrupted", "The run was stopped; nothing of it was loaded.")
  return reason("defect", "The program failed in a way that it should not; nothing of this run was loaded.")
}

interface Proven {
  readonly rejected: ReadonlyArray<RejectedRecord>
  readonly last: Run | null
}

const rejectedLimit = 1000

/** Reads the registry into staging and proves the read; `known` learns what was seen on the way. */
const prove = (known: Ref.Ref<Run>, options: SyncOptions) =>
  Effect.gen(function* () {
    const client = yield* RegistryClient
    const ledger = yield* RunLedger
    const staging = yield* Staging
    yield* staging.prepare
    const last = yield* ledger.lastProven(client.registry.name)
    const resolved: ResolvedRevision =
      options.revision === undefined
        ? yield* client.resolve(last?.revision ?? null)
        : { revision: options.revision, how: "named", notes: [] }
    yield* Ref.update(known, (run): Run => ({ ...run, revision: resolved.revision, notes: resolved.notes }))
    yield* checkEdition(resolved, last)
    const extraction = yield* extractProven(resolved.revision).pipe(
      Effect.catchIf(
        (error) => isUpstream(error) && error.reason === "gone" && resolved.how !== "named",
        ({ message }) => new NotProven({ verdict: "failed", code: "gone", message, examples: [] })
      )
    )
    const rejected = extraction.pages.flatMap((page) => page.rejected)
    yield* Ref.update(known, (run) => seen(run, extraction, rejected))
    yield* verify({
      registry: client.registry,
      resolved,
      extraction,
      last,
      limits: { ...defaultLimits, ...options.limits }
    })
    yield* failpoint("verify.checks")
    return { rejected, last }
  })

const seen = (run: Run, extraction: Extraction, rejected: ReadonlyArray<RejectedRecord>): Run => {
  const { dataTimestamp, expected, keys, pages, proof, resumedPages } = extraction
  const sum = (of: (page: Extraction["pages"][number]) => number) =>
    pages.reduce((total, page) => total + of(page), 0)
  const duplicates = sum((page) => page.duplicates) + keys.repeated
  const findings = summarize(pages.flatMap((page) => page.findings))
  const added = findings
    .filter(({ code }) => code === columnUnknown)
    .map(({ examples }) => examples[0]?.value ?? "")
  return {
    ...run,
    counts: { ...run.counts, expected, extracted: sum((page) => page.rows), rejected: rejected.length },
    proof,
    dataTimestamp,
    resumedPages,
    notes: [
      ...run.notes,
      ...(duplicates === 0 ? [] : [`${duplicates} record(s) came twice with the same body.`]),
      ...(added.length === 0
        ? []
        : [
            `The registry sends column(s) that nobody knows yet: ${added.sort().join(", ")}. The records keep them.`
          ])
    ],
    rejected: rejected.slice(0, rejectedLimit),
    findings
  }
}

/** Carries the result of a dry run out of the transaction that it rolls back. */
class RolledBack extends Data.TaggedError("RolledBack")<{ readonly run: Run }> {}

/** The one transaction that readers see: remap, upsert, absences and the ledger's last line. */
const load = (run: Run, lease: Lease, { last, rejected }: Proven, dryRun: boolean) =>
  Effect.gen(function* () {
    const { registry } = yield* RegistryClient
    const ledger = yield* RunLedger
    const staging = yield* Staging
    const within = Effect.gen(function* () {
      yield* failpoint("load.begin")
      const present = yield* now
      // Per trial, instants never go backwards, whatever the machine's clock does (promise 7).
      const observedAt = last?.observedAt != null && last.observedAt > present ? last.observedAt : present
      const context = {
        registry: registry.name,
        runId: run.runId,
        observedAt,
        editionDate: run.revision?.date ?? null,
        mappingVersion: registry.mappingVersion
      }
      const lastMapping = last?.mappingVersion ?? registry.mappingVersion
      const remap = yield* remapForLoad(registry, lastMapping, context)
      const { unchanged, ...written } = yield* upsertAll(registry, lastMapping, context)
      const disappeared = yield* recordAbsences(context, rejected)
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
          unchanged: remap.remapped > 0 ? yield* untouched(context) : unchanged
        },
        notes: [...run.notes, ...remap.notes, ...(dryRun ? ["A dry run: nothing was loaded."] : [])]
      }
      if (dryRun) return yield* new RolledBack({ run: loaded })
      yield* ledger.finish(loaded)
      yield* failpoint("load.ledger")
      return loaded
    })
    const sql = yield* SqlClient.SqlClient
    yield* analyze(sql, "trials_staging.records", "registry, id")
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

/** The staged trials to which this run added no version at all. */
const untouched = ({ registry, runId }: { readonly registry: string; readonly runId: string }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{
      n: number
    }>`SELECT CAST(count(*) AS INTEGER) AS n FROM trials_staging.records s
      WHERE s.registry = ${registry} AND NOT EXISTS (SELECT 1 FROM trial_versions v
        WHERE v.registry = s.registry AND v.id = s.id AND v.run_id = ${runId})`
    return row?.n ?? 0
  })
