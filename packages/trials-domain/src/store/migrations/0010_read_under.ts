import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/**
 * Under which mapping the record of each listed trial was last read whole, and whether a census said what its listing says.
 * Of listings that are already there neither is known: each record is taken as read under the mapping of the registry's
 * last run, and the next census is read.
 */
export const readUnder = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE trial_listings ADD COLUMN mapping_version INTEGER NOT NULL DEFAULT 0`
  yield* sql`ALTER TABLE trial_listings ADD COLUMN proven SMALLINT NOT NULL DEFAULT 0`
  const lasts = yield* sql<{
    registry: string
    mapping: number
  }>`SELECT r.registry, r.mapping_version AS mapping
    FROM runs r WHERE r.proof IS NOT NULL AND r.observed_at IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM runs n WHERE n.registry = r.registry AND n.proof IS NOT NULL AND n.observed_at IS NOT NULL
        AND (n.started_at, n.run_id) > (r.started_at, r.run_id))`
  for (const { mapping, registry } of lasts)
    yield* sql`UPDATE trial_listings SET mapping_version = ${mapping} WHERE registry = ${registry}`
})
