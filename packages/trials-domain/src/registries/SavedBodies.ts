import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect, Option, Schema, Stream } from "effect"
import { createHash, hash } from "node:crypto"
import type { Revision } from "../model/Revision.js"
import { bodyText } from "./BodyText.js"
import { dateOf } from "./EditionDate.js"
import * as RecordSplitter from "./RecordSplitter.js"
import type { Page } from "./RegistryClient.js"
import { ofRecords, repeatedNames } from "./RepeatedKeys.js"
import { errorsOf, type UpstreamError } from "./UpstreamError.js"

/** Some records of a saved body, read when they are asked for. Asked again, they are the same, or the call fails. */
export type SavedPiece = Effect.Effect<Pick<Page, "records" | "repeatedKeys">, UpstreamError>

/** One saved answer of a registry, without its records. */
export interface SavedBody {
  /** Its file name. */
  readonly name: string
  /** The text without the members of its list; what has no list, or is no JSON, is there as a whole. */
  readonly text: string
  /** Whether it has a list, and is JSON as far as its records show; the text may show that it is not. */
  readonly hasList: boolean
  /** How many records the list has. */
  readonly rows: number
  readonly pieces: ReadonlyArray<SavedPiece>
  /** The body itself as the one record that it is. */
  readonly itself: SavedPiece
}

/** A saved copy of a registry: one answer, or the pages of a folder in natural order. */
export interface SavedBodies<Parsed> {
  /** The name of the file or folder. */
  readonly name: string
  /** What was made of each body. */
  readonly pages: ReadonlyArray<Parsed>
  /** `file:` and the SHA-256 of everything that was read, with the date in the name. */
  readonly revision: Revision
  /** What an operator should know about files that were not read. */
  readonly notes: ReadonlyArray<string>
}

/** How saved bodies are read. */
export interface SavedOptions<Parsed> {
  /** The name of the registry. */
  readonly registry: string
  /** The key whose list of records is read, where a body is an object. */
  readonly list: string
  /** Receives all records once, a piece of a body at a time, before any is asked for; and whether there is one body. */
  readonly seen: (body: string, records: ReadonlyArray<unknown>, isOnly: boolean) => void
  /** Makes of a body what is kept of it, before the next is read: there may be as many as records. */
  readonly parse: (body: SavedBody, isOnly: boolean) => Effect.Effect<Parsed, UpstreamError>
}

/** Refuses a saved file or folder by its name. */
export const refused =
  (registry: string) =>
  (name: string, detail: string): UpstreamError =>
    errorsOf(registry)("file", { detail: `${name}: ${detail}` })

const natural = new Intl.Collator("en", { numeric: true })

/** The date in a name, as in `20260930.json` and `2026-09-30.json`. */
const dateIn = (name: string): string | null => {
  const [, year = "", , month = "", day = ""] =
    /(?<!\d)((?:19|20)\d\d)(-?)(\d\d)\2(\d\d)(?!\d)/.exec(name) ?? []
  return dateOf(`${year}${month}${day}`)
}

const isPage = (name: string): boolean => /\.json$/i.test(name)

/** Files that operating systems leave in folders. */
const isLitter = (name: string): boolean => /^(?:\.|(?:thumbs\.db|desktop\.ini)$)/i.test(name)

const notRead = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const more = names.length > 5 ? `, and ${names.length - 5} more` : ""
  return names.length === 0
    ? []
    : [`The folder holds more than its pages (*.json); not read were ${names.slice(0, 5).join(", ")}${more}.`]
}

/** The most records of one piece. A larger body is read in pieces, and a run can be stopped between them. */
export const pieceSize = 1000

const chunkSize = FileSystem.Size(256 * 1024)

const byteOrderMark = Buffer.from("\ufeff")

/** How files begin that hold others, or themselves in fewer bytes: zip, gzip, 7z, zstd, xz, bzip2. */
const packed = ["504b0304", "1f8b", "377abcaf", "28b52ffd", "fd377a58", "425a68"].map((start) =>
  Buffer.from(start, "hex")
)

const isPacked = (beginning: Uint8Array): boolean =>
  packed.some((start) => start.equals(beginning.subarray(0, start.length)))

const List = Schema.parseJson(Schema.Array(Schema.Unknown))

/** A list whose brackets were left out. */
const listOf = (bytes: Uint8Array): string => `[${bodyText([bytes]).text}]`

const members = Schema.decodeUnknownOption(List)

/** Whether all bytes so far were UTF-8. */
const utf8 = () => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let isSo = true
  const look = (chunk?: Uint8Array) => {
    try {
      if (isSo) decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      isSo = false
    }
    return isSo
  }
  return { add: look, isSo: () => look() }
}

/**
 * Looks through a file, or the `*.json` files of a folder, and remembers where its records are, not what they say: the
 * memory that this takes does not grow with them. Refuses what is not UTF-8: decoded anyway, it would look like an edit.
 */
