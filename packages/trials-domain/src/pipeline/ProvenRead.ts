import type { Revision } from "../model/Revision.js"
import { Effect, Schema, Stream } from "effect"
import { censusOf } from "./CensusPage.js"
import * as Extract from "./Extract.js"
import { type ExtractedPage, InconsistentRead, nothingRead, pageSizeOf } from "./Extract.js"
import { failpoint } from "../store/Failpoint.js"
import * as PackedRecord from "../store/PackedRecord.js"
import { NotProven } from "./NotProven.js"
import { areAllApart, areApart, sizesFrom, smallest } from "./PageSizes.js"
import { report } from "./Progress.js"
import { sum } from "./RecordDigest.js"
import { digester } from "../registries/ListedPart.js"
import type { Registry } from "../registries/Registry.js"
import { RegistryClient } from "../registries/RegistryClient.js"
import type { Proof } from "../model/Run.js"
import { errorsOf, isUpstreamError, type UpstreamError } from "../registries/UpstreamError.js"
import { type StagedKeys, StagedRead, Staging, type StagingError } from "./Staging.js"
import type { ReadSummary } from "./ReadSummary.js"
import { transform } from "./Transform.js"

/** A whole read, staged, with the proof that it is whole. */
export interface ProvenRead {
  readonly expected: number
  readonly proof: Proof
  /** The page sizes of the reads that agree; the last of them is staged. */
  readonly pageSizes: ReadonlyArray<number>
  readonly dataTimestamp: string | null
  /** How many pages were reused from a killed run. */
  readonly resumedPages: number
  readonly summary: ReadSummary
  readonly keys: StagedKeys
}

/** One read whose pages add up. */
interface Read extends Omit<ProvenRead, "proof" | "pageSizes"> {
  readonly pageSize: number
  readonly pages: number
  /** The digest of its records, in whatever order. */
  readonly digest: string
  /** Whether the registry's data timestamp was the same before it, on every page and after it. */
  readonly isOfOneVersion: boolean
}

// "Three tries, then `failed`" (architecture.md, promise 2): of a read that does not add up, and of reads that disagree.
const tries = 3

/** What a read of a registry is staged as, beside what it reads. */
export const stagedAs = ({ dictionary, mappingVersion }: Registry) => ({
  mappingVersion,
  dictionary: PackedRecord.nameOf(PackedRecord.dictionaryOf(dictionary))
})

/** Begins to stage a list. Whole records beside it stay: what the list says vouches for them, whenever they were read. */
export const beginRead = (read: StagedRead): Effect.Effect<void, StagingError, Staging | RegistryClient> =>
  Effect.gen(function* () {
    const { details, registry } = yield* RegistryClient
    const staging = yield* Staging
    const before = details === undefined ? null : yield* staging.read(registry.name)
    const isKept =
      before !== null &&
      before.mappingVersion === read.mappingVersion &&
      before.dictionary === read.dictionary
    yield* staging.begin(registry.name, read, isKept ? "kept" : undefined)
  })

const isSameRead = Schema.equivalence(StagedRead)

/**
 * What is already staged of this same read, if it is still valid: the registry's data timestamp shows that, and saved
 * pages do not change.
 */
const staged = Effect.fnUntraced(function* (wanted: StagedRead) {
  const { registry, saved } = yield* RegistryClient
  const staging = yield* Staging
  const isValid = wanted.dataTimestamp !== null || saved !== undefined
  const found = isValid ? yield* staging.read(registry.name) : null
  if (found !== null && isSameRead(found, wanted)) return yield* staging.soFar(registry.name)
  yield* beginRead(wanted)
  return nothingRead
})

/** Whether a page states the same data timestamp, or so much of it as it states: the day. An empty page may state none. */
const states = ({ dataTimestamp, records }: ExtractedPage, whole: string | null): boolean =>
  dataTimestamp === null
    ? records.length === 0
    : whole !== null && dataTimestamp !== "" && whole.startsWith(dataTimestamp)

/** Fails if no reads of such pages could prove a list of so many rows. */
const checkPageSize = (client: typeof RegistryClient.Service, rows: number, apart: typeof areApart) => {
  if (rows <= client.pageSize || apart(sizesFrom(client.pageSize), rows)) return Effect.void
  const because =
    apart === areApart
      ? `${rows} records cannot be proven whole in pages of ${client.pageSize}`
      : `Records came on more than one page; pages of ${client.pageSize} cannot tell whether they are in the list twice ` +
        "or have moved"
  return new NotProven({
    verdict: "failed",
    code: "page-size",
    message: `${because}: ${pageSizeOf(client, smallest(apart, rows))}.`,
    examples: []
  })
}

