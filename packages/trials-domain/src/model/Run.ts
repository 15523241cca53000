import { Schema } from "effect"
import { Instant } from "./Instant.js"
import { FindingSummary, RejectedRecord } from "./Finding.js"
import { Revision } from "./Revision.js"
import { RegistryName } from "./Trial.js"

/**
 * How a run ended. Only a `complete` or `unchanged` run may load anything: what it read, which was proven whole, or a
 * remap of ours. A dry run ends like these and loads nothing.
 */
export const Verdict = Schema.Literal("complete", "unchanged", "quarantined", "failed").annotations({
  identifier: "Verdict"
})
export type Verdict = typeof Verdict.Type

const tally = Schema.NonNegativeInt

/** What a run counted: records as far as it read them, trials as far as it wrote versions of them. */
export const RunCounts = Schema.Struct({
  /** The registry's own count of its records; null if it could not be asked. */
  expected: Schema.NullOr(tally),
  /** The records that were read, repeated and rejected ones too. */
  extracted: tally,
  /** The whole records that were read beside the list, where the list carries only a part of each. */
  detailed: tally,
  /** The records that the mapping could not read. */
  rejected: tally,
  created: tally,
  edited: tally,
  /** Those of the edits whose registry did not move its own update date. */
  silent: tally,
  remapped: tally,
  /** The trials that came and got no version. */
  unchanged: tally,
  /** The known trials that did not come for the first time: those that the next run misses, too, will have disappeared. */
  missed: tally,
  disappeared: tally,
  reappeared: tally
}).annotations({ identifier: "RunCounts" })
export type RunCounts = typeof RunCounts.Type

/** The counts of a run that has asked and written nothing yet. */
export const noCounts: RunCounts = {
  expected: null,
  extracted: 0,
  detailed: 0,
  rejected: 0,
  created: 0,
  edited: 0,
  silent: 0,
  remapped: 0,
  unchanged: 0,
  missed: 0,
  disappeared: 0,
  reappeared: 0
}

/** What a run read whole of a registry though its list called for nothing: to find the edits that the list hides. */
export const Audit = Schema.Struct({
  bucket: Schema.NullOr(tally).annotations({
    description: "One of 28 parts of the registry, from 0; null for all of them."
  }),
  /** How many trials of it were listed. */
  trials: tally,
  /** How many of these were edited and the list did not show it. */
  hidden: tally
}).annotations({ identifier: "Audit" })
export type Audit = typeof Audit.Type

/** Why a run loaded nothing: a code for programs (docs/verdicts.md in the repository), and a message for a person. */
export const RunReason = Schema.Struct({
  code: Schema.String.annotations({ description: "As in `count-mismatch`, `shrink` or `server`." }),
  message: Schema.String,
  examples: Schema.Array(Schema.String).annotations({ description: "A few of what disagreed." })
}).annotations({ identifier: "RunReason" })
export type RunReason = typeof RunReason.Type

/** What `trials sync` reports, whatever the verdict. */
export const RunReport = Schema.Struct({
  runId: Schema.String,
  registry: RegistryName,
  revision: Schema.NullOr(Revision),
  verdict: Schema.NullOr(Verdict).annotations({ description: "Null while the run goes on." }),
  startedAt: Instant,
  finishedAt: Schema.NullOr(Instant),
  counts: RunCounts,
  reason: Schema.NullOr(RunReason).annotations({ description: "Null when complete or unchanged." })
}).annotations({ identifier: "RunReport" })
export type RunReport = typeof RunReport.Type

/**
 * How a run proved that it saw the whole registry. Each proof says what its name can say, and no more: see "What a proof
 * proves" in docs/architecture.md.
 */
export const Proof = Schema.Literal("one-response", "data-version", "two-reads", "saved-pages").annotations({
  identifier: "Proof",
  description:
    "`one-response` (the list came in one response) and `data-version` (the registry's version of its data was the " +
    "same on every page, before and after): one state of the registry. `two-reads` (two reads in pages of different " +
    "sizes said the same of every trial): every trial that kept its place in the list; it may mix moments. " +
    "`saved-pages`: pages saved before the run fit together; of which moments they are is not known."
})
export type Proof = typeof Proof.Type

/** What each proof shows, as a sentence goes on after "because" or a colon. */
export const proofMeaning: Readonly<Record<Proof, string>> = {
  "one-response": "the whole list came in one response, so it is one state of the registry",
  "data-version":
    "the registry's version of its data was the same on every page, before and after, so it is one state of the registry",
  "two-reads":
    "reads in pages of different sizes said the same of every trial, so none is missing that kept its place in the " +
    "list; it may mix moments",
  "saved-pages": "the saved pages fit together; of which moments they are is not known"
}

/** A row of the ledger: the report, and how the run reached it. */
export const Run = Schema.Struct({
  ...RunReport.fields,
  /** Null where nothing was proven. */
  proof: Schema.NullOr(Proof),
  /** The registry's own timestamp of the data that were read; null where it has none. */
  dataTimestamp: Schema.NullOr(Schema.String),
  /** The mapping version of the program that ran. */
  mappingVersion: Schema.Int,
  observedAt: Schema.NullOr(Instant).annotations({
    description: "The instant given to what the run loaded; null where it loaded nothing."
  }),
  resumedPages: tally.annotations({ description: "Pages taken over from a run that was killed." }),
  audit: Schema.NullOr(Audit).annotations({ description: "Null where the list carries whole records." }),
  /** What an operator should know of a run that worked, as sentences. */
  notes: Schema.Array(Schema.String),
  rejected: Schema.Array(RejectedRecord).annotations({ description: "Up to a thousand." }),
  findings: Schema.Array(FindingSummary)
}).annotations({ identifier: "Run" })
export type Run = typeof Run.Type

/** The part of a ledger row that is reported. */
export const reportOf = (run: Run): RunReport => ({
  runId: run.runId,
  registry: run.registry,
  revision: run.revision,
  verdict: run.verdict,
  startedAt: run.startedAt,
  finishedAt: run.finishedAt,
  counts: run.counts,
  reason: run.reason
})

/** A run as lists show it: without its rejected records and its findings. */
export const RunSummary = Run.omit("rejected", "findings").annotations({ identifier: "RunSummary" })
export type RunSummary = Schema.Schema.Type<typeof RunSummary>
