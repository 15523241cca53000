import { Effect, Schema } from "effect"
import { Instant } from "trials-domain/Instant"
import { Verdict } from "trials-domain/Run"
import { ReleaseError } from "./ReleaseError.js"

export { numberOf, tagOf } from "./Tag.js"

/** The form of a release that this version writes, and the newest that it reads. */
export const format = 1

const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))
const Count = Schema.Int.pipe(Schema.nonNegative())
const ReleaseNumber = Schema.Int.pipe(Schema.positive())

/** A part of a state: NDJSON in key order. Its size and hash are those before compression. */
export const Part = Schema.Struct({
  /** As in `runs` or `versions-0000010001`, whose number is its first `seq`. */
  name: Schema.String.pipe(Schema.pattern(/^[a-z]+(-\d{10})?$/)),
  /** The release whose files hold it: this one, or its base. */
  release: ReleaseNumber,
  rows: Count,
  /** In bytes. */
  size: Count,
  sha256: Sha256
})
export type Part = typeof Part.Type

/** What a release tells of a registry. */
export const ReleasedRegistry = Schema.Struct({
  name: Schema.String,
  title: Schema.String,
  homepage: Schema.NullOr(Schema.String),
  attribution: Schema.String,
  licence: Schema.NullOr(Schema.String),
  /** The edition that was last loaded. */
  revision: Schema.NullOr(Schema.String),
  mappingVersion: Schema.Int,
  lastRun: Schema.Struct({
    runId: Schema.String,
    verdict: Schema.NullOr(Verdict),
    finishedAt: Schema.NullOr(Instant)
  })
})
export type ReleasedRegistry = typeof ReleasedRegistry.Type

/** The newest version of a state. */
export const LastVersion = Schema.Struct({
  seq: ReleaseNumber,
  registry: Schema.String,
  id: Schema.String,
  version: Schema.Int,
  runId: Schema.String
})
export type LastVersion = typeof LastVersion.Type

/** What a release holds. Nothing in it depends on when or where it was packed, only on the state and its line of descent. */
export const Manifest = Schema.Struct({
  format: Schema.Literal(format),
  /** One more than the newest release has where it is published; the tag `data-000123` is made of it. */
  number: ReleaseNumber,
  /** The release from which the state descends, and the hash of its manifest; null for a first one. */
  parent: Schema.NullOr(Schema.Struct({ number: ReleaseNumber, sha256: Sha256 })),
  /** The release that holds the blocks of versions which this one has not: a base names itself. */
  base: ReleaseNumber,
  /** The month of the newest run in UTC, as in 2026-11. */
  month: Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d$/)),
  schemaVersion: Schema.Int,
  /** How many versions a block holds, by `seq`; the last one may hold fewer. */
  blockSize: ReleaseNumber,
  counts: Schema.Struct({
    trials: Count,
    missing: Count,
    versions: Count,
    runs: Count,
    absences: Count,
    publication: Count
  }),
  last: Schema.NullOr(LastVersion),
  registries: Schema.Array(ReleasedRegistry),
  /** What is made from the parts again, to compare: the trials as canonical lines. */
  derived: Schema.Struct({ rows: Count, sha256: Sha256 }),
  parts: Schema.Array(Part)
})
export type Manifest = typeof Manifest.Type

/** The text of a manifest, as its file has it. */
export const toText = (manifest: Manifest): string =>
  `${JSON.stringify(Schema.encodeSync(Manifest)(manifest), null, 2)}\n`

const decode = Schema.decodeUnknown(Schema.parseJson(Manifest), { onExcessProperty: "error" })
const decodeFormat = Schema.decodeUnknown(Schema.parseJson(Schema.Struct({ format: Schema.Int })))

/** The manifest in a text; `where` names it in errors. */
export const parse = (text: string, where: string): Effect.Effect<Manifest, ReleaseError> =>
  Effect.gen(function* () {
    const damaged = () =>
      new ReleaseError({ reason: "damaged", message: `${where} has a manifest that cannot be read.` })
    const { format: found } = yield* Effect.mapError(decodeFormat(text), damaged)
    if (found > format) {
      return yield* new ReleaseError({
        reason: "newer",
        message: `${where} was packed by a newer version of this program. Install the newer version.`
      })
    }
    return yield* Effect.mapError(decode(text), damaged)
  })
