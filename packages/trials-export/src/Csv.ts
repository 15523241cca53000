import { stringify } from "csv-stringify/sync"
import { Stream } from "effect"
import type { Trial } from "trials-domain/Trial"
import { columns } from "./Columns.js"

/** How a CSV is written. */
export interface CsvOptions {
  /**
   * For a spreadsheet: a mark of UTF-8 at the beginning, and an apostrophe before a text that would be a formula. Such a
   * text is no longer as the registry wrote it. Default false.
   */
  readonly excel?: boolean | undefined
}

/** A value as a cell: null is empty, and what is no text is JSON. */
export const cellOf = (value: unknown): string | null =>
  value === null || typeof value === "string" ? value : JSON.stringify(value)

/**
 * Records as the text of CSV (RFC 4180). Null is an empty cell, and an empty text is in quotes. `isFirst`: whether they begin a
 * file, which with `excel` has a mark of UTF-8 there.
 */
export const csvText = (
  records: ReadonlyArray<ReadonlyArray<string | null>>,
  { excel = false, isFirst = false }: CsvOptions & { readonly isFirst?: boolean } = {}
): string =>
  // Its type has no list that must not change.
  stringify(records as Array<Array<string | null>>, {
    record_delimiter: "windows",
    quoted_match: /^$/,
    escape_formulas: excel,
    bom: excel && isFirst
  })

const encoder = new TextEncoder()

/**
 * Trials as CSV of RFC 4180 in UTF-8: a header, then a trial in each record. Null is an empty cell, a list or an object is
 * JSON, and an empty text is in quotes.
 */
export const csv =
  ({ excel = false }: CsvOptions = {}) =>
  <E, R>(pages: Stream.Stream<ReadonlyArray<Trial>, E, R>): Stream.Stream<Uint8Array, E, R> => {
    const names = columns.map(({ name }) => name)
    const header = Stream.sync(() => encoder.encode(csvText([names], { excel, isFirst: true })))
    const records = Stream.map(pages, (trials) =>
      encoder.encode(
        csvText(
          trials.map((trial) => names.map((name) => cellOf(trial[name]))),
          { excel }
        )
      )
    )
    return Stream.concat(header, records)
  }
