import { SqlClient } from "@effect/sql/SqlClient"
import { type ConfigError, Effect, Layer } from "effect"
import type { DatabaseError } from "trials-database/DatabaseError"
import { databaseSetting } from "trials-database/DatabaseUrl"

// The drivers take a while to load, and most calls of the command (--help, a wrong option) do not need them.
const drivers = Effect.promise(() => import("trials-database/Database"))

const applicationName = "trials"

// A person waits for the answer; the API's second is too short for `trials verify`.
const statementTimeout = "30 minutes"

/** A read-only connection to an existing database. */
export const reader: Layer.Layer<SqlClient, DatabaseError | ConfigError.ConfigError> = Layer.unwrapEffect(
  Effect.zipWith(databaseSetting, drivers, ({ connections, url }, { reader }) =>
    reader({ url, connections, applicationName, statementTimeout })
  )
)

const open = (
  init: (named: boolean) => boolean,
  migrate: boolean
): Layer.Layer<SqlClient, DatabaseError | ConfigError.ConfigError> =>
  Layer.unwrapEffect(
    Effect.zipWith(databaseSetting, drivers, ({ connections, named, url }, { writer }) =>
      writer({ url, connections, applicationName, migrate, init: init(named) })
    )
  )

/** The connection of a run. It creates a database that a setting names only with `init`. */
export const writer = ({ init, migrate = true }: { readonly init: boolean; readonly migrate?: boolean }) =>
  open((named) => init || !named, migrate)

/**
 * Fails if the database is gone, or its file is no longer in its place. Asked before a command reports what it wrote: a
 * transaction, even an empty one, finds that out.
 */
export const confirmed = Effect.flatMap(SqlClient, (sql) => sql.withTransaction(Effect.void))

/** The connection of a command that only changes stored trials: it does not create a database. */
export const existingWriter = open(() => false, true)