const versionMoved = new InconsistentRead({
  reason: "version-moved",
  message: "The registry's data changed while its list was read.",
  examples: []
})

const placeLost = new InconsistentRead({
  reason: "place-lost",
  message: "The registry refused the place in its list that the read had come to.",
  examples: []
})

const readOnce: (
  revision: Revision,
  pageSize: number
) => Effect.Effect<
  Read,
  InconsistentRead | NotProven | UpstreamError | StagingError,
  RegistryClient | Staging
> = Effect.fn("ProvenRead.readOnce")(function* (revision: Revision, pageSize: number) {
  const client = yield* RegistryClient
  const staging = yield* Staging
  const { registry } = client
  const dataTimestamp = yield* client.dataTimestamp(revision)
  const expected = yield* Extract.count(revision)
  yield* failpoint("extract.count")
  if (dataTimestamp === null && client.saved === undefined) yield* checkPageSize(client, expected, areApart)
  const read: StagedRead = {
    revision: revision.id,
    dataTimestamp,
    pageSize,
    ...stagedAs(registry)
  }
  const resume = yield* staged(read)
  // A timestamp that comes back (replicas, caches) does not vouch for the pages read in between.
  let isOfOneVersion = dataTimestamp !== null
  // Of a census that has moved, the rest need not be read.
  const moved = Effect.suspend((): Effect.Effect<void, InconsistentRead | StagingError> => {
    isOfOneVersion = false
    return client.details === undefined
      ? staging.relabel(registry.name, { ...read, dataTimestamp: null })
      : versionMoved
  })
  // A later page is found by what the one before it said.
  let isWithin = resume.next !== null
  const stagePage =
    client.details === undefined
      ? (page: ExtractedPage) =>
          staging.add(registry, page, transform(registry, page.records, page.repeatedKeys))
      : (page: ExtractedPage) => staging.addListed(registry.name, page, censusOf(registry, page))
  yield* report({ step: "extract", done: resume.rows, total: expected })
  yield* Extract.all(revision, {
    expected,
    pageSize,
    resume,
    ...(client.details === undefined ? {} : { digest: digester(registry) })
  }).pipe(
    Stream.tap(() => failpoint("extract.page")),
    Stream.mapAccum(resume.rows, (rows, page) => [
      rows + page.records.length,
      { page, done: rows + page.records.length }
    ]),
    Stream.runForEach(({ done, page }) =>
      Effect.when(moved, () => isOfOneVersion && !states(page, dataTimestamp)).pipe(
        Effect.zipRight(stagePage(page)),
        Effect.zipRight(Effect.sync(() => (isWithin = true))),
        Effect.zipRight(failpoint("stage.page")),
        Effect.zipRight(report({ step: "extract", done, total: expected }))
      )
    ),
    // A place in the list may not outlive the state of the registry in which it was given.
    Effect.catchIf(
      (error) => isUpstreamError(error) && dataTimestamp !== null,
      (error) =>
        Effect.flatMap(client.dataTimestamp(revision), (now) => {
          if (now !== dataTimestamp) return versionMoved
          return isWithin && isUpstreamError(error) && error.reason === "request"
            ? placeLost
            : Effect.fail(error)
        })
    )
  )
  const after = yield* Extract.count(revision)
  if (isOfOneVersion && (yield* client.dataTimestamp(revision)) !== dataTimestamp) yield* moved
  yield* failpoint("stage.whole")
  if (after !== expected) {
    return yield* new InconsistentRead({
      reason: "count-mismatch",
      message: `The registry counted ${expected} records before reading and ${after} after.`,
      examples: []
    })
  }
  if (client.details !== undefined && !isOfOneVersion) return yield* versionMoved
  const { digests } = yield* staging.soFar(registry.name)
  return {
    expected,
    pageSize,
    dataTimestamp,
    isOfOneVersion,
    resumedPages: resume.digests.length,
    pages: digests.length,
    digest: sum(digests),
    summary: yield* staging.summary(registry.name),
    keys: yield* staging.settle(registry.name, client.details === undefined ? "records" : "listings")
  }
})

/** Whether a record came on two pages: it is in the list twice, or it moved and hides another that was missed. */
const repeats = ({ keys }: Read): boolean => keys.repeated + keys.rejectedAgain > 0

