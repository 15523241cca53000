import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/** Marks the edits whose registry did not move its own update date, and those of a mass change. */
export const editsToldApart = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE trial_versions ADD COLUMN silent SMALLINT NOT NULL DEFAULT 0`
  yield* sql`ALTER TABLE trial_versions ADD COLUMN mass SMALLINT NOT NULL DEFAULT 0`
  yield* sql`UPDATE trial_versions SET silent = 1 WHERE kind = 'edited'
    AND content LIKE '%"registryUpdatedDate":"%' AND changes NOT LIKE '%{"field":"registryUpdatedDate",%'`
})
