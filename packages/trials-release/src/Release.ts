import { Effect, Stream } from "effect"
import { createHash } from "node:crypto"
import type { Readable } from "node:stream"
import { Hints } from "trials-domain/Hints"
import * as State from "trials-domain/State"
import { type Manifest, parse, type Part, tagOf } from "./Manifest.js"
import { blockName, blocksUpTo, fileOf, read } from "./Parts.js"
import { ReleaseError } from "./ReleaseError.js"
import { sumsFile, sumsIn } from "./Sums.js"

/** The files of one release, wherever they are. */
export interface ReleaseFiles {
  /** What messages call it. */
  readonly where: string
  /** The bytes of a file. */
  readonly open: (file: string) => Effect.Effect<Readable, ReleaseError>
}

/** A place that holds releases. */
export interface ReleasePlace {
  /** What messages call it. */
  readonly where: string
  /** The number of the release that is meant where none is named: the newest, or the only one. Null if there is none. */
  readonly wanted: Effect.Effect<number | null, ReleaseError>
  /** The greatest number that was given out there. Null if there is none. */
  readonly newest: Effect.Effect<number | null, ReleaseError>
  readonly files: (release: number) => ReleaseFiles
}

/** A release whose manifest was read and is not damaged. */
export interface Release {
  readonly where: string
  readonly manifest: Manifest
  /** The hash of its manifest. */
  readonly sha256: string
  /** The rows of a part that it has whole, in pages. */
  readonly part: (name: State.WholePart) => Stream.Stream<ReadonlyArray<State.Row>, ReleaseError>
  /** The rows of the block of versions that begins at a `seq`, in pages. */
  readonly block: (first: number) => Stream.Stream<ReadonlyArray<State.Row>, ReleaseError>
}

/** The file that tells what a release holds. */
export const manifestFile = "manifest.json"

// A manifest names every block: this is one of more than 200 million versions.
const longestText = 8 * 1024 * 1024

const damaged = (where: string, what: string) =>
  new ReleaseError({ reason: "damaged", message: `${where} is damaged: ${what}.` })

const bytesOf = ({ open, where }: ReleaseFiles, file: string): Effect.Effect<Buffer, ReleaseError> =>
  Effect.flatMap(open(file), (stream) =>
    Effect.tryPromise({
      try: async () => {
        const pieces: Array<Buffer> = []
        let size = 0
        for await (const piece of stream) {
          pieces.push(piece)
          size += piece.length
          if (size > longestText) throw damaged(where, `${file} is too long`)
        }
        return Buffer.concat(pieces)
      },
      catch: (cause) =>
        cause instanceof ReleaseError
          ? cause
          : new ReleaseError({ reason: "unreachable", message: `${where} could not be read. Try again.` })
    })
  )

/** Whether a manifest names every part, and no other. The count comes first: a list of what it claims may be too long. */
const isNamedWhole = ({ blockSize, last, parts }: Manifest): boolean => {
  const total = last?.seq ?? 0
  if (Math.ceil(total / blockSize) + State.wholeParts.length !== parts.length) return false
  const names = [...State.wholeParts, ...blocksUpTo(total, blockSize).map(blockName)]
  return parts.every(({ name }, n) => name === names[n])
}

/** The manifest and the hashes of the files of one release, which must agree. */
const described = (files: ReleaseFiles, number: number) =>
  Effect.gen(function* () {
    const sums = sumsIn((yield* bytesOf(files, sumsFile)).toString("utf8"))
    if (sums === null) return yield* damaged(files.where, `${sumsFile} cannot be read`)
    const bytes = yield* bytesOf(files, manifestFile)
    const sha256 = createHash("sha256").update(bytes).digest("hex")
    if (sums.get(manifestFile) !== sha256)
      return yield* damaged(files.where, `the hash of ${manifestFile} is another one`)
    const manifest = yield* parse(bytes.toString("utf8"), files.where)
    if (manifest.number !== number) return yield* damaged(files.where, `it is ${tagOf(manifest.number)}`)
    if (!isNamedWhole(manifest))
      return yield* damaged(files.where, `its ${manifestFile} does not name all parts`)
    const own = manifest.parts.filter(({ release }) => release === number).map(({ name }) => fileOf(name))
    const listed = [...sums.keys()].filter((file) => file !== manifestFile)
    if (own.length !== listed.length || own.some((file) => !sums.has(file)))
      return yield* damaged(files.where, `${sumsFile} does not list the files of the manifest`)
    return { manifest, sha256, sums }
  })

/** Reads what describes a release. Its parts are checked as they are read. */
export const open = (place: ReleasePlace, number: number): Effect.Effect<Release, ReleaseError> =>
  Effect.gen(function* () {
    const files = place.files(number)
    const { manifest, sha256, sums } = yield* described(files, number)
    const base =
      manifest.base === number
        ? { files, sums }
        : yield* Effect.map(described(place.files(manifest.base), manifest.base), ({ sums }) => ({
            files: place.files(manifest.base),
            sums
          }))
    const rows = (part: Part) =>
      Stream.unwrap(
        Effect.gen(function* () {
          const { files: from, sums: known } = part.release === number ? { files, sums } : base
          const file = fileOf(part.name)
          const sum = known.get(file)
          if (sum === undefined) return yield* damaged(from.where, `${file} is missing`)
          const bytes = yield* Effect.mapError(from.open(file), (error) =>
            error.reason === "none" ? damaged(from.where, `${file} is missing`) : error
          )
          return read(from.where, part, manifest.schemaVersion, sum, bytes)
        })
      )
    const named = (name: string) =>
      Stream.unwrap(
        Effect.suspend(() => {
          const part = manifest.parts.find((each) => each.name === name)
          return part === undefined ? damaged(files.where, `it has no ${name}`) : Effect.succeed(rows(part))
        })
      )
    return {
      where: files.where,
      manifest,
      sha256,
      part: named,
      block: (first) => named(blockName(first))
    }
  })

/** Reads what describes the release that is meant at a place. */
export const openWanted = (place: ReleasePlace): Effect.Effect<Release, ReleaseError> =>
  Effect.flatMap(Effect.all([place.wanted, Hints]), ([number, { firstRelease }]) =>
    number === null
      ? new ReleaseError({
          reason: "none",
          message:
            `There is no release at ${place.where}. Where one was expected, find out who removed it, or every trial will ` +
            `look new; ${firstRelease} packs the first of all.`
        })
      : open(place, number)
  )
