import type { Revision } from "../model/Revision.js"
import { Chunk, Effect, Encoding, Option, Schema, Stream } from "effect"
import { RegistryClient, type UpstreamError } from "../registries/RegistryClient.js"
import type { RegistryRecord } from "../registries/Registry.js"

/** The pages of one read do not add up to the registry's own total. Reading again may help. */
export class InconsistentRead extends Schema.TaggedError<InconsistentRead>("trials-domain/InconsistentRead")(
  "InconsistentRead",
  {
    reason: Schema.Literal("count-mismatch", "total-moved", "page-repeated"),
    message: Schema.String,
    examples: Schema.Array(Schema.String)
  }
) {}

/** One page as read: its number from 1, its records, and a digest of them as received. */
export interface ExtractedPage {
  readonly number: number
  readonly records: ReadonlyArray<RegistryRecord>
  /** sha256 in hex. */
  readonly digest: string
  readonly next: string | null
}

/** How far a read has come. */
export interface ReadSoFar {
  readonly next: string | null
  readonly rows: number
  readonly digests: ReadonlyArray<string>
}

/** The state of a read that has not begun. */
export const nothingRead: ReadSoFar = { next: null, rows: 0, digests: [] }

const sha256 = (records: ReadonlyArray<RegistryRecord>): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(records)))),
    (bytes) => Encoding.encodeHex(new Uint8Array(bytes))
  )

/** Asks the registry how many records it holds. */
export const extractCount: (revision: Revision) => Effect.Effect<number, UpstreamError, RegistryClient> =
  Effect.fn("Extract.count")(function* (revision: Revision) {
    const client = yield* RegistryClient
    return yield* client.count(revision)
  })

/**
 * Reads every page of a revision, in order, and checks it against the `expected` count: each page's own total must
 * agree, no page may come twice, and the rows must add up. The count ends the read, never a short page.
 */
export const extractAll = (
  revision: Revision,
  expected: number,
  from: ReadSoFar = nothingRead
): Stream.Stream<ExtractedPage, InconsistentRead | UpstreamError, RegistryClient> =>
  Stream.paginateChunkEffect(from, (state) =>
    Effect.gen(function* () {
      const client = yield* RegistryClient
      if (state.rows > 0 && state.next === null) {
        yield* checkRows(state.rows, expected)
        return [Chunk.empty<ExtractedPage>(), Option.none<ReadSoFar>()] as const
      }
      const { next, records, total } = yield* client.page(revision, state.next)
      if (total !== null && total !== expected) {
        return yield* new InconsistentRead({
          reason: "total-moved",
          message: `The registry counted ${expected} records, but page ${state.digests.length + 1} speaks of ${total}.`,
          examples: []
        })
      }
      const digest = yield* sha256(records)
      if (records.length > 0 && state.digests.includes(digest)) {
        return yield* new InconsistentRead({
          reason: "page-repeated",
          message: `Page ${state.digests.length + 1} repeats page ${state.digests.indexOf(digest) + 1}.`,
          examples: []
        })
      }
      const rows = state.rows + records.length
      if (next === null || rows > expected) yield* checkRows(rows, expected)
      const digests = [...state.digests, digest]
      const page: ExtractedPage = { number: digests.length, records, digest, next }
      return [
        Chunk.of(page),
        next === null ? Option.none<ReadSoFar>() : Option.some<ReadSoFar>({ next, rows, digests })
      ] as const
    })
  )

const checkRows = (rows: number, expected: number): Effect.Effect<void, InconsistentRead> =>
  rows === expected
    ? Effect.void
    : new InconsistentRead({
        reason: "count-mismatch",
        message: `The registry counted ${expected} records, but ${rows} came.`,
        examples: []
      })
