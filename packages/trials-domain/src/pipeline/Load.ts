import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Option, Schema } from "effect"
import { type ChangeKind, isSilent } from "../model/Change.js"
import { ContentText } from "../model/Content.js"
import { Instant } from "../model/Instant.js"
import type { Registry } from "../registries/Registry.js"
import * as SearchIndex from "../search/SearchIndex.js"
import { count } from "../sql/count.js"
import { takeSeq } from "../store/Counters.js"
import { failpoint } from "../store/Failpoint.js"
import type { StoreError } from "../store/StoreError.js"
import { known, KnownTrial, knownSelect, summaryColumns } from "../store/TrialRow.js"
import * as TrialIds from "../store/TrialIds.js"
import { type LoadContext, type TrialPlan, write } from "../store/VersionWriter.js"
import { plan } from "./Plan.js"
import { report } from "./Progress.js"
import { staged, stagingTables } from "../store/StagingTables.js"

/** How many versions of each kind were written, and how many of the edits were silent. */
export type LoadCounts = Readonly<Record<ChangeKind | "silent", number>>

const nothingLoaded: LoadCounts = {
  created: 0,
  edited: 0,
  silent: 0,
  remapped: 0,
  disappeared: 0,
  reappeared: 0
}

/** The mapping version of the registry's last read before an instant, or of its last read at all (null). */
export type ReadMapping = (before: Instant | null) => Effect.Effect<number, StoreError>

const pageSize = 1000

/**
 * Brings `trials` up to the staged read. New trials are created. Existing trials are read only if they differ, then
 * compared field by field and written with their versions. Must run inside a transaction that holds the registry's
 * lease, over a staged read that was proven whole.
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
  const total = yield* count(() => sql`${stagingTables(sql).records} WHERE registry = ${registry.name}`)
  const pageAfter = SqlSchema.findOne({
    Request: Schema.String,
    Result: Schema.Struct({ last: Schema.NullOr(Schema.String), n: Schema.Int }),
    execute: (after) => sql`SELECT max(id) AS last, CAST(count(*) AS INTEGER) AS n
      FROM (SELECT id FROM ${stagingTables(sql).records} WHERE registry = ${registry.name} AND id > ${after}
        ORDER BY id LIMIT ${pageSize}) AS page`
  })
  let after = ""
  let done = 0
  for (;;) {
    const page = Option.getOrNull(yield* pageAfter(after))
    if (page === null || page.last === null) break
    const { last, n } = page
    // Both sides of a join need the range: PostgreSQL does not carry it from one side to the other.
    const within = (alias: string) =>
      sql`${sql(alias)}.registry = ${registry.name} AND ${sql(alias)}.id > ${after} AND ${sql(alias)}.id <= ${last}`
    const matched = yield* count(
      () => sql`${staged(sql)} JOIN trials t ON t.registry = s.registry AND t.id = s.id
        WHERE ${within("s")} AND ${within("t")}`
    )
    if (matched < n)
      yield* createAll(
        context,
        matched === 0 ? within("s") : sql`${within("s")} AND ${unknown(sql)}`,
        n - matched
      )
    const plans = matched === 0 ? [] : yield* differing(registry, readMapping, within)
    if (plans.length > 0) yield* write(context, plans)
    counts.created += n - matched
    for (const { changes, content, kind } of plans.flatMap(({ versions }) => versions)) {
      counts[kind] += 1
      if (kind === "edited" && isSilent(changes, content)) counts.silent += 1
    }
    after = last
    done += n
    yield* failpoint("load.page")
    yield* report({ step: "load", done, total })
  }
  return counts
})

const unknown = (sql: SqlClient.SqlClient) =>
  sql`NOT EXISTS (SELECT 1 FROM trials t WHERE t.registry = s.registry AND t.id = s.id)`

/** Creates the `count` staged trials that match `where`, without loading them into this process. */
const createAll = (context: LoadContext, where: Statement.Fragment, count: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { editionDate, mappingVersion, observedAt, runId } = context
    const before = yield* takeSeq(count)
    const seq = sql`CAST(${before} + row_number() OVER (ORDER BY s.id) AS INTEGER)`
    const text = (value: string | null) => sql`CAST(${value} AS TEXT)`
    yield* SearchIndex.insertStaged(sql`${staged(sql)} WHERE ${where}`, seq)
    yield* TrialIds.insertStaged(staged(sql), where)
    yield* sql`INSERT INTO trial_versions (registry, id, version, seq, kind, changes, content, record, observed_at,
        edition_date, mapping_version, run_id, created_at, updated_at, missing_since)
      SELECT s.registry, s.id, 1, ${seq}, 'created', '[]', s.content, s.record, ${text(observedAt)},
        ${text(editionDate)}, CAST(${mappingVersion} AS INTEGER), ${text(runId)}, ${text(observedAt)}, ${text(observedAt)}, NULL
      FROM ${staged(sql)} WHERE ${where} ORDER BY s.id`
    yield* sql`INSERT INTO trials (registry, id, ${sql.literal(summaryColumns())},
        version, created_at, updated_at, missing_since, updated_seq)
      SELECT s.registry, s.id, ${sql.literal(summaryColumns("s"))},
        1, ${text(observedAt)}, ${text(observedAt)}, NULL, ${seq}
      FROM ${staged(sql)} WHERE ${where} ORDER BY s.id`
  })

