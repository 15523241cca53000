import { SqlClient, type SqlError } from "@effect/sql"
import { Effect, Schema } from "effect"

/** An SQLite connection has no staging attached, and a run has nowhere to put what it reads. */
export class StagingNotAttached extends Schema.TaggedError<StagingNotAttached>(
  "trials-domain/StagingNotAttached"
)("StagingNotAttached", {}) {
  override get message(): string {
    return (
      "This SQLite connection has no staging, in which a run keeps what it reads until it is proven whole. Run " +
      "`attachStaging(file)` of trials-database/sqlite on the client first, or open the database by `layerWriter` of " +
      "trials-database/Database."
    )
  }
}

/** Fails on an SQLite connection without staging. On PostgreSQL, staging is beside the trials. */
export const stagingAttached: Effect.Effect<
  void,
  StagingNotAttached | SqlError.SqlError,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.onDialectOrElse({
    pg: () => Effect.void,
    // A statement on a table of it would fail, and the client would remember the failure.
    orElse: () =>
      Effect.flatMap(sql`SELECT 1 FROM pragma_database_list WHERE name = 'trials_staging'`, (found) =>
        found.length > 0 ? Effect.void : new StagingNotAttached()
      )
  })
})
