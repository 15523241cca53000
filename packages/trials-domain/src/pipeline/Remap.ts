import type { SqlClient, SqlError } from "@effect/sql"
import { Effect, Either, type ParseResult, Stream } from "effect"
import { diff } from "../model/Change.js"
import {
  combine,
  type Finding,
  type FindingSummary,
  type RejectedRecord,
  summarize
} from "../model/Finding.js"
import { notBefore, now } from "../model/Instant.js"
import { reportOf, type Run, type RunReport } from "../model/Run.js"
import { newRunId } from "../model/RunId.js"
import { check, type InvalidRegistry, type Registry } from "../registries/Registry.js"
import type { UpstreamError } from "../registries/UpstreamError.js"
import { outsideTransaction, type WithinTransaction } from "../sql/WithinTransaction.js"
import { failpoint } from "../store/Failpoint.js"
import { acquire, type LeaseHeld, type LeaseLost, withFence } from "../store/Lease.js"
import { describe } from "../store/RegistryRow.js"
import { begun, RunLedger } from "../store/RunLedger.js"
import { type LoadContext, type TrialPlan, write } from "../store/VersionWriter.js"
import { recorded } from "./RunEnding.js"
import { storedTrials } from "./StoredTrials.js"
import type { StoreError } from "../store/StoreError.js"

/**
 * Applies the current mapping to every stored record; a trial that changes gets a `remapped` version. Must run inside
 * the load's transaction. Returns how many trials changed, and which records the mapping now rejects or cannot read
 * (their trials stay as they are).
 *
 * @internal
 */
export const remapStored: (
  registry: Registry,
  context: LoadContext
) => Effect.Effect<
  {
    readonly remapped: number
    readonly rejected: ReadonlyArray<RejectedRecord>
    readonly findings: ReadonlyArray<FindingSummary>
  },
  StoreError,
  SqlClient.SqlClient
> = Effect.fn("Remap.remapStored")(function* (registry: Registry, context: LoadContext) {
  const rejected: Array<RejectedRecord> = []
  let findings: ReadonlyArray<FindingSummary> = []
  let remapped = 0
  yield* Stream.runForEach(storedTrials(registry, "remap"), (page) =>
    Effect.gen(function* () {
      const plans: Array<TrialPlan> = []
      const found: Array<Finding & { readonly id: string }> = []
      for (const { id, stored } of page) {
        const mapped = Either.flatMap(stored, ({ mapped, trial }) =>
          Either.mapBoth(mapped, {
            onLeft: ({ reason }) => reason,
            onRight: (mapped) => ({ ...mapped, trial })
          })
        ).pipe(
          Either.filterOrLeft(
            (mapped) => mapped.id === id,
            (mapped) => `the stored record is that of ${mapped.id}`
          )
        )
        if (Either.isLeft(mapped)) {
          rejected.push({ id, reason: mapped.left })
          continue
        }
        const { content, trial } = mapped.right
        for (const finding of mapped.right.findings) found.push({ id, ...finding })
        const changes = diff(trial.content, content)
        if (changes.length > 0)
          plans.push({ trial, versions: [{ kind: "remapped", changes, content }], record: null })
      }
      if (plans.length > 0) yield* write(context, plans)
      yield* failpoint("load.remap")
      remapped += plans.length
      findings = combine(findings, summarize(found))
    })
  )
  return { remapped, rejected, findings }
})

/**
 * Runs `remapStored` if the mapping has changed since the last proven run. Returns what it did, and what an operator
 * should know.
 *
 * @internal
 */
export const remapForLoad = (
  registry: Registry,
  lastMapping: number,
  context: LoadContext
): Effect.Effect<
  { readonly remapped: number; readonly notes: ReadonlyArray<string> },
  StoreError,
  SqlClient.SqlClient
> =>
  lastMapping === registry.mappingVersion
    ? Effect.succeed({ remapped: 0, notes: [] })
    : Effect.map(remapStored(registry, context), ({ rejected, remapped }) => ({
        remapped,
        notes: [
          `The mapping moved from version ${lastMapping} to ${registry.mappingVersion}; stored records were remapped first.`,
          ...(rejected.length === 0
            ? []
            : [
                `The mapping no longer reads the stored record of ${rejected.length} trial(s), as of ${rejected[0]?.id}.`
              ])
        ]
      }))

/**
 * Applies the current mapping to every stored record of a registry, without asking the registry. This is a run of its
 * own in the ledger, with the counts and the revision of the last proven run. Fails with `WithinTransaction` inside a
 * transaction, before anything is written.
 */
export const run: (
  registry: Registry
) => Effect.Effect<
  RunReport,
  | InvalidRegistry
  | WithinTransaction
  | LeaseHeld
  | LeaseLost
  | UpstreamError
  | SqlError.SqlError
  | ParseResult.ParseError,
  RunLedger | SqlClient.SqlClient
> = Effect.fn("Remap.run")(function* (registry: Registry) {
  yield* outsideTransaction("A remap")
  yield* check(registry)
  const ledger = yield* RunLedger
  const runId = yield* newRunId
  const steps = Effect.gen(function* () {
    const lease = yield* acquire(registry.name, runId)
    const last = yield* ledger.lastLoaded(registry.name)
    const start = yield* ledger.begin(
      {
        ...begun({
          runId,
          registry: registry.name,
          startedAt: yield* now,
          mappingVersion: registry.mappingVersion
        }),
        revision: last?.revision ?? null,
        notes: ["A remap: the registry was not asked."]
      },
      registry
    )
    const within = Effect.gen(function* () {
      const observedAt = yield* notBefore(last?.observedAt ?? null)
      const { findings, rejected, remapped } = yield* remapStored(registry, {
        registry: registry.name,
        runId,
        observedAt,
        editionDate: last?.revision?.date ?? null,
        mappingVersion: registry.mappingVersion
      })
      const done: Run = {
        ...start,
        verdict: remapped > 0 ? "complete" : "unchanged",
        finishedAt: yield* now,
        observedAt,
        counts: {
          ...start.counts,
          expected: last?.counts.expected ?? null,
          rejected: rejected.length,
          remapped
        },
        rejected,
        findings
      }
      yield* describe(registry)
      yield* ledger.finish(done)
      return done
    })
    return yield* recorded(start, () => withFence(lease, within))
  })
  return reportOf(yield* Effect.scoped(steps))
})
