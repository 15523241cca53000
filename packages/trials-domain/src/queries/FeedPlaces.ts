import { type SqlClient, SqlSchema } from "@effect/sql"
import { type Effect, Schema } from "effect"
import type { StoreError } from "../store/StoreError.js"
import type { Place } from "./FeedPosition.js"

/** The version at a place in the feed and the last one of all. Both may be missing, or be the same one. */
export const placesOf = (
  sql: SqlClient.SqlClient
): ((seq: number) => Effect.Effect<ReadonlyArray<Place>, StoreError>) =>
  SqlSchema.findAll({
    Request: Schema.Int,
    Result: Schema.Struct({ seq: Schema.Int, runId: Schema.String }),
    execute: (seq) => sql`SELECT seq, run_id AS "runId" FROM trial_versions
      WHERE seq IN (${seq}, (SELECT max(seq) FROM trial_versions)) ORDER BY seq`
  })
