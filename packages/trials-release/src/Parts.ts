/**
 * The parts of a state as files: NDJSON, hashed before compression, gzipped.
 *
 * @module
 */
import { Effect, Option, Stream } from "effect"
import { createHash } from "node:crypto"
import { createWriteStream } from "node:fs"
import { pipeline } from "node:stream/promises"
import type { Readable } from "node:stream"
import { createGunzip, createGzip, type Gzip } from "node:zlib"
import * as Migrations from "trials-domain/Migrations"
import * as State from "trials-domain/State"
import type { Part } from "./Manifest.js"
import { attempt, fromCause, ReleaseError } from "./ReleaseError.js"

/** The name of the block of versions that begins at a `seq`. */
export const blockName = (first: number): string => `${State.versionsPart}-${String(first).padStart(10, "0")}`

/** The first `seq` of each block of a feed that ends at `last`, where a block holds `size` versions. */
export const blocksUpTo = (last: number, size: number): ReadonlyArray<number> =>
  Array.from({ length: Math.ceil(last / size) }, (_, n) => n * size + 1)

/** The part of a state to which a file's part belongs. */
export const kindOf = (name: string): State.PartName | undefined => {
  const [kind] = name.split("-")
  return kind === State.versionsPart ? kind : State.wholeParts.find((one) => one === kind)
}

/** The file of a part. */
export const fileOf = (name: string): string => `${name}.ndjson.gz`

/** What is written of a part. */
export type Written = Omit<Part, "release">

/** A part, and what its first rows are by themselves: as many as were asked for, or all there are. */
export interface Measured extends Written {
  readonly beginning: Pick<Part, "rows" | "size" | "sha256">
}

type Pages<E, R> = Stream.Stream<ReadonlyArray<State.Row>, E, R>

/** Counts and hashes rows. */
class Measure {
  readonly #hash = createHash("sha256")
  #rows = 0
  #size = 0

  /** Takes rows, and returns their bytes. */
  take(rows: ReadonlyArray<State.Row>): Buffer {
    const bytes = Buffer.from(rows.map(State.lineOf).join(""))
    this.#hash.update(bytes)
    this.#rows += rows.length
    this.#size += bytes.length
    return bytes
  }

  get rows(): number {
    return this.#rows
  }

  /** What it has taken so far. */
  get found(): Measured["beginning"] {
    return { rows: this.#rows, size: this.#size, sha256: this.#hash.copy().digest("hex") }
  }
}

/** What a part would be, without a file, and what its first `rows` are. */
export const measured = <E, R>(
  name: string,
  pages: Pages<E, R>,
  rows: number
): Effect.Effect<Measured, E, R> =>
  Effect.gen(function* () {
    const measure = new Measure()
    let beginning = measure.found
    yield* Stream.runForEach(pages, (page) =>
      Effect.sync(() => {
        const first = Math.max(0, Math.min(page.length, rows - measure.rows))
        if (first > 0) {
          measure.take(page.slice(0, first))
          beginning = measure.found
        }
        if (first < page.length) measure.take(page.slice(first))
      })
    )
    return { name, ...measure.found, beginning }
  })

/** Writes a part to a new file. */
export const written = <E, R>(
  name: string,
  path: string,
  pages: Pages<E, R>
): Effect.Effect<Written, E | ReleaseError, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const gzip = createGzip()
      const done = pipeline(gzip, createWriteStream(path, { flags: "wx" }))
      // What goes wrong is seen by the next write, or at the end.
      done.catch(() => undefined)
      return { gzip, done }
    }),
    ({ done, gzip }) =>
      Effect.zipLeft(
        Effect.gen(function* () {
          const measure = new Measure()
          yield* Stream.runForEach(pages, (page) => put(gzip, measure.take(page), done))
          return { name, ...measure.found }
        }),
        attempt(() => {
          gzip.end()
          return done
        })
      ),
    ({ gzip }) => Effect.sync(() => gzip.destroy())
  )

/** Writes bytes, and waits until the file has room for more. The file's own error, as of a full disk, comes from `done`. */
const put = (gzip: Gzip, bytes: Buffer, done: Promise<void>): Effect.Effect<void, ReleaseError> =>
  attempt(() => {
    const taken = new Promise<void>((resolve, reject) => {
      gzip.write(bytes, (error) => (error === null || error === undefined ? resolve() : reject(error)))
    })
    const explained = taken.catch(async (error: unknown) => {
      await done
      throw error
    })
    return Promise.race([done, explained])
  })

const newline = 0x0a

/** Cuts bytes into the values of their lines, a piece at a time. */
async function* valuesOf(bytes: AsyncIterable<Buffer>, seen: (piece: Buffer) => void) {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of bytes) {
    seen(piece)
    const all = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const end = all.lastIndexOf(newline) + 1
    rest = all.subarray(end)
    if (end > 0) {
      yield all
        .toString("utf8", 0, end - 1)
        .split("\n")
        .map((line): unknown => JSON.parse(line))
    }
  }
  if (rest.length > 0) throw new SyntaxError("the last line is cut")
}

/** The bytes of a file as they come, whose hash is compared at the end. */
async function* hashed(bytes: Readable, sha256: string) {
  const hash = createHash("sha256")
  for await (const piece of bytes) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest("hex") !== sha256) throw new SyntaxError("the hash of the file is another one")
}

/** A release of a schema that only a newer version of this program knows. */
export const newer = (where: string, schema: number): ReleaseError =>
  new ReleaseError({
    reason: "newer",
    message:
      `${where} has schema ${schema}, which a newer version of this program packed; this one knows ` +
      `${Migrations.schemaVersion}. Install the newer version.`
  })

/**
 * The rows of a part from the bytes of its file, in pages, as they were in the schema version of the release. Fails at the
 * end if they are not those of the manifest.
 */
export const read = (
  where: string,
  part: Part,
  schema: number,
  sha256OfFile: string,
  bytes: Readable
): Stream.Stream<ReadonlyArray<State.Row>, ReleaseError> => {
  const damaged = (what: string) =>
    new ReleaseError({ reason: "damaged", message: `${where} is damaged: ${fileOf(part.name)} ${what}.` })
  const kind = kindOf(part.name)
  async function* rows() {
    if (schema > Migrations.schemaVersion) throw newer(where, schema)
    if (kind === undefined) throw damaged("is of a kind that this version does not know")
    const hash = createHash("sha256")
    let [count, size] = [0, 0]
    // Pages of about a thousand rows.
    const gunzip = createGunzip({ chunkSize: 1024 * 1024 })
    const done = pipeline(hashed(bytes, sha256OfFile), gunzip)
    done.catch(() => undefined)
    for await (const values of valuesOf(gunzip, (piece) => {
      hash.update(piece)
      size += piece.length
      if (size > part.size) throw damaged("is longer than its manifest says")
    })) {
      const page = values.map((value) =>
        Option.getOrThrowWith(State.toRow(kind, value, schema), () => damaged("has a line that is no row"))
      )
      count += page.length
      yield page
    }
    await done
    if (hash.digest("hex") !== part.sha256 || size !== part.size || count !== part.rows)
      throw damaged("is not what its manifest says")
  }
  return Stream.fromAsyncIterable(rows(), (cause) => {
    if (cause instanceof ReleaseError) return cause
    const found = fromCause(cause)
    return found.reason === "damaged" ? damaged("cannot be unpacked") : found
  })
}
