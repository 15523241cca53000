import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect, Encoding } from "effect"
import type { Revision } from "../model/Revision.js"
import { bodyText } from "./BodyText.js"
import { dateOf } from "./EditionDate.js"
import { errorsOf, type UpstreamError } from "./UpstreamError.js"

/** One saved answer of a registry. */
export interface SavedBody {
  /** Its file name. */
  readonly name: string
  readonly text: string
}

/** A saved copy of a registry: one answer, or the pages of a folder in natural order. */
export interface SavedBodies {
  /** The name of the file or folder. */
  readonly name: string
  readonly bodies: ReadonlyArray<SavedBody>
  /** `file:` and the SHA-256 of everything that was read, with the date in the name. */
  readonly revision: Revision
  /** What an operator should know about files that were not read. */
  readonly notes: ReadonlyArray<string>
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

/**
 * Reads a file, or the `*.json` files of a folder. Refuses what is not UTF-8: decoded anyway, it would look like an
 * edit.
 */
export const read = (
  registry: string,
  path: string
): Effect.Effect<SavedBodies, UpstreamError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const wrong = refused(registry)
    const name = paths.basename(path)
    const body = (file: string) =>
      Effect.gen(function* () {
        const named = paths.basename(file)
        const bytes = yield* Effect.mapError(files.readFile(file), () => wrong(named, "it cannot be read."))
        const { text, wellFormed } = bodyText([bytes])
        if (wellFormed) return { name: named, text }
        return yield* wrong(
          named,
          "it is not UTF-8 throughout. Save it as UTF-8 (it may be CP949, EUC-KR or UTF-16), or save it again, for it may be damaged."
        )
      })
    const info = yield* Effect.mapError(files.stat(path), () =>
      wrong(name, "there is no such file or folder.")
    )
    const within =
      info.type === "Directory"
        ? yield* Effect.mapError(files.readDirectory(path), () => wrong(name, "the folder cannot be read."))
        : null
    const held = within?.filter((each) => !isLitter(each)).sort(natural.compare)
    const pages = held?.filter(isPage).map((each) => paths.join(path, each)) ?? [path]
    if (pages.length === 0) return yield* wrong(name, "the folder holds no page (*.json).")
    const bodies = yield* Effect.forEach(pages, body)
    const digest = yield* Effect.promise(() =>
      crypto.subtle.digest("SHA-256", new TextEncoder().encode(bodies.map(({ text }) => text).join("\0")))
    )
    const revision: Revision = {
      id: `file:${Encoding.encodeHex(new Uint8Array(digest))}`,
      date: dateIn(name),
      title: name
    }
    return { name, bodies, revision, notes: notRead(held?.filter((each) => !isPage(each)) ?? []) }
  })
