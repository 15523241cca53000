import { SqlClient, type SqlError } from "@effect/sql"
import { Effect, Schema } from "effect"
import { KnownTrial, knownSelect } from "./Load.js"
import { type LoadContext, type TrialPlan, write } from "../store/VersionWriter.js"
import type { StoreError } from "../store/StoreError.js"

/** Up to ten trials that are listed and not staged. */
export const unseen = (
  registry: string
): Effect.Effect<ReadonlyArray<string>, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ id: string }>`SELECT t.id FROM trials t
      WHERE t.registry = ${registry} AND t.missing_since IS NULL
        AND NOT EXISTS (SELECT 1 FROM trials_staging.records s WHERE s.registry = t.registry AND s.id = t.id)
      ORDER BY t.id LIMIT 10`
    return rows.map(({ id }) => id)
  })

/**
 * What a proven run did not see. A trial missed for the first time is kept aside; missed by the next proven run too,
 * it has disappeared, since the first miss. A trial seen again in between was never gone. Rejected records were seen;
 * where one of them has no readable id, it may be any trial, and nothing is concluded. Returns how many disappeared.
 */
export const recordAbsences: (
  context: LoadContext,
  rejected: ReadonlyArray<{ readonly id: string | null }>
) => Effect.Effect<number, StoreError, SqlClient.SqlClient> = Effect.fn("Absence.recordAbsences")(function* (
  context: LoadContext,
  rejected: ReadonlyArray<{ readonly id: string | null }>
) {
  const sql = yield* SqlClient.SqlClient
  const { observedAt, registry, runId } = context
  const known = yield* sql<{ id: string }>`SELECT id FROM absences WHERE registry = ${registry}`
  const seenAgain = yield* sql<{ id: string }>`SELECT a.id FROM absences a WHERE a.registry = ${registry}
    AND EXISTS (SELECT 1 FROM trials_staging.records s WHERE s.registry = a.registry AND s.id = a.id)`
  const unread = rejected.flatMap(({ id }) => (id === null ? [] : [id]))
  const again = new Set([...seenAgain.map(({ id }) => id), ...unread])
  const forget = (ids: ReadonlyArray<string>) =>
    Effect.forEach(ids, (id) => sql`DELETE FROM absences WHERE registry = ${registry} AND id = ${id}`, {
      discard: true
    })
  yield* forget(known.map(({ id }) => id).filter((id) => again.has(id)))
  if (rejected.some(({ id }) => id === null)) return 0

  const missed = yield* sql<{ id: string }>`SELECT t.id FROM trials t
    WHERE t.registry = ${registry} AND t.missing_since IS NULL
      AND NOT EXISTS (SELECT 1 FROM trials_staging.records s WHERE s.registry = t.registry AND s.id = t.id)
      AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.registry = t.registry AND a.id = t.id)
    ORDER BY t.id`
  const unreadIds = new Set(unread)
  const first = missed.map(({ id }) => id).filter((id) => !unreadIds.has(id))

  const rows = yield* sql`SELECT ${sql.literal(knownSelect)}, a.missed_at AS "missedAt"
    FROM absences a JOIN trials t ON t.registry = a.registry AND t.id = a.id
    WHERE a.registry = ${registry} AND t.missing_since IS NULL ORDER BY t.id`
  const gone = yield* Schema.decodeUnknown(
    Schema.Array(Schema.Struct({ ...KnownTrial.fields, missedAt: Schema.String }))
  )(rows)
  const plans = gone.map(({ missedAt, ...trial }): TrialPlan => ({
    trial,
    versions: [{ kind: "disappeared", changes: [], content: trial }],
    record: null,
    missingSince: missedAt
  }))
  if (plans.length > 0) yield* write(context, plans)
  yield* forget(gone.map(({ id }) => id))
  yield* Effect.forEach(
    first,
    (id) => sql`INSERT INTO absences ${sql.insert({ registry, id, missed_at: observedAt, run_id: runId })}`,
    { discard: true }
  )
  return plans.length
})
