import type { Revision } from "../model/Revision.js"
import { Chunk, Effect, Option, Schema, Stream } from "effect"
import { RegistryClient, type RepeatedKey } from "../registries/RegistryClient.js"
import { errorsOf, type UpstreamError } from "../registries/UpstreamError.js"
import type { RegistryRecord } from "../registries/Registry.js"
import { notJson } from "../model/Json.js"
import { areApart, sizesFrom } from "./PageSizes.js"
import { ofRecord, sum } from "./RecordDigest.js"

/** The pages of one read do not add up to the registry's own total. Reading again may help. */
export class InconsistentRead extends Schema.TaggedError<InconsistentRead>("trials-domain/InconsistentRead")(
  "InconsistentRead",
  {
    reason: Schema.Literal(
      "count-mismatch",
      "total-moved",
      "page-repeated",
      "page-size",
      "id-repeated",
      "version-moved",
      "place-lost"
    ),
    message: Schema.String,
    examples: Schema.Array(Schema.String)
  }
) {}

const inconsistent = (reason: InconsistentRead["reason"], message: string) =>
  new InconsistentRead({ reason, message, examples: [] })

/** One page as read: its number from 1, its records, and digests of them that do not depend on their order. */
export interface ExtractedPage {
  readonly number: number
  readonly records: ReadonlyArray<RegistryRecord>
  /** The digest of each record, in hex. */
  readonly digests: ReadonlyArray<string>
  /** Their sum. */
  readonly digest: string
  /** Where the next page is, in the client's own form; null after the last. */
  readonly next: string | null
  /** The registry's own timestamp of the data on this page; null if it states none. */
  readonly dataTimestamp: string | null
  /** The keys that occur twice in one record. */
  readonly repeatedKeys: ReadonlyArray<RepeatedKey>
}

/** How far a read has come. */
export interface ReadSoFar {
  /** Where the next page is; null before the first and after the last. */
  readonly next: string | null
  /** How many records the pages so far hold. */
  readonly rows: number
  /** The digest of each page, in order. */
  readonly digests: ReadonlyArray<string>
}

/** The state of a read that has not begun. */
export const nothingRead: ReadSoFar = { next: null, rows: 0, digests: [] }

/** How to read a revision: what to expect of it, in which pages, and from where. */
export interface ExtractOptions {
  /** The registry's count of its records. */
  readonly expected: number
  /** How many records to ask for in one page; by default the client's own size. */
  readonly pageSize?: number
  /** Where another read in pages of this size stopped. */
  readonly resume?: ReadSoFar
  /** Makes the digest of a record, in hex; by default that of all that it says. */
  readonly digest?: (record: RegistryRecord) => string
}

/** Asks the registry how many records it holds. */
export const count: (revision: Revision) => Effect.Effect<number, UpstreamError, RegistryClient> = Effect.fn(
  "Extract.count"
)(function* (revision: Revision) {
  const client = yield* RegistryClient
  return yield* client.count(revision)
})

/**
 * Reads every page of a revision, in order, and checks it against the expected count: each page's own total must agree,
 * each page but the last must have as many records as were asked for, no page may come twice, and the rows must add up.
 * The count ends the read, never a short page; after the last record, an empty page does.
 */
export const all = (
  revision: Revision,
  { digest: digestOf = ofRecord, expected, pageSize, resume = nothingRead }: ExtractOptions
): Stream.Stream<ExtractedPage, InconsistentRead | UpstreamError, RegistryClient> =>
  Stream.paginateChunkEffect(resume, (state) =>
    Effect.gen(function* () {
      const client = yield* RegistryClient
      if (state.rows > 0 && state.next === null) {
        yield* checkRows(state.rows, expected)
        return [Chunk.empty<ExtractedPage>(), Option.none<ReadSoFar>()] as const
      }
      const size = pageSize ?? client.pageSize
      const {
        dataTimestamp = null,
        next,
        records,
        repeatedKeys = [],
        total
      } = yield* client.page(revision, state.next, size)
      const number = state.digests.length + 1
      if (total !== null && total !== expected) {
        return yield* inconsistent(
          "total-moved",
          `The registry counted ${expected} records, but page ${number} speaks of ${total}.`
        )
      }
      const rows = state.rows + records.length
      // Saved pages have the sizes with which they were saved.
      if (client.saved === undefined)
        yield* checkSize(client, number, records.length, size, expected - state.rows)
      const flaw = records.map(notJson).find((found) => found !== null)
      if (flaw !== undefined) {
        return yield* errorsOf(client.registry.name)("malformed", {
          detail:
            `Page ${number} of ${client.registry.name} holds a record that is not plain JSON (${flaw}): a client must ` +
            "return records as JSON.parse does."
        })
      }
      const digests = records.map(digestOf)
      const digest = sum(digests)
      if (records.length > 0 && state.digests.includes(digest)) {
        return yield* inconsistent(
          "page-repeated",
          `Page ${number} repeats page ${state.digests.indexOf(digest) + 1}.`
        )
      }
      // After the last record a registry may send one empty page more, and more of them would say nothing.
      const isLast = next === null || records.length === 0
      if (isLast || rows > expected) yield* checkRows(rows, expected)
      const page: ExtractedPage = { number, records, digests, digest, next, dataTimestamp, repeatedKeys }
      return [
        Chunk.of(page),
        isLast
          ? Option.none<ReadSoFar>()
          : Option.some<ReadSoFar>({ next, rows, digests: [...state.digests, digest] })
      ] as const
    })
  )

/** A page holds what was asked for, or what is left. A registry that caps its pages does so on the first. */
const checkSize = (
  client: typeof RegistryClient.Service,
  number: number,
  length: number,
  asked: number,
  left: number
): Effect.Effect<void, InconsistentRead> => {
  if (length > asked) {
    return inconsistent("page-size", `Page ${number} holds ${length} records, but ${asked} were asked for.`)
  }
  if (length >= Math.min(asked, left)) return Effect.void
  if (length === 0 || number > 1) {
    return inconsistent(
      "count-mismatch",
      `Page ${number} holds ${length} records, but ${asked} were asked for and ${left} were to come.`
    )
  }
  const next = areApart(sizesFrom(length), left)
    ? pageSizeOf(client, length)
    : `pages of that size cannot prove a list of ${left} records`
  return inconsistent(
    "page-size",
    `The registry was asked for ${asked} records a page and sent ${length}: ${next}.`
  )
}

/** How a person sets the size of a page. */
export const pageSizeOf = ({ pageSizeSetting }: typeof RegistryClient.Service, size: number): string =>
  pageSizeSetting === undefined ? `set the client's page size to ${size}` : `set ${pageSizeSetting}=${size}`

const checkRows = (rows: number, expected: number): Effect.Effect<void, InconsistentRead> =>
  rows === expected
    ? Effect.void
    : inconsistent("count-mismatch", `The registry counted ${expected} records, but ${rows} came.`)
