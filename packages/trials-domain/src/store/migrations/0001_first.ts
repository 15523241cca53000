import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/** Text that compares byte by byte on both engines. */
const textType = (sql: SqlClient.SqlClient) =>
  sql.onDialectOrElse({ pg: () => sql.literal('TEXT COLLATE "C"'), orElse: () => sql.literal("TEXT") })

export const first = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = textType(sql)

  yield* sql`CREATE TABLE trials (
    registry ${text} NOT NULL,
    id ${text} NOT NULL,
    url ${text},
    title ${text} NOT NULL,
    official_title ${text},
    study_type ${text},
    study_type_raw ${text},
    phases ${text} NOT NULL,
    phase_raw ${text},
    observational_model ${text},
    observational_model_raw ${text},
    scope ${text},
    scope_raw ${text},
    department ${text},
    lead_institution ${text},
    collaborators ${text} NOT NULL,
    status ${text},
    status_raw ${text},
    conditions ${text} NOT NULL,
    interventions ${text} NOT NULL,
    enrollment INTEGER,
    enrollment_type ${text},
    enrollment_raw ${text},
    duration_months INTEGER,
    duration_raw ${text},
    start_date ${text},
    completion_date ${text},
    registry_updated_date ${text},
    countries ${text} NOT NULL,
    has_results SMALLINT,
    version INTEGER NOT NULL,
    created_at ${text} NOT NULL,
    updated_at ${text} NOT NULL,
    missing_since ${text},
    updated_seq INTEGER NOT NULL,
    PRIMARY KEY (registry, id)
  )`
  // The last two columns are not for the order: with them, the index is enough to count a list.
  yield* sql`CREATE INDEX trials_by_update ON trials (updated_at, updated_seq, missing_since, registry)`
  yield* sql`CREATE INDEX trials_by_id ON trials (id, registry)`

  yield* sql`CREATE TABLE trial_versions (
    registry ${text} NOT NULL,
    id ${text} NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind ${text} NOT NULL,
    changes ${text} NOT NULL,
    content ${text} NOT NULL,
    record ${text},
    observed_at ${text} NOT NULL,
    edition_date ${text},
    mapping_version INTEGER NOT NULL,
    run_id ${text} NOT NULL,
    created_at ${text} NOT NULL,
    updated_at ${text} NOT NULL,
    missing_since ${text},
    PRIMARY KEY (registry, id, version)
  )`
  yield* sql`CREATE INDEX trial_versions_by_seq ON trial_versions (seq)`

  yield* sql`CREATE TABLE trial_search (
    registry ${text} NOT NULL,
    id ${text} NOT NULL,
    text ${text} NOT NULL,
    title ${text} NOT NULL,
    department ${text} NOT NULL,
    institution ${text} NOT NULL,
    PRIMARY KEY (registry, id)
  )`

  yield* sql`CREATE TABLE absences (
    registry ${text} NOT NULL,
    id ${text} NOT NULL,
    missed_at ${text} NOT NULL,
    run_id ${text} NOT NULL,
    PRIMARY KEY (registry, id)
  )`

  yield* sql`CREATE TABLE runs (
    run_id ${text} NOT NULL PRIMARY KEY,
    registry ${text} NOT NULL,
    revision ${text},
    verdict ${text},
    started_at ${text} NOT NULL,
    finished_at ${text},
    counts ${text} NOT NULL,
    reason ${text},
    proof ${text},
    data_timestamp ${text},
    mapping_version INTEGER NOT NULL,
    observed_at ${text},
    resumed_pages INTEGER NOT NULL,
    notes ${text} NOT NULL,
    rejected ${text} NOT NULL,
    findings ${text} NOT NULL
  )`
  yield* sql`CREATE INDEX runs_by_start ON runs (started_at, run_id)`
  yield* sql`CREATE INDEX runs_by_registry ON runs (registry, started_at, run_id)`

  yield* sql`CREATE TABLE leases (
    registry ${text} NOT NULL PRIMARY KEY,
    run_id ${text} NOT NULL,
    holder ${text} NOT NULL,
    token INTEGER NOT NULL,
    expires_at ${text} NOT NULL
  )`

  yield* sql`CREATE TABLE counters (name ${text} NOT NULL PRIMARY KEY, value INTEGER NOT NULL)`
  yield* sql`INSERT INTO counters (name, value) VALUES ('seq', 0), ('publication', 0)`
})
