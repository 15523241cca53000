import { combine, type FindingSummary, summarize } from "../model/Finding.js"
import type { Run } from "../model/Run.js"
import type { ProvenRead } from "./ProvenRead.js"
import { columnUnknown, recordRepeated } from "./Transform.js"

/** The finding that a registry listed trials on two pages. */
const repeatedOnPages = ({ keys }: ProvenRead): ReadonlyArray<FindingSummary> =>
  summarize(keys.repeatedIds.map((id) => ({ id, code: recordRepeated, field: null, value: null })))

/** What an operator should know about a read. */
const notesOf = (
  { keys, pageSizes, summary }: ProvenRead,
  findings: ReadonlyArray<FindingSummary>
): ReadonlyArray<string> => {
  const notes: Array<string> = []
  if (pageSizes.length > 2) {
    notes.push(`${pageSizes.length} reads agreed, in pages of ${pageSizes.join(", ")} records.`)
  }
  const duplicates = summary.duplicates + keys.repeated
  if (duplicates > 0) notes.push(`${duplicates} record(s) came twice with the same body.`)
  const added = findings
    .filter(({ code }) => code === columnUnknown)
    .map(({ examples }) => examples[0]?.value ?? null)
  if (added.length > 0) {
    const named = added.filter((name) => name !== null).sort()
    notes.push(
      `The registry sends column(s) that nobody knows yet: ${named.join(", ")}${added.includes(null) ? " and others" : ""}. ` +
        "They are kept in the records of new and changed trials."
    )
  }
  if (summary.rejected.nameless) {
    notes.push(
      "A record without a readable id came. It may be any trial, so none was concluded to be missing."
    )
  }
  return notes
}

/** Enters a proven read into the run that made it, as the ledger shows it. */
export const entered = (run: Run, read: ProvenRead): Run => {
  const { dataTimestamp, expected, proof, resumedPages, summary } = read
  const findings = combine(summary.findings, repeatedOnPages(read))
  return {
    ...run,
    counts: { ...run.counts, expected, extracted: summary.rows, rejected: summary.rejected.count },
    proof,
    dataTimestamp,
    resumedPages,
    notes: [...run.notes, ...notesOf(read, findings)],
    rejected: summary.rejected.records,
    findings
  }
}
