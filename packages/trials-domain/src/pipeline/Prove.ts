import { Effect, Ref } from "effect"
import { dueBucket } from "../model/AuditBucket.js"
import type { Revision } from "../model/Revision.js"
import type { Run } from "../model/Run.js"
import { type DetailRequests, RegistryClient, type ResolvedRevision } from "../registries/RegistryClient.js"
import { isUpstreamError } from "../registries/UpstreamError.js"
import { failpoint } from "../store/Failpoint.js"
import { RunLedger } from "../store/RunLedger.js"
import { unseen } from "./Absence.js"
import { readCensus } from "./CensusRead.js"
import { check, checkEdition, checkRejected, type CheckLimits, checkPieces } from "./Checks.js"
import { NotProven } from "./NotProven.js"
import { type ProvenRead, readProven } from "./ProvenRead.js"
import { entered, enteredCensus } from "./ReadEntry.js"
import { Staging } from "./Staging.js"
import type { Decided } from "./SyncOptions.js"

/** What a load must know of a read that was proven whole. */
export interface Proven {
  /** Whether a rejected record may be any trial. */
  readonly nameless: boolean
  /** The last run that loaded a read or a remap. */
  readonly last: Run | null
  /** Null where the list carries whole records. */
  readonly census: {
    /** The part of the registry that was audited; null for all of it. */
    readonly bucket: number | null
    /** Whether the registry's list was not read again, because its data are those of the last run. */
    readonly isUnmoved: boolean
  } | null
}

/** Proves a list that carries whole records. */
const proveList = (known: Ref.Ref<Run>, revision: Revision, last: Run | null, limits: CheckLimits) =>
  Effect.gen(function* () {
    const client = yield* RegistryClient
    const left = (yield* (yield* Staging).soFar(client.registry.name)).digests.length
    const read = yield* readProven(revision)
    const again =
      left > 0 && read.resumedPages === 0
        ? [
            `${left} page(s) that an earlier run left behind were read again: no data timestamp vouches for them.`
          ]
        : []
    yield* Ref.update(known, (run) =>
      entered({ ...run, notes: [...run.notes, ...again] }, read, client.revisionAt)
    )
    yield* checkWhole(read, last, limits)
    const proven: Proven = { nameless: read.summary.rejected.nameless, last, census: null }
    return proven
  })

const checkWhole = (read: ProvenRead, last: Run | null, limits: CheckLimits) =>
  Effect.gen(function* () {
    const { registry } = yield* RegistryClient
    const lastTimestamp = yield* (yield* RunLedger).lastTimestamp(registry.name)
    yield* check({ registry, read, unseen: yield* unseen(registry.name), last, lastTimestamp, limits })
    yield* failpoint("verify.checks")
  })

/** Proves a census, and the whole records that it calls for. */
const proveCensus = (
  known: Ref.Ref<Run>,
  revision: Revision,
  requests: DetailRequests,
  last: Run | null,
  { full, limits }: Decided
) =>
  Effect.gen(function* () {
    const client = yield* RegistryClient
    const ledger = yield* RunLedger
    const { mappingVersion, name, requestedSince } = client.registry
    const lastProven = yield* ledger.lastProven(name)
    const lastMapping = lastProven?.mappingVersion ?? mappingVersion
    const isFirst = lastProven === null
    const since = Math.max(1, ...Object.values(requestedSince))
    const bucket = full || isFirst || since > lastMapping ? null : dueBucket(yield* ledger.audited(name))
    const timestamp = yield* client.dataTimestamp(revision)
    const unmovedSince =
      timestamp === lastProven?.dataTimestamp && lastMapping === mappingVersion ? timestamp : null
    const run = yield* Ref.get(known)
    const context = yield* Effect.context<RegistryClient | RunLedger>()
    const read = yield* readCensus(
      revision,
      requests,
      { bucket, since, unmovedSince, readUnder: lastMapping, limit: limits.reject },
      (census) =>
        Effect.zipRight(
          Ref.set(known, entered(run, census, client.revisionAt)),
          Effect.provide(checkWhole(census, last, limits), context)
        )
    )
    const done = enteredCensus(run, read, lastProven, client.revisionAt)
    yield* Ref.set(known, done)
    yield* checkRejected(read.details.rejected, done.counts.expected ?? 0, limits.reject)
    const proven: Proven = {
      nameless: read.census?.summary.rejected.nameless ?? false,
      last,
      census: { bucket, isUnmoved: read.census === null }
    }
    return proven
  })

/** Reads the registry into staging and proves the read; `known` records what was seen on the way. */
export const prove = (known: Ref.Ref<Run>, options: Decided) =>
  Effect.gen(function* () {
    const client = yield* RegistryClient
    const ledger = yield* RunLedger
    const staging = yield* Staging
    const { name } = client.registry
    yield* staging.prepare
    const last = yield* ledger.lastLoaded(name)
    const lastDated = yield* ledger.lastDated(name)
    const resolved: ResolvedRevision =
      options.revision === undefined
        ? yield* client.resolve(last?.revision ?? null)
        : { revision: options.revision, how: "named", notes: options.notes }
    const { revision } = resolved
    yield* Ref.update(known, (run): Run => ({ ...run, revision, notes: resolved.notes }))
    yield* checkEdition(resolved, lastDated, options.limits.allowOlder)
    yield* checkPieces(client, last)
    return yield* (
      client.details === undefined
        ? proveList(known, revision, last, options.limits)
        : proveCensus(known, revision, client.details, last, options)
    ).pipe(
      Effect.catchIf(
        (error) => isUpstreamError(error) && error.reason === "gone" && resolved.how !== "named",
        ({ message }) => new NotProven({ verdict: "failed", code: "gone", message, examples: [] })
      )
    )
  })
