import { Schema } from "effect"
import { Run, RunReport, RunSummary } from "../model/Run.js"
import { selectList } from "../sql/columns.js"

/** A run as its row holds it: what is not a number or one word is JSON text. */
export const RunRow = Schema.Struct({
  ...Run.fields,
  revision: Schema.parseJson(Run.fields.revision),
  counts: Schema.parseJson(Run.fields.counts),
  reason: Schema.parseJson(Run.fields.reason),
  notes: Schema.parseJson(Run.fields.notes),
  rejected: Schema.parseJson(Run.fields.rejected),
  findings: Schema.parseJson(Run.fields.findings)
})

/** The columns of `RunRow`, aliased, of `runs r`. */
export const runSelect = selectList(Object.keys(Run.fields), "r")

/** A run's row without what it rejected and found. */
export const SummaryRow = RunRow.omit("rejected", "findings")

/** The columns of `SummaryRow`, aliased, of `runs r`. */
export const runSummarySelect = selectList(Object.keys(RunSummary.fields), "r")

/** A run's row as far as it is reported. */
export const ReportRow = RunRow.pick(...(Object.keys(RunReport.fields) as Array<keyof RunReport>)) // a schema's own keys

/** The columns of `ReportRow`, aliased, of `runs r`. */
export const reportSelect = selectList(Object.keys(RunReport.fields), "r")

/** Which runs `r` loaded what they had read or mapped: `observed_at` is null for a dry run. */
export const loaded = "r.verdict IN ('complete', 'unchanged') AND r.observed_at IS NOT NULL"

/** Which runs `r` read their registry, proved the read and loaded it: a remap has no proof, for it reads nothing. */
export const proven = `${loaded} AND r.proof IS NOT NULL`

/** The order in which the ledger is read. */
export const newestFirst = "r.started_at DESC, r.run_id DESC"

// How many rejected records the ledger lists of a run; the count tells of all.
const listed = 1000

/** A run as its row takes it. */
export const toRunRow = (run: Run) => ({
  run_id: run.runId,
  registry: run.registry,
  revision: JSON.stringify(run.revision),
  verdict: run.verdict,
  started_at: run.startedAt,
  finished_at: run.finishedAt,
  counts: JSON.stringify(run.counts),
  reason: JSON.stringify(run.reason),
  proof: run.proof,
  data_timestamp: run.dataTimestamp,
  mapping_version: run.mappingVersion,
  observed_at: run.observedAt,
  resumed_pages: run.resumedPages,
  notes: JSON.stringify(run.notes),
  rejected: JSON.stringify(run.rejected.slice(0, listed)),
  findings: JSON.stringify(run.findings)
})
