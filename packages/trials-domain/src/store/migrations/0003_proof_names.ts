import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/**
 * Proofs are called what they prove. A saved copy of a registry was taken for one that states a timestamp of its data,
 * though its pages may be of different moments.
 */
export const proofNames = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE runs SET proof = 'saved-pages', data_timestamp = NULL
    WHERE proof = 'data-timestamp' AND data_timestamp LIKE 'file:%'`
  yield* sql`UPDATE runs SET data_timestamp = NULL WHERE data_timestamp LIKE 'file:%'`
  yield* sql`UPDATE runs SET proof = 'data-version' WHERE proof = 'data-timestamp'`
})
