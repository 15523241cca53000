import { SqlClient, type Statement } from "@effect/sql"
import { plan } from "./Plan.js"
import { Effect, Schema } from "effect"
import { type ChangeKind } from "../model/Change.js"
import { failpoint } from "../store/Failpoint.js"
import { Instant } from "../model/Instant.js"
import { contentColumns, selectList } from "../store/columns.js"
import { report } from "./Progress.js"
import type { Registry } from "../registries/Registry.js"
import { trialFields } from "../model/Trial.js"
import { ContentJson, TrialRow } from "../store/TrialRow.js"
import { takeSeq } from "../store/Counters.js"
import { type LoadContext, type TrialPlan, write } from "../store/VersionWriter.js"
import type { StoreError } from "../store/StoreError.js"

/** How many trials got a version of each kind, and how many got none. */
export type LoadCounts = Readonly<Record<ChangeKind | "unchanged", number>>

const nothingLoaded: LoadCounts = {
  created: 0,
  edited: 0,
  remapped: 0,
  disappeared: 0,
  reappeared: 0,
  unchanged: 0
}

/** The mapping version with which the registry was last read: before an instant, or at all (null). */
export type ReadMapping = (before: Instant | null) => Effect.Effect<number, StoreError>

/** A trial's row together with the place of the version that moved `updatedAt`. */
export const KnownTrial = Schema.Struct({ ...TrialRow.fields, updatedSeq: Schema.Int })

/** The columns of `KnownTrial`, aliased. */
export const knownSelect = selectList([...trialFields, "updatedSeq"], "t")

const pageSize = 1000

const contents = (alias: string) => `(${contentColumns(alias)})`

/**
 * Brings `trials` to what is staged: new trials are created, and of the others only those that differ are read,
 * compared field by field and written, each with its version. Must run inside a transaction that holds the
 * registry's lease, over a staged read that was proven whole. `readMapping` says with which mapping version the
 * registry was last read, before an instant or at all (null).
 */
export const upsertAll: (
  registry: Registry,
  readMapping: ReadMapping,
  context: LoadContext
) => Effect.Effect<LoadCounts, StoreError, SqlClient.SqlClient> = Effect.fn("Load.upsertAll")(function* (
  registry: Registry,
  readMapping: ReadMapping,
  context: LoadContext
) {
  const sql = yield* SqlClient.SqlClient
  const counts = { ...nothingLoaded }
  const [total] = yield* sql<{ n: number }>`SELECT CAST(count(*) AS INTEGER) AS n
    FROM trials_staging.records WHERE registry = ${registry.name}`
  let after = ""
  let done = 0
  for (;;) {
    const [page] = yield* sql<{
      last: string | null
      n: number
    }>`SELECT max(id) AS last, CAST(count(*) AS INTEGER) AS n
      FROM (SELECT id FROM trials_staging.records WHERE registry = ${registry.name} AND id > ${after}
        ORDER BY id LIMIT ${pageSize}) AS page`
    if (page === undefined || page.last === null) break
    const { last, n } = page
    const within = (table: string) =>
      sql`${sql(table)}.registry = ${registry.name} AND ${sql(table)}.id > ${after} AND ${sql(table)}.id <= ${last}`
    const both = sql`trials_staging.records s JOIN trials t ON t.registry = s.registry AND t.id = s.id
      WHERE ${within("s")} AND ${within("t")}`
    const [found] = yield* sql<{ known: number }>`SELECT CAST(count(*) AS INTEGER) AS known FROM ${both}`
    const known = found?.known ?? 0
    if (known < n)
      yield* createAll(
        context,
        known === 0 ? within("s") : sql`${within("s")} AND ${unknown(sql)}`,
        n - known
      )
    const plans = known === 0 ? [] : yield* differing(registry, readMapping, both)
    if (plans.length > 0) yield* write(context, plans)
    counts.created += n - known
    counts.unchanged += known - plans.length
    for (const { kind } of plans.flatMap(({ versions }) => versions)) counts[kind] += 1
    after = last
    done += n
    yield* failpoint("load.page")
    yield* report({ step: "load", done, total: total?.n ?? null })
  }
  return counts
})

const unknown = (sql: SqlClient.SqlClient) =>
  sql`NOT EXISTS (SELECT 1 FROM trials t WHERE t.registry = s.registry AND t.id = s.id)`

/** Creates `count` staged trials, those of `where`, without their passing through this process. */
const createAll = (context: LoadContext, where: Statement.Fragment, count: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { editionDate, mappingVersion, observedAt, runId } = context
    const before = yield* takeSeq(count)
    const seq = sql`CAST(${before} + row_number() OVER (ORDER BY s.id) AS INTEGER)`
    const text = (value: string | null) => sql`CAST(${value} AS TEXT)`
    yield* sql`INSERT INTO trial_search (registry, id, text, title, department, institution)
      SELECT s.registry, s.id, s.search_text, s.search_title, s.search_department, s.search_institution
      FROM trials_staging.records s WHERE ${where} ORDER BY s.id`
    yield* sql`INSERT INTO trial_versions (registry, id, version, seq, kind, changes, content, record, observed_at,
        edition_date, mapping_version, run_id, created_at, updated_at, missing_since)
      SELECT s.registry, s.id, 1, ${seq}, 'created', '[]', s.content, s.record, ${text(observedAt)},
        ${text(editionDate)}, CAST(${mappingVersion} AS INTEGER), ${text(runId)}, ${text(observedAt)}, ${text(observedAt)}, NULL
      FROM trials_staging.records s WHERE ${where} ORDER BY s.id`
    yield* sql`INSERT INTO trials (registry, id, ${sql.literal(contentColumns())},
        version, created_at, updated_at, missing_since, updated_seq)
      SELECT s.registry, s.id, ${sql.literal(contentColumns("s"))},
        1, ${text(observedAt)}, ${text(observedAt)}, NULL, ${seq}
      FROM trials_staging.records s WHERE ${where} ORDER BY s.id`
  })

const Differing = Schema.Struct({
  ...KnownTrial.fields,
  seen: ContentJson,
  record: Schema.String,
  unseenSince: Schema.NullOr(Instant)
})

/** The trials of `both` that differ from what is staged of them, with the versions that this makes. */
const differing = (registry: Registry, readMapping: ReadMapping, both: Statement.Fragment) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`SELECT ${sql.literal(knownSelect)}, s.content AS "seen", s.record AS "record",
        coalesce(t.missing_since, (SELECT a.missed_at FROM absences a
          WHERE a.registry = t.registry AND a.id = t.id)) AS "unseenSince"
      FROM ${both} AND (t.missing_since IS NOT NULL
        OR ${sql.literal(contents("t"))} IS DISTINCT FROM ${sql.literal(contents("s"))})
      ORDER BY s.id`
    const found = yield* Schema.decodeUnknown(Schema.Array(Differing))(rows)
    // A trial that was not there when fields were first asked for has not been asked for them yet.
    const mappings = new Map<Instant | null, number>()
    for (const { unseenSince } of found) {
      if (!mappings.has(unseenSince)) mappings.set(unseenSince, yield* readMapping(unseenSince))
    }
    return found.map(({ record, seen, unseenSince, ...trial }): TrialPlan => ({
      trial,
      versions: plan(
        registry,
        mappings.get(unseenSince) ?? registry.mappingVersion,
        { content: trial, missing: trial.missingSince !== null },
        seen
      ),
      record
    }))
  })
