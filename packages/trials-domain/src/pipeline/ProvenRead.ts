import type { Revision } from "../model/Revision.js"
import { Effect, Stream } from "effect"
import { extractAll, extractCount, InconsistentRead, nothingRead } from "./Extract.js"
import { failpoint } from "../store/Failpoint.js"
import { NotProven } from "./NotProven.js"
import { report } from "./Progress.js"
import { RegistryClient, type UpstreamError } from "../registries/RegistryClient.js"
import type { Proof } from "../model/Run.js"
import { type StagedKeys, type StagedRead, Staging } from "./Staging.js"
import type { ReadSummary } from "./ReadSummary.js"
import { transform } from "./Transform.js"
import type { StoreError } from "../store/StoreError.js"

/** A whole read, staged, with the proof that it is one state of the registry. */
export interface ProvenRead {
  readonly expected: number
  readonly proof: Proof
  readonly dataTimestamp: string | null
  /** How many pages were reused from a killed run. */
  readonly resumedPages: number
  /** The SHA-256 of each page, in order. */
  readonly digests: ReadonlyArray<string>
  readonly summary: ReadSummary
  readonly keys: StagedKeys
}

/** One read whose pages add up; `stamp` is the registry's data timestamp if it was the same before and after. */
interface Read extends Omit<ProvenRead, "proof"> {
  readonly stamp: string | null
}

// "Start the extraction again at most twice"; "two successive reads agree, three tries" (architecture.md, promise 2).
const restarts = 2
const comparisons = 3

/** What is already staged of this same read, if the registry's data timestamp shows that it is still valid. */
const staged = Effect.fnUntraced(function* (wanted: StagedRead) {
  const { registry } = yield* RegistryClient
  const staging = yield* Staging
  const found = wanted.dataTimestamp === null ? null : yield* staging.read(registry.name)
  const same = found !== null && JSON.stringify(found) === JSON.stringify(wanted)
  if (same) return yield* staging.soFar(registry.name)
  yield* staging.begin(registry.name, wanted)
  return nothingRead
})

const readOnce: (
  revision: Revision
) => Effect.Effect<Read, InconsistentRead | UpstreamError | StoreError, RegistryClient | Staging> = Effect.fn(
  "ProvenRead.readOnce"
)(function* (revision: Revision) {
  const client = yield* RegistryClient
  const staging = yield* Staging
  const { registry } = client
  const dataTimestamp = yield* client.dataTimestamp(revision)
  const expected = yield* extractCount(revision)
  yield* failpoint("extract.count")
  const read: StagedRead = {
    revision: revision.id,
    dataTimestamp,
    mappingVersion: registry.mappingVersion,
    pageSize: client.pageSize
  }
  const from = yield* staged(read)
  yield* report({ step: "extract", done: from.rows, total: expected })
  yield* extractAll(revision, expected, from).pipe(
    Stream.tap(() => failpoint("extract.page")),
    Stream.mapAccum(from.rows, (rows, page) => [
      rows + page.records.length,
      { page, done: rows + page.records.length }
    ]),
    Stream.runForEach(({ done, page }) =>
      staging
        .add(registry.name, page, transform(registry, page.records))
        .pipe(
          Effect.zipRight(failpoint("stage.page")),
          Effect.zipRight(report({ step: "extract", done, total: expected }))
        )
    )
  )
  const after = yield* extractCount(revision)
  const stampAfter = yield* client.dataTimestamp(revision)
  // A timestamp that comes back (replicas, caches) does not vouch for the pages read in between.
  if (stampAfter !== dataTimestamp) yield* staging.relabel(registry.name, { ...read, dataTimestamp: null })
  yield* failpoint("stage.whole")
  if (after !== expected) {
    return yield* new InconsistentRead({
      reason: "count-mismatch",
      message: `The registry counted ${expected} records before reading and ${after} after.`,
      examples: []
    })
  }
  const { digests } = yield* staging.soFar(registry.name)
  return {
    expected,
    dataTimestamp,
    stamp: stampAfter === dataTimestamp ? dataTimestamp : null,
    resumedPages: from.digests.length,
    digests,
    summary: yield* staging.summary(registry.name),
    keys: yield* staging.settle(registry.name)
  }
})

/** Reads until the pages add up. */
const readConsistently = (revision: Revision) =>
  Effect.gen(function* () {
    const { registry } = yield* RegistryClient
    const staging = yield* Staging
    return yield* readOnce(revision).pipe(
      // A later run must not resume an inconsistent read.
      Effect.tapErrorTag("InconsistentRead", (error) =>
        Effect.zipRight(
          Effect.logWarning(`Reading ${registry.name} did not add up: ${error.message}`),
          staging.clear(registry.name)
        )
      )
    )
  }).pipe(
    Effect.retry({ times: restarts, while: (error) => error._tag === "InconsistentRead" }),
    Effect.catchTag(
      "InconsistentRead",
      ({ examples, message, reason }) =>
        new NotProven({
          verdict: "failed",
          code: reason,
          message: `${message} Three reads did not add up; run again later.`,
          examples
        })
    )
  )

const proofOf = (read: Read, before: Read | null): Proof | null =>
  read.digests.length === 1
    ? "one-response"
    : read.stamp !== null
      ? "data-timestamp"
      : before !== null && before.digests.join() === read.digests.join()
        ? "two-reads"
        : null

/**
 * Reads a revision into staging until the read is proven to be one state: it fitted in one response, the data timestamp
 * was the same before and after, or two successive reads agree page by page. Fails with `NotProven` after three tries.
 * Pages staged by a killed run are reused only if the data timestamp is unchanged.
 */
export const readProven = (
  revision: Revision
): Effect.Effect<ProvenRead, NotProven | UpstreamError | StoreError, RegistryClient | Staging> => {
  const attempt = (
    before: Read | null,
    compared: number
  ): Effect.Effect<ProvenRead, NotProven | UpstreamError | StoreError, RegistryClient | Staging> =>
    Effect.gen(function* () {
      const read = yield* readConsistently(revision)
      yield* failpoint("verify.read")
      const proof = proofOf(read, before)
      if (proof !== null) return { ...read, proof }
      if (compared === comparisons) {
        return yield* new NotProven({
          verdict: "failed",
          code: "unstable-read",
          message:
            "The registry's data changed during every read, so no read is one state of it; run again later.",
          examples: []
        })
      }
      return yield* attempt(read, compared + 1)
    })
  return attempt(null, 0)
}
