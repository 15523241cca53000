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

const cellOf = (value: Trial[keyof Trial]): string | null =>
  value === null || typeof value === "string" ? value : JSON.stringify(value)

const encoder = new TextEncoder()

/**
 * Trials as CSV of RFC 4180 in UTF-8: a header, then a trial in each record. Null is an empty cell, a list or an object is
 * JSON, and an empty text is in quotes.
 */
export const csv =
  ({ excel = false }: CsvOptions = {}) =>
  <E, R>(pages: Stream.Stream<ReadonlyArray<Trial>, E, R>): Stream.Stream<Uint8Array, E, R> => {
    const written = (records: ReadonlyArray<ReadonlyArray<string | null>>, bom = false) =>
      encoder.encode(
        // Its type has no list that must not change.
        stringify(records as Array<Array<string | null>>, {
          record_delimiter: "windows",
          quoted_match: /^$/,
          escape_formulas: excel,
          bom
        })
      )
    const header = Stream.sync(() => written([columns.map(({ name }) => name)], excel))
    const records = Stream.map(pages, (trials) =>
      written(trials.map((trial) => columns.map(({ name }) => cellOf(trial[name]))))
    )
    return Stream.concat(header, records)
  }