const Differing = Schema.Struct({
  ...KnownTrial.fields,
  seen: ContentText,
  record: Schema.Uint8ArrayFromSelf,
  unseenSince: Schema.NullOr(Instant),
  /** The mapping under which the trial was last read whole, if the registry was asked for it by its id. */
  readUnder: Schema.NullOr(Schema.Int)
})

/** The known trials of a page that differ from their staged records, with the versions to add. */
const differing = (
  registry: Registry,
  readMapping: ReadMapping,
  within: (alias: string) => Statement.Fragment
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Differing,
      execute: () => sql`SELECT ${sql.literal(knownSelect)}, s.content AS seen, s.record AS record,
          coalesce(t.missing_since, (SELECT a.missed_at FROM absences a
            WHERE a.registry = t.registry AND a.id = t.id)) AS "unseenSince",
          (SELECT k.mapping_version FROM trial_listings k WHERE k.registry = t.registry AND k.id = t.id
            AND s.listing IS NOT NULL) AS "readUnder"
        FROM ${sql.literal(known)} JOIN ${staged(sql)} ON s.registry = t.registry AND s.id = t.id
        WHERE ${within("s")} AND ${within("t")} AND ${within("v")}
          AND (t.missing_since IS NOT NULL OR v.content <> s.content)
        ORDER BY s.id`
    })
    const found = yield* find()
    // If a trial was away when fields were first requested, they have not been requested for it yet.
    const mappings = new Map<Instant | null, number>()
    for (const { readUnder, unseenSince } of found) {
      if (readUnder === null && !mappings.has(unseenSince))
        mappings.set(unseenSince, yield* readMapping(unseenSince))
    }
    return found.map(({ readUnder, record, seen, unseenSince, ...trial }): TrialPlan => ({
      trial,
      versions: plan(
        registry,
        readUnder ?? mappings.get(unseenSince) ?? registry.mappingVersion,
        { content: trial.content, missing: trial.missingSince !== null },
        seen
      ),
      record
    }))
  })

/**
 * Brings back the missing trials that a staged census lists and of which no record is staged: their listings say that
 * nothing else has changed. Returns how many.
 */
export const reappearListed: (
  context: LoadContext
) => Effect.Effect<number, StoreError, SqlClient.SqlClient> = Effect.fn("Load.reappearListed")(function* (
  context: LoadContext
) {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: KnownTrial,
    execute: () => sql`SELECT ${sql.literal(knownSelect)} FROM ${sql.literal(known)}
      WHERE t.registry = ${context.registry} AND t.missing_since IS NOT NULL
        AND EXISTS (SELECT 1 FROM ${stagingTables(sql).listings} l WHERE l.registry = t.registry AND l.id = t.id)
      ORDER BY t.id LIMIT ${pageSize}`
  })
  let count = 0
  for (;;) {
    const page = yield* find()
    if (page.length === 0) return count
    yield* write(
      context,
      page.map((trial) => ({
        trial,
        versions: [{ kind: "reappeared", changes: [], content: trial.content }],
        record: null
      }))
    )
    count += page.length
  }
})
