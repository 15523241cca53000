import { Schema } from "effect"
import { combine as combineFindings, FindingSummary, RejectedRecord, summarize } from "../model/Finding.js"
import type { ExtractedPage } from "./Extract.js"
import type { TransformedPage } from "./Transform.js"

// How many examples and rejected records are kept for a whole read; the counts cover all of them.
const clashLimit = 10
export const rejectedLimit = 1000

/** What a read contained besides its trials, in a size that does not grow with the read. */
export const ReadSummary = Schema.Struct({
  rows: Schema.Int,
  /** Records that repeat another record on their page. */
  duplicates: Schema.Int,
  /** Up to ten ids with two differing records on one page. */
  clashes: Schema.Array(Schema.String),
  /** Which of the columns that the registry names occur. */
  columns: Schema.Array(Schema.String),
  rejected: Schema.Struct({
    count: Schema.Int,
    /** Whether one of them has no readable id, so that it may be any trial. */
    nameless: Schema.Boolean,
    /** Up to a thousand. */
    records: Schema.Array(RejectedRecord)
  }),
  findings: Schema.Array(FindingSummary)
})
export type ReadSummary = typeof ReadSummary.Type

/** The summary of a read without pages. */
export const nothing: ReadSummary = {
  rows: 0,
  duplicates: 0,
  clashes: [],
  columns: [],
  rejected: { count: 0, nameless: false, records: [] },
  findings: []
}

/** The summary of one page. */
export const ofPage = (page: ExtractedPage, transformed: Omit<TransformedPage, "trials">): ReadSummary => ({
  rows: page.records.length,
  duplicates: transformed.duplicates,
  clashes: transformed.clashes.slice(0, clashLimit),
  columns: transformed.columns,
  rejected: {
    count: transformed.rejected.length,
    nameless: transformed.rejected.some(({ id }) => id === null),
    records: transformed.rejected.slice(0, rejectedLimit).map(({ id, reason }) => ({ id, reason }))
  },
  findings: summarize(transformed.findings)
})

/** Combines the summaries of two parts of a read. */
export const combine = (one: ReadSummary, other: ReadSummary): ReadSummary => ({
  rows: one.rows + other.rows,
  duplicates: one.duplicates + other.duplicates,
  clashes: [...new Set([...one.clashes, ...other.clashes])].slice(0, clashLimit),
  columns: [...new Set([...one.columns, ...other.columns])],
  rejected: {
    count: one.rejected.count + other.rejected.count,
    nameless: one.rejected.nameless || other.rejected.nameless,
    records: [...one.rejected.records, ...other.rejected.records].slice(0, rejectedLimit)
  },
  findings: combineFindings(one.findings, other.findings)
})
