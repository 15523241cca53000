import type { SqlClient, SqlError } from "@effect/sql"
import { Effect, type ParseResult } from "effect"
import { notBefore, now } from "./Instant.js"
import { acquire, type LeaseHeld, type LeaseLost, withFence } from "./Lease.js"
import type { UpstreamError } from "./RegistryClient.js"
import type { Registry } from "./Registry.js"
import { remapStored } from "./Remap.js"
import { recorded } from "./Recording.js"
import { reportOf, type Run, type RunReport } from "./Run.js"
import { newRunId } from "./RunId.js"
import { begun, RunLedger } from "./RunLedger.js"

/**
 * Applies the present mapping to every stored record of a registry, without asking the registry: a run of its own in
 * the ledger, which stands for the last proven run as far as its counts and revision go.
 */
export const remap: (
  registry: Registry
) => Effect.Effect<
  RunReport,
  LeaseHeld | LeaseLost | UpstreamError | SqlError.SqlError | ParseResult.ParseError,
  RunLedger | SqlClient.SqlClient
> = Effect.fn("RemapRun.remap")(function* (registry: Registry) {
  const ledger = yield* RunLedger
  const runId = yield* newRunId
  const run = Effect.gen(function* () {
    const lease = yield* acquire(registry.name, runId)
    const last = yield* ledger.lastProven(registry.name)
    const start = yield* ledger.begin({
      ...begun({
        runId,
        registry: registry.name,
        startedAt: yield* now,
        mappingVersion: registry.mappingVersion
      }),
      revision: last?.revision ?? null,
      notes: ["A remap: the registry was not asked."]
    })
    const within = Effect.gen(function* () {
      const observedAt = yield* notBefore(last?.observedAt ?? null)
      const { rejected, remapped } = yield* remapStored(registry, {
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
        findings: last?.findings ?? []
      }
      yield* ledger.finish(done)
      return done
    })
    return yield* recorded(start, () => withFence(lease, within))
  })
  return reportOf(yield* Effect.scoped(run))
})
