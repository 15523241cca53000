import { Schema } from "effect"
import { Audit, Run, RunCounts, RunReport, RunSummary } from "../model/Run.js"
import { selectList } from "../sql/columns.js"

const later = Schema.optionalWith(RunCounts.fields.missed, { default: () => 0 })

/** Runs of earlier versions did not count all of this. */
const Counts = Schema.Struct({ ...RunCounts.fields, detailed: later, silent: later, missed: later })

/** A run as its row holds it: anything but a number or a single word is JSON text. */
export const RunRow = Schema.Struct({
  ...Run.fields,
  revision: Schema.parseJson(Run.fields.revision),
  counts: Schema.parseJson(Counts),
  reason: Schema.parseJson(Run.fields.reason),
  audit: Schema.NullOr(Schema.parseJson(Audit)),
  notes: Schema.parseJson(Run.fields.notes),
  rejected: Schema.parseJson(Run.fields.rejected),
  findings: Schema.parseJson(Run.fields.findings)
})

/** The columns of `RunRow` in `runs r`, aliased. */
export const runSelect = selectList(Object.keys(Run.fields), "r")

/** A run's row without its rejected records and findings. */
export const SummaryRow = RunRow.omit("rejected", "findings")

/** The columns of `SummaryRow` in `runs r`, aliased. */
export const runSummarySelect = selectList(Object.keys(RunSummary.fields), "r")

/** The part of a run's row that is reported. */
export const ReportRow = RunRow.pick(...(Object.keys(RunReport.fields) as Array<keyof RunReport>)) // a schema's own keys

/** The columns of `ReportRow` in `runs r`, aliased. */
export const reportSelect = selectList(Object.keys(RunReport.fields), "r")

/** The runs `r` that loaded a read or a remap: `observed_at` is null for a dry run. */
export const loaded = "r.verdict IN ('complete', 'unchanged') AND r.observed_at IS NOT NULL"

/** The runs `r` that read their registry, proved the read and loaded it: a remap reads nothing, so it has no proof. */
export const proven = `${loaded} AND r.proof IS NOT NULL`

/** The order in which the ledger is read. */
export const newestFirst = "r.started_at DESC, r.run_id DESC"

// How many rejected records of a run the ledger lists; the count covers all of them.
const listed = 1000

/** A run in the form of its row. */
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
  audit: run.audit === null ? null : JSON.stringify(run.audit),
  notes: JSON.stringify(run.notes),
  rejected: JSON.stringify(run.rejected.slice(0, listed)),
  findings: JSON.stringify(run.findings)
})
