import { combine, type FindingSummary, summarize } from "../model/Finding.js"
import type { Run } from "../model/Run.js"
import type { RegistryRequests } from "../registries/RegistryClient.js"
import type { CensusRead } from "./CensusRead.js"
import type { ProvenRead } from "./ProvenRead.js"
import { rejectedLimit } from "./ReadSummary.js"
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

/** The edition that a run names, once it knows the timestamp of the data that it read. */
const revisionOf = (
  { revision }: Run,
  dataTimestamp: string | null,
  revisionAt: RegistryRequests["revisionAt"]
): Run["revision"] =>
  dataTimestamp === null || revisionAt === undefined ? revision : revisionAt(dataTimestamp)

/**
 * Enters a proven read into the run that made it, as the ledger shows it. Where the registry's data timestamp is the name
 * of its edition (`revisionAt`), that is the edition that was read.
 */
export const entered = (run: Run, read: ProvenRead, revisionAt?: RegistryRequests["revisionAt"]): Run => {
  const { dataTimestamp, expected, proof, resumedPages, summary } = read
  const findings = combine(summary.findings, repeatedOnPages(read))
  return {
    ...run,
    revision: revisionOf(run, dataTimestamp, revisionAt),
    counts: { ...run.counts, expected, extracted: summary.rows, rejected: summary.rejected.count },
    proof,
    dataTimestamp,
    resumedPages,
    notes: [...run.notes, ...notesOf(read, findings)],
    rejected: summary.rejected.records,
    findings
  }
}

/** Enters a census and the whole records that it called for. */
export const enteredCensus = (
  run: Run,
  { census, details }: CensusRead,
  last: Run | null,
  revisionAt?: RegistryRequests["revisionAt"]
): Run => {
  const { detailed, findings, older, rejected, waiting } = details
  const read: Run =
    census === null
      ? {
          ...run,
          // A copy that answered the first request may have named another one.
          revision: revisionOf(run, last?.dataTimestamp ?? null, revisionAt),
          proof: "data-version",
          dataTimestamp: last?.dataTimestamp ?? null,
          counts: { ...run.counts, expected: last?.counts.expected ?? null },
          notes: [
            ...run.notes,
            "The registry's data are those of the last run, so its list was not read again."
          ]
        }
      : entered(run, census, revisionAt)
  const notes: Array<string> = []
  if (older > 0)
    notes.push(
      `${older} whole record(s) were read before the list; they say of their trials what the list says.`
    )
  if (waiting > 0)
    notes.push(
      `${waiting} listed trial(s) have no record that says what the list says: they keep their last one, or wait for one. ` +
        "The next run asks for them again."
    )
  return {
    ...read,
    counts: { ...read.counts, detailed, rejected: read.counts.rejected + rejected.count },
    notes: [...read.notes, ...notes],
    rejected: [...read.rejected, ...rejected.records].slice(0, rejectedLimit),
    findings: combine(read.findings, findings)
  }
}
