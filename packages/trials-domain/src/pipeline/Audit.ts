/**
 * What a run learns of the edits that its registry's list hides, and of those that came by the thousand.
 *
 * @module
 */
import { SqlClient, type SqlError } from "@effect/sql"
import { Effect } from "effect"
import type { FindingSummary } from "../model/Finding.js"
import type { Audit } from "../model/Run.js"
import { count } from "../sql/count.js"
import * as Listings from "../store/Listings.js"
import { stagingTables } from "../store/StagingTables.js"
import type { StoreError } from "../store/StoreError.js"

// Shares of the registry and of the audited part above which edits are one change of the registry's, not of its trials.
const massOfAll = 0.05
const massOfPart = 0.2

// A share of the audited part above which the other parts are likely to hide as many edits.
const manyHidden = 0.01

/** The code of a finding: so many hidden edits were found that all records should be read. */
const fullDue = "full-due"

/** What this run's audit found, from the versions that it wrote. Before the listings are kept. */
export const audited = (
  registry: string,
  of: Listings.Audited
): Effect.Effect<Audit, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const hidden = yield* count((sql) => sql`trial_versions v WHERE ${Listings.hidden(sql, of)}`)
    const trials = yield* count(
      (sql) => sql`${stagingTables(sql).listings} s
        WHERE s.registry = ${registry} AND ${of.bucket === null ? sql`1 = 1` : sql`s.bucket = ${of.bucket}`}`
    )
    return { bucket: of.bucket, trials, hidden }
  })

/** Marks the edits of a mass change: all edits of the load, or those that its audit found. */
export const markMass = (
  registry: string,
  of: Listings.Audited,
  edited: number,
  audit: Audit | null
): Effect.Effect<void, SqlError.SqlError | StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (edited === 0) return
    const sql = yield* SqlClient.SqlClient
    const n = yield* count(() => sql`trials WHERE registry = ${registry}`)
    if (edited > massOfAll * n) {
      yield* sql`UPDATE trial_versions SET mass = 1
        WHERE seq > ${of.after} AND run_id = ${of.runId} AND kind = 'edited'`
    } else if (audit !== null && audit.hidden > massOfPart * audit.trials) {
      yield* sql`UPDATE trial_versions AS v SET mass = 1 WHERE ${Listings.hidden(sql, of)}`
    }
  })

const isDue = (audit: Audit | null): audit is Audit =>
  audit !== null && audit.bucket !== null && audit.hidden > manyHidden * audit.trials

/** The finding that a full read is due. */
export const dueOf = (registry: string, audit: Audit | null): ReadonlyArray<FindingSummary> =>
  isDue(audit)
    ? [{ code: fullDue, field: null, count: audit.hidden, examples: [{ id: registry, value: null }] }]
    : []

/** What an operator should know of an audit; `full` names what reads every trial whole. */
export const auditNotes = (audit: Audit | null, full: string): ReadonlyArray<string> =>
  isDue(audit)
    ? [
        `${audit.hidden} of ${audit.trials} audited trials were edited without the list showing it; the rest of the ` +
          `registry is likely to hide as many. A full read is due: run once with ${full}.`
      ]
    : []
