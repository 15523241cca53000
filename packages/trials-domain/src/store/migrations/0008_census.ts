import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/** What the last proven census said of each trial, and which part of a registry each run read whole. */
export const census = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({
    pg: () => sql.literal('TEXT COLLATE "C"'),
    orElse: () => sql.literal("TEXT")
  })
  yield* sql`CREATE TABLE trial_listings (
    registry ${text} NOT NULL,
    id ${text} NOT NULL,
    digest ${text} NOT NULL,
    bucket SMALLINT NOT NULL,
    detailed SMALLINT NOT NULL,
    PRIMARY KEY (registry, id)
  )`
  yield* sql`ALTER TABLE runs ADD COLUMN audit ${text}`
})
