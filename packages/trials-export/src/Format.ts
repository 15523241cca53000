import type { Stream } from "effect"
import type { Trial } from "trials-domain/Trial"
import { csv, type CsvOptions } from "./Csv.js"
import { ndjson } from "./Ndjson.js"
import { parquet } from "./Parquet.js"

/** Writes pages of trials as the bytes of a file. */
export type Render = <E, R>(
  pages: Stream.Stream<ReadonlyArray<Trial>, E, R>
) => Stream.Stream<Uint8Array, E, R>

const renders = { csv, ndjson: () => ndjson, parquet: () => parquet } as const satisfies Readonly<
  Record<string, (options?: CsvOptions) => Render>
>

/** A format of an export, as its file's name ends. */
export type Format = keyof typeof renders

/** All formats. */
export const formats = Object.keys(renders) as ReadonlyArray<Format> // its own keys

/** Writes trials in a format. The options are those of CSV; the others have none. */
export const render = (format: Format, options?: CsvOptions): Render => renders[format](options)