export const read = <Parsed>(
  path: string,
  { list, parse, registry, seen }: SavedOptions<Parsed>
): Effect.Effect<SavedBodies<Parsed>, UpstreamError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const wrong = refused(registry)
    const name = paths.basename(path)
    const digest = createHash("sha256")

    // No error is made ahead: its stack would hold on to the chunk that is being read.
    /** The stretch of a file, which must be what it was; what is no regular file can be read only once. */
    const piece = (file: string, start: number, bytes: Uint8Array, isFile: boolean): SavedPiece => {
      const named = paths.basename(file)
      const [length, expected, held] = [bytes.length, hash("sha256", bytes), isFile ? null : bytes]
      return Effect.gen(function* () {
        const found =
          held ??
          (yield* Stream.runFold(
            files.stream(file, { chunkSize, offset: start, bytesToRead: length }),
            [] as ReadonlyArray<Uint8Array>, // nothing yet
            (chunks, chunk) => [...chunks, chunk]
          ).pipe(
            Effect.map((chunks) => Buffer.concat(chunks)),
            Effect.mapError(() => wrong(named, "it cannot be read."))
          ))
        const text = hash("sha256", found) === expected ? listOf(found) : ""
        const records = Option.getOrNull(members(text))
        if (records !== null) return { records, repeatedKeys: ofRecords(repeatedNames(text), []) }
        return yield* wrong(named, "it changed while it was read.")
      })
    }

    const body = (
      file: string,
      isFile: boolean,
      isFirst: boolean,
      isOnly: boolean
    ): Effect.Effect<SavedBody, UpstreamError> =>
      Effect.gen(function* () {
        const named = paths.basename(file)
        const pieces: Array<SavedPiece> = []
        let rows = 0
        let isJson = true
        let offset = 0
        const text = utf8()
        const splitter = RecordSplitter.make({
          list,
          most: pieceSize,
          found: ({ bytes, start }) => {
            const records = isJson ? Option.getOrElse(members(listOf(bytes)), () => []) : []
            if (records.length === 0) {
              isJson = false
              return
            }
            rows += records.length
            pieces.push(piece(file, start + offset, bytes, isFile))
            seen(named, records, isOnly)
          }
        })
        if (!isFirst) digest.update("\0")
        let isBeginning = true
        let isUnpacked = true
        const chunks = isFile
          ? files.stream(file, { chunkSize })
          : // A pipe has no places to read at.
            Stream.fromEffect(files.readFile(file))
        yield* Stream.runForEach(chunks, (chunk) =>
          Effect.sync(() => {
            const hasMark = isBeginning && byteOrderMark.equals(chunk.subarray(0, byteOrderMark.length))
            if (hasMark) offset = byteOrderMark.length
            if (isBeginning) isUnpacked = !isPacked(chunk)
            isBeginning = false
            const bytes = hasMark ? chunk.subarray(byteOrderMark.length) : chunk
            digest.update(bytes)
            text.add(bytes)
            splitter.push(bytes)
          })
        ).pipe(Effect.mapError(() => wrong(named, "it cannot be read.")))
        if (!isUnpacked) return yield* wrong(named, "it is packed, as a zip is: unpack it first.")
        if (!text.isSo()) {
          return yield* wrong(
            named,
            "it is not UTF-8 throughout. Save it as UTF-8 (it may be CP949, EUC-KR or UTF-16), or save it again, for it may be damaged."
          )
        }
        const frame = splitter.end()
        return {
          name: named,
          text: bodyText([frame.bytes]).text,
          hasList: frame.hasList && isJson && !frame.isTooLarge,
          rows,
          pieces,
          itself: piece(file, offset, frame.bytes, isFile)
        }
      })

    const info = yield* Effect.mapError(files.stat(path), () =>
      wrong(name, "there is no such file or folder.")
    )
    const within =
      info.type === "Directory"
        ? yield* Effect.mapError(files.readDirectory(path), () => wrong(name, "the folder cannot be read."))
        : null
    const held = within?.filter((each) => !isLitter(each)).sort(natural.compare)
    const found = held?.filter(isPage).map((each) => paths.join(path, each)) ?? [path]
    const isOnly = found.length === 1
    if (found.length === 0) return yield* wrong(name, "the folder holds no page (*.json).")
    const isFile = within !== null || info.type === "File"
    const pages = yield* Effect.forEach(found, (file, n) =>
      Effect.flatMap(body(file, isFile, n === 0, isOnly), (each) => parse(each, isOnly))
    )
    const revision: Revision = { id: `file:${digest.digest("hex")}`, date: dateIn(name), title: name }
    return { name, pages, revision, notes: notRead(held?.filter((each) => !isPage(each)) ?? []) }
  })
