import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import * as Database from "trials-database/Database"

const applicationName = "trials"

// A person waits for the answer; the API's second is too short for `trials verify`.
const statementTimeout = "30 minutes"

/** A read-only connection to an existing database. */
export const reader = Database.layerConfig((setting) =>
  Database.layerReader({ ...setting, applicationName, statementTimeout })
)

/** The connection of a run. It creates a database that a setting names only with `init`. */
export const writer = ({ init, migrate = true }: { readonly init: boolean; readonly migrate?: boolean }) =>
  Database.layerConfig((setting) =>
    Database.layerWriter({ ...setting, applicationName, migrate, init: init || !setting.named })
  )

/** The connection of a command that only changes stored trials: it does not create a database. */
export const existingWriter = Database.layerConfig((setting) =>
  Database.layerWriter({ ...setting, applicationName })
)

/**
 * Fails if the database is gone, or its file is no longer in its place. Asked before a command reports what it wrote: a
 * transaction, even an empty one, finds that out.
 */
export const confirmed = Effect.flatMap(SqlClient, (sql) => sql.withTransaction(Effect.void))
