import { createHash, type Hash } from "node:crypto"
import { comparable } from "../model/Json.js"
import type { Revision } from "../model/Revision.js"
import { Effect } from "effect"
import type { Registry, RegistryRecord } from "./Registry.js"
import type { RegistryRequests, RepeatedKey } from "./RegistryClient.js"
import { pieceSize, refused, type SavedPiece } from "./SavedBodies.js"
import type { UpstreamError } from "./UpstreamError.js"

/** A page as it was saved; a bare list of records does not state a total. */
export interface SavedPage {
  /** Its file name. */
  readonly name: string
  readonly total: number | null
  readonly rows: number
  readonly pieces: ReadonlyArray<SavedPiece>
}

/** What a registry calls its records, and how all of them are saved. */
export interface SavedWords {
  /** As in `rows`. */
  readonly records: string
  /** What to do where some are missing of so many. */
  readonly saveAll: (total: number) => string
}

/** Tells pages apart by all that they say, without keeping it. */
export interface PageDigests {
  readonly add: (page: string, records: ReadonlyArray<RegistryRecord>, isOnly: boolean) => void
  readonly of: (page: string) => string
}

/** Makes the digests of pages, which must come one after another. One page alone needs none. */
export const digests = (): PageDigests => {
  const ended = new Map<string, string>()
  let begun: { readonly page: string; readonly digest: Hash } | null = null
  const end = () => {
    if (begun !== null) ended.set(begun.page, begun.digest.digest("hex"))
    begun = null
  }
  return {
    add: (page, records, isOnly) => {
      if (isOnly) return
      if (begun?.page !== page) end()
      begun ??= { page, digest: createHash("sha256") }
      for (const record of records) begun.digest.update(comparable(record)).update("\n")
    },
    of: (page) => {
      end()
      return ended.get(page) ?? ""
    }
  }
}

/** What is wrong with pages together; null if they form one whole. Waiting does not change files. */
export const flawOfAll = (
  registry: string,
  name: string,
  pages: ReadonlyArray<SavedPage>,
  { of }: PageDigests,
  { records, saveAll }: SavedWords
): UpstreamError | null => {
  const wrong = refused(registry)
  const seen = new Map<string, string>()
  for (const page of pages) {
    if (page.rows === 0) continue
    const digest = of(page.name)
    const same = seen.get(digest)
    if (same !== undefined) return wrong(page.name, `it holds the same ${records} as ${same}.`)
    seen.set(digest, page.name)
  }
  const [first, ...others] = pages.filter(({ total }) => total !== null)
  if (first === undefined || first.total === null) return null
  const other = others.find(({ total }) => total !== first.total)
  if (other !== undefined) {
    return wrong(
      other.name,
      `it speaks of ${other.total} ${records} in all, but ${first.name} of ${first.total}: save all pages anew.`
    )
  }
  const held = rowsOf(pages)
  if (held === first.total) return null
  return wrong(
    name,
    held < first.total
      ? `it holds ${held} of ${first.total} ${records}: ${saveAll(first.total)}.`
      : `it holds ${held} ${records}, but speaks of ${first.total} in all: some are there twice.`
  )
}

const rowsOf = (pages: ReadonlyArray<SavedPage>): number => pages.reduce((sum, { rows }) => sum + rows, 0)

/** Records of several pieces, one after another. */
const together = (pieces: ReadonlyArray<SavedPiece>): SavedPiece =>
  Effect.map(Effect.all(pieces), (found) => {
    const records: Array<RegistryRecord> = []
    const repeatedKeys: Array<RepeatedKey> = []
    for (const piece of found) {
      const { length } = records
      for (const { key, row } of piece.repeatedKeys ?? []) repeatedKeys.push({ key, row: row + length })
      for (const record of piece.records) records.push(record)
    }
    return { records, repeatedKeys }
  })

/** The pieces of all pages. Where a file holds one record, as many files as a piece has records are one. */
const piecesOf = (pages: ReadonlyArray<SavedPage>): ReadonlyArray<SavedPiece> => {
  const pieces: Array<SavedPiece> = []
  let single: Array<SavedPiece> = []
  const end = () => {
    if (single.length > 0) pieces.push(together(single))
    single = []
  }
  for (const page of pages) {
    const isSingle = page.rows === 1 && page.total === null
    if (!isSingle || single.length === pieceSize) end()
    for (const piece of page.pieces) (isSingle ? single : pieces).push(piece)
  }
  end()
  return pieces
}

/** A registry as it was saved. */
export interface SavedRegistry {
  readonly registry: Registry
  /** The name of the file or folder. */
  readonly name: string
  readonly revision: Revision
  readonly notes: ReadonlyArray<string>
  readonly pages: ReadonlyArray<SavedPage>
}

/** Answers from saved pages. What they say is read when it is asked for, in any order. */
export const requests = ({ name, notes, pages, registry, revision }: SavedRegistry): RegistryRequests => {
  const total = rowsOf(pages)
  // After the last record a registry sends an empty page; saved pages may end with one.
  const pieces = piecesOf(pages)
  // Records without their envelope may be a part of the list.
  const mayBePart = pages.every((page) => page.total === null)
  const unstated = mayBePart
    ? [
        `${name} states no total of the records and may be a part of them, so none was concluded to be missing.`
      ]
    : []
  const isOneResponse = !mayBePart && pages.filter(({ rows }) => rows > 0).length < 2
  return {
    registry,
    pageSize: pieceSize,
    mayBePart,
    saved: isOneResponse ? "one-response" : "saved-pages",
    revisions: Effect.succeed([revision]),
    resolve: () => Effect.succeed({ revision, how: "saved", notes: [...notes, ...unstated] }),
    count: () => Effect.succeed(total),
    page: (_, at) => {
      const number = at === null ? 0 : Number(at)
      const next = number + 1 < pieces.length ? String(number + 1) : null
      const held = pieces[number] ?? Effect.succeed({ records: [] })
      return Effect.map(held, (found) => ({ ...found, total, next }))
    },
    dataTimestamp: () => Effect.succeed(null)
  }
}
