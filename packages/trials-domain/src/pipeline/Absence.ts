import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { Instant } from "../model/Instant.js"
import { RegistryClient } from "../registries/RegistryClient.js"
import { count } from "../sql/count.js"
import type { StoreError } from "../store/StoreError.js"
import { known, KnownTrial, knownSelect } from "../store/TrialRow.js"
import { type LoadContext, type TrialPlan, write } from "../store/VersionWriter.js"
import { cameWithRead } from "../store/StagingTables.js"

const pageSize = 1000

/** The trials that the last proven run saw and the staged read does not contain. */
export interface Unseen {
  /** How many trials the last proven run saw. */
  readonly known: number
  /** How many of them the staged read does not contain, even as rejected records. */
  readonly count: number
  /** Up to ten of these. */
  readonly examples: ReadonlyArray<string>
}

/** Compares the trials that are listed, and were not already missed, with the staged read. */
export const unseen: (registry: string) => Effect.Effect<Unseen, StoreError, SqlClient.SqlClient> = Effect.fn(
  "Absence.unseen"
)(function* (registry: string) {
  const sql = yield* SqlClient.SqlClient
  const seenLast = sql`t.registry = ${registry} AND t.missing_since IS NULL AND NOT EXISTS (
    SELECT 1 FROM absences a WHERE a.registry = t.registry AND a.id = t.id)`
  const missing = sql`NOT ${cameWithRead(sql)}`
  const count = SqlSchema.single({
    Request: Schema.Void,
    Result: Schema.Struct({ known: Schema.Int, count: Schema.Int }),
    execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS known,
      CAST(coalesce(sum(CASE WHEN ${missing} THEN 1 ELSE 0 END), 0) AS INTEGER) AS count
      FROM trials t WHERE ${seenLast}`
  })
  const example = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ id: Schema.String }),
    execute: () => sql`SELECT t.id FROM trials t WHERE ${seenLast} AND ${missing} ORDER BY t.id LIMIT 10`
  })
  const counts = yield* Effect.catchTag(count(), "NoSuchElementException", Effect.die)
  const examples = counts.count === 0 ? [] : yield* example()
  return { ...counts, examples: examples.map(({ id }) => id) }
})

const Gone = Schema.Struct({ ...KnownTrial.fields, missedAt: Instant })

const toPlan = ({ missedAt, ...trial }: typeof Gone.Type): TrialPlan => ({
  trial,
  versions: [{ kind: "disappeared", changes: [], content: trial.content }],
  record: null,
  missingSince: missedAt
})

/**
 * Marks those of the unseen trials that an earlier run also missed as disappeared. Returns how many. Where the registry
 * has a data timestamp, a miss under the same one is the same miss seen twice.
 */
const disappear = (context: LoadContext, dataTimestamp: string | null) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { registry } = context
    const isSame = sql`EXISTS (SELECT 1 FROM runs r WHERE r.run_id = a.run_id AND r.data_timestamp >= ${dataTimestamp})`
    const missedAfter = SqlSchema.findAll({
      Request: Schema.String,
      Result: Gone,
      execute: (after) => sql`SELECT ${sql.literal(knownSelect)}, a.missed_at AS "missedAt"
        FROM ${sql.literal(known)} JOIN absences a ON a.registry = t.registry AND a.id = t.id
        WHERE a.registry = ${registry} AND a.id > ${after} AND t.missing_since IS NULL AND NOT ${isSame}
        ORDER BY a.id LIMIT ${pageSize}`
    })
    let count = 0
    let after = ""
    for (;;) {
      const gone = yield* missedAfter(after)
      const last = gone.at(-1)
      if (last === undefined) break
      yield* write(context, gone.map(toPlan))
      count += gone.length
      after = last.id
    }
    yield* sql`DELETE FROM absences AS a WHERE a.registry = ${registry} AND NOT ${isSame}`
    return count
  })

/** How many trials a run missed for the first time, and how many for the second. */
export interface Absences {
  readonly missed: number
  readonly disappeared: number
}

/**
 * Records what a proven run did not see. A trial missed for the first time is only noted. If the next proven run misses
 * it too (under a later data timestamp, where there is one), it has disappeared, as of the first miss. A trial seen again
 * in between was never gone. Rejected records count as seen; if one of them is `nameless`, it may be any trial, so nothing
 * is concluded. Nothing is concluded from a saved copy that may be a part of the list, either.
 */
export const recordAbsences: (
  context: LoadContext,
  read: { readonly nameless: boolean; readonly dataTimestamp: string | null }
) => Effect.Effect<Absences, StoreError, SqlClient.SqlClient | RegistryClient> = Effect.fn(
  "Absence.recordAbsences"
)(function* (context, { dataTimestamp, nameless }) {
  const sql = yield* SqlClient.SqlClient
  const { mayBePart = false } = yield* RegistryClient
  const { observedAt, registry, runId } = context
  yield* sql`DELETE FROM absences WHERE registry = ${registry} AND id IN (
    SELECT t.id FROM absences t WHERE t.registry = ${registry} AND ${cameWithRead(sql)})`
  if (nameless || mayBePart) return { missed: 0, disappeared: 0 }
  const disappeared = yield* disappear(context, dataTimestamp)
  yield* sql`INSERT INTO absences (registry, id, missed_at, run_id)
    SELECT t.registry, t.id, CAST(${observedAt} AS TEXT), CAST(${runId} AS TEXT) FROM trials t
    WHERE t.registry = ${registry} AND t.missing_since IS NULL AND NOT ${cameWithRead(sql)}
      AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.registry = t.registry AND a.id = t.id) ORDER BY t.id`
  const missed = yield* count(() => sql`absences WHERE registry = ${registry} AND run_id = ${runId}`)
  return { missed, disappeared }
})