/** The proof that a read gives without another one; null if it gives none. */
const proofAlone = (
  read: Read
): Effect.Effect<Proof | null, InconsistentRead | UpstreamError, RegistryClient> =>
  Effect.gen(function* () {
    const { registry, saved } = yield* RegistryClient
    const { isOfOneVersion, keys, pages, summary } = read
    if (saved === undefined ? pages === 1 : saved === "one-response") return "one-response"
    if (saved === undefined && !isOfOneVersion) return null
    // Differing records of one id are a matter for the checks.
    const clashes = summary.clashes.length + keys.clashing.length
    const twice = summary.rows - keys.distinct - keys.rejected
    if (twice === 0 || clashes > 0) return saved ?? "data-version"
    const what = `${twice} of ${summary.rows} records came twice${keys.repeatedIds[0] === undefined ? "" : `, as in ${keys.repeatedIds[0]}`}`
    return yield* saved === undefined
      ? new InconsistentRead({
          reason: "id-repeated",
          message: `${what}.`,
          examples: keys.repeatedIds.slice(0, 10)
        })
      : errorsOf(registry.name)("file", {
          detail: `${what}. Save it again; where it is several pages, they may be of different moments: save the list as one response.`
        })
  })

/** Discards a list that was not proven, so that no later run resumes it. Whole records beside it stay. */
export const clearRead = (registry: string): Effect.Effect<void, StagingError, Staging | RegistryClient> =>
  Effect.gen(function* () {
    const client = yield* RegistryClient
    const staging = yield* Staging
    const read = client.details === undefined ? null : yield* staging.read(registry)
    if (read === null) return yield* staging.clear(registry)
    yield* staging.begin(registry, { ...read, revision: "", dataTimestamp: null }, "kept")
  })

/** Reads until the pages add up. */
const readConsistently = (revision: Revision, pageSize: number) =>
  Effect.gen(function* () {
    const { registry } = yield* RegistryClient
    return yield* Effect.flatMap(readOnce(revision, pageSize), (read) =>
      Effect.map(proofAlone(read), (proof) => ({ proof, read }))
    ).pipe(
      // A later run must not resume an inconsistent read.
      Effect.tapErrorTag("InconsistentRead", (error) =>
        Effect.zipRight(
          Effect.logWarning(`Reading ${registry.name} did not add up: ${error.message}`),
          clearRead(registry.name)
        )
      )
    )
  }).pipe(
    Effect.retry({ times: tries - 1, while: (error) => error._tag === "InconsistentRead" }),
    Effect.catchTag(
      "InconsistentRead",
      ({ examples, message, reason }) =>
        new NotProven({
          verdict: "failed",
          code: reason,
          message:
            reason === "page-size" ? message : `${message} Three reads did not add up; run again later.`,
          examples
        })
    )
  )

/** Whether reads that agree prove that nothing was missed between them. */
const suffice = (reads: ReadonlyArray<Read>, rows: number): boolean =>
  (reads.some(repeats) ? areAllApart : areApart)(
    reads.map(({ pageSize }) => pageSize),
    rows
  )

/**
 * Reads a revision into staging until the read is proven whole: it fitted in one response, the registry's data timestamp
 * was the same on every page, before and after, or successive reads in pages of different sizes agree on every record
 * and how often it came. Two reads do where their pages have no boundary in common; three where they have, or where a
 * record came on two pages. Fails with `NotProven` after three tries. Pages staged by a killed run are reused only if
 * the data timestamp is unchanged.
 */
export const readProven: (
  revision: Revision
) => Effect.Effect<ProvenRead, NotProven | UpstreamError | StagingError, RegistryClient | Staging> =
  Effect.fn("ProvenRead.readProven")(function* (revision: Revision) {
    const client = yield* RegistryClient
    const sizes = sizesFrom(client.pageSize)
    let agreeing: ReadonlyArray<Read> = []
    let disagreements = 0
    for (;;) {
      const pageSize =
        sizes.find((size) => agreeing.every((read) => read.pageSize !== size)) ?? client.pageSize
      const { proof, read } = yield* readConsistently(revision, pageSize)
      yield* failpoint("verify.read")
      if (proof !== null) return { ...read, proof, pageSizes: [pageSize] }
      const before = agreeing.at(-1)
      if (before !== undefined && before.digest !== read.digest) {
        disagreements += 1
        agreeing = []
      }
      if (disagreements === tries) {
        return yield* new NotProven({
          verdict: "failed",
          code: "unstable-read",
          message:
            "The registry's data changed during every read, so no read shows all of it; run again later.",
          examples: []
        })
      }
      agreeing = [...agreeing, read]
      if (suffice(agreeing, read.expected)) {
        return { ...read, proof: "two-reads", pageSizes: agreeing.map(({ pageSize }) => pageSize) }
      }
      yield* checkPageSize(client, read.expected, agreeing.some(repeats) ? areAllApart : areApart)
    }
  })
