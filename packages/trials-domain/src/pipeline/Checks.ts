import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { Hints } from "./Hints.js"
import type { ProvenRead } from "./ProvenRead.js"
import { NotProven } from "./NotProven.js"
import type { Registry } from "../registries/Registry.js"
import type { RegistryRequests, ResolvedRevision } from "../registries/RegistryClient.js"
import type { RejectedRecord } from "../model/Finding.js"
import type { Run } from "../model/Run.js"
import type { StoreError } from "../store/StoreError.js"
import type { Unseen } from "./Absence.js"
import { storedPieces } from "./StoredPieces.js"

/** How far a run may differ from what is expected of it. */
export interface CheckLimits {
  /** If less than this share of the known trials is seen again, that is a suspicious shrink. Default 0.9. */
  readonly shrink: number
  /** A share of rejected records above this is too many. Default 0.005. */
  readonly reject: number
  /** Accepts a shrink. */
  readonly allowShrink: boolean
  /** Accepts an edition older than the last proven one. */
  readonly allowOlder: boolean
}

export const defaultLimits: CheckLimits = {
  shrink: 0.9,
  reject: 0.005,
  allowShrink: false,
  allowOlder: false
}

export interface CheckInput {
  readonly registry: Registry
  readonly read: ProvenRead
  readonly unseen: Unseen
  /** The last run that loaded a read or a remap. */
  readonly last: Run | null
  /** The timestamp of the registry's data that were loaded last; null if none of them had one. */
  readonly lastTimestamp: string | null
  readonly limits: CheckLimits
}

const quarantined = (code: string, message: string, examples: ReadonlyArray<string> = []) =>
  new NotProven({ verdict: "quarantined", code, message, examples: examples.slice(0, 10) })

/** An edition older than the last proven one is read only if it is named or allowed. */
export const checkEdition = (
  resolved: ResolvedRevision,
  last: Run | null,
  allowOlder: boolean
): Effect.Effect<void, NotProven> => {
  const { how, revision } = resolved
  const lastDate = last?.revision?.date ?? null
  if (allowOlder || how === "named" || revision.date === null || lastDate === null) return Effect.void
  if (revision.date >= lastDate) return Effect.void
  const what =
    how === "saved" ? `${revision.title ?? "What was saved"} is` : "The registry's newest edition is"
  return Effect.flatMap(Hints, (hints) => {
    const way = how === "saved" ? "" : `, or name it with ${hints.revision(revision.id)}`
    return quarantined(
      "older-edition",
      `${what} of ${revision.date}, but one of ${lastDate} was loaded before. ` +
        `To load the older one, run again with ${hints.allowOlder}${way}.`
    )
  })
}

/**
 * A file that lacks what the stored records have was saved without it: what is absent would read as what the registry took
 * back.
 */
export const checkPieces = (
  { lacking = [], registry }: RegistryRequests,
  last: Run | null
): Effect.Effect<void, NotProven | StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (lacking.length === 0 || last === null) return
    const pieces = (yield* storedPieces(registry.name, lacking)).map(({ name }) => name)
    if (pieces.length === 0) return
    return yield* quarantined(
      "pieces-missing",
      `What was saved lacks pieces that stored records of ${registry.name} have, as ${pieces[0] ?? ""}: loaded, it would ` +
        "look as if the registry had removed them. Load it into a database of its own.",
      pieces
    )
  })

/** Too many records could not be read: `count` of them. */
export const checkRejected = (
  { count, records }: { readonly count: number; readonly records: ReadonlyArray<RejectedRecord> },
  expected: number,
  limit: number
): Effect.Effect<void, NotProven> =>
  count <= limit * expected
    ? Effect.void
    : Effect.flatMap(Hints, ({ rejectLimit }) =>
        quarantined(
          "too-many-rejected",
          `${count} of ${expected} records could not be read; the limit is ${limit * 100} % (${rejectLimit}). Look at the ` +
            "reasons below: a newer version of the mapping may read them.",
          records.map(({ id, reason }) => `${id ?? "(no id)"}: ${reason}`)
        )
      )

/**
 * Every check of a whole read that needs no other read (architecture.md, promise 2). Each fails with its own reason.
 */
export const check: (input: CheckInput) => Effect.Effect<void, NotProven> = Effect.fn("Checks.check")(
  function* ({ last, lastTimestamp: before, limits, read, registry, unseen }: CheckInput) {
    const { expected, keys, summary } = read
    const { clashing, distinct, repeated } = keys
    const { rejected } = summary
    const duplicates = summary.duplicates + repeated

    const clashes = [...new Set([...summary.clashes, ...clashing])]
    if (clashes.length > 0) {
      return yield* quarantined(
        "key-clash",
        `${clashes.length} trial id(s) came twice with different bodies, as in ${clashes[0] ?? ""}. Only the registry can say ` +
          "which of them is right: ask it, or run again when it has mended its list.",
        clashes
      )
    }

    const seen = new Set(summary.columns)
    const missing = expected === 0 ? [] : registry.columns.filter((column) => !seen.has(column))
    if (missing.length > 0) {
      return yield* quarantined(
        "columns-missing",
        `The registry no longer sends the column(s) ${missing.join(", ")}: renamed or dropped. Install a version of this ` +
          "program that knows its present columns, or tell its makers.",
        missing
      )
    }

    yield* checkRejected(rejected, expected, limits.reject)

    if (distinct + duplicates + rejected.count !== expected) {
      return yield* quarantined(
        "count-mismatch",
        `The registry counted ${expected} records, but ${distinct} trials, ${duplicates} repeated and ` +
          `${rejected.count} rejected records were read. Run again; if it stays so, the registry's count and its list differ.`
      )
    }

    if (!limits.allowOlder && before !== null && read.dataTimestamp !== null && read.dataTimestamp < before) {
      const { allowOlder } = yield* Hints
      return yield* quarantined(
        "older-edition",
        `The registry served its data of ${read.dataTimestamp}, but those of ${before} were loaded before. ` +
          `To load the older ones, run again with ${allowOlder}.`
      )
    }

    if (limits.allowShrink) return
    const { allowShrink } = yield* Hints
    if (expected === 0 && unseen.known === 0 && last?.counts.expected !== 0) {
      return yield* quarantined(
        "shrink",
        `The registry says that it holds no records at all. If that is right, run again with ${allowShrink}.`
      )
    }
    if (unseen.known - unseen.count < unseen.known * limits.shrink) {
      return yield* quarantined(
        "shrink",
        `${unseen.count} of ${unseen.known} known trials did not come, so fewer than ${limits.shrink * 100} % did. ` +
          `If that is right, run again with ${allowShrink}.`,
        unseen.examples
      )
    }
  }
)
