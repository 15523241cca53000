import { SqlClient, type SqlError } from "@effect/sql"
import { Effect } from "effect"
import { type ChangeKind, type FieldChange, isSilent } from "../model/Change.js"
import type { Instant } from "../model/Instant.js"
import { toText } from "../model/Content.js"
import { insertAll } from "../sql/insert.js"
import * as SearchIndex from "../search/SearchIndex.js"
import type { TrialContent } from "../model/Trial.js"
import { takeSeq } from "./Counters.js"
import * as TrialIds from "./TrialIds.js"
import { type KnownTrial, replaced, toSummaryRow } from "./TrialRow.js"

/** A version to write: its kind, its changes, and the trial's content after it. */
export interface PlannedVersion {
  readonly kind: ChangeKind
  readonly changes: ReadonlyArray<FieldChange>
  readonly content: TrialContent
}

/** What all versions of one load have in common. */
export interface LoadContext {
  readonly registry: string
  readonly runId: string
  readonly observedAt: Instant
  readonly editionDate: string | null
  readonly mappingVersion: number
}

/** The versions that a load adds to one known trial. */
export interface TrialPlan {
  readonly trial: KnownTrial
  readonly versions: ReadonlyArray<PlannedVersion>
  /** The packed record that led to the last of them; null if no record came (a record is stored once). */
  readonly record: Uint8Array | null
  /** For a disappearance, the instant of the first miss. */
  readonly missingSince?: Instant
}

/** Writes versions of known trials, in order, and updates their rows to the last version. */
export const write: (
  context: LoadContext,
  plans: ReadonlyArray<TrialPlan>
) => Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.fn("VersionWriter.write")(
  function* (context: LoadContext, plans: ReadonlyArray<TrialPlan>) {
    const sql = yield* SqlClient.SqlClient
    const { registry } = context
    let seq = yield* takeSeq(plans.reduce((count, { versions }) => count + versions.length, 0))
    const versionRows = []
    const trialRows = []
    const found = []
    const identified = []
    for (const { missingSince, record, trial, versions } of plans) {
      let { missingSince: missing, updatedAt, updatedSeq, version } = trial
      for (const [n, { changes, content, kind }] of versions.entries()) {
        seq += 1
        version += 1
        if (kind === "edited") {
          updatedAt = context.observedAt
          updatedSeq = seq
        }
        if (kind === "disappeared") missing = missingSince ?? context.observedAt
        if (kind === "reappeared") missing = null
        versionRows.push({
          registry,
          id: trial.id,
          version,
          seq,
          kind,
          changes: JSON.stringify(changes),
          content: toText(content),
          record: n === versions.length - 1 ? record : null,
          observed_at: context.observedAt,
          edition_date: context.editionDate,
          mapping_version: context.mappingVersion,
          run_id: context.runId,
          created_at: trial.createdAt,
          updated_at: updatedAt,
          missing_since: missing,
          silent: Number(kind === "edited" && isSilent(changes, content)),
          mass: 0
        })
      }
      const content = versions.at(-1)?.content
      if (content === undefined) continue
      trialRows.push({
        ...toSummaryRow(content),
        registry,
        id: trial.id,
        version,
        created_at: trial.createdAt,
        updated_at: updatedAt,
        missing_since: missing,
        updated_seq: updatedSeq
      })
      const now = { registry, id: trial.id, content, missingSince: missing, seq: updatedSeq }
      if (!SearchIndex.isSame({ ...trial, seq: trial.updatedSeq }, now)) found.push(now)
      if (!TrialIds.isSame(trial.id, trial.content, content))
        identified.push({ registry, id: trial.id, content })
    }
    yield* insertAll(sql, "trial_versions", versionRows)
    yield* insertAll(sql, "trials", trialRows, replaced)
    yield* SearchIndex.write(found)
    yield* TrialIds.write(identified)
  }
)
