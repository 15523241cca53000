import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/** The feed is looked back at: by time, and by what its changes are, without reading their contents. */
export const feedByTime = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE INDEX trial_versions_by_time ON trial_versions (registry, observed_at, seq)`
  yield* sql`DROP INDEX trial_versions_by_seq`
  yield* sql`CREATE INDEX trial_versions_by_seq ON trial_versions (seq, registry, kind, observed_at, silent, mass)`
})
