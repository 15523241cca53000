import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/**
 * What is told of each registry, so that a reader that does not know a registry can still name it. Nothing but its name
 * is known of one until its next run.
 */
export const registries = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({
    pg: () => sql.literal('TEXT COLLATE "C"'),
    orElse: () => sql.literal("TEXT")
  })
  yield* sql`CREATE TABLE registries (
    name ${text} NOT NULL PRIMARY KEY,
    title ${text} NOT NULL,
    homepage ${text},
    attribution ${text} NOT NULL,
    licence ${text}
  )`
  yield* sql`INSERT INTO registries (name, title, homepage, attribution, licence)
    SELECT DISTINCT registry, registry, CAST(NULL AS TEXT), registry, CAST(NULL AS TEXT) FROM runs`
})
