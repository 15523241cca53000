import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Redacted } from "effect"
import * as Database from "trials-database/Database"

const applicationName = "trials"

// A person waits for the answer; the API's second is too short for `trials verify`.
const statementTimeout = "30 minutes"

/** A read-only connection to an existing database. */
export const reader = Database.layerConfig((setting) =>
  Database.layerReader({ ...setting, applicationName, statementTimeout })
)

/** Where a sample is, unless a setting names a database: apart from what was read from a registry. */
export const sampleUrl = "sqlite:./data/sample.db"

interface Writing {
  readonly init: boolean
  readonly migrate?: boolean
  /** Whether a sample is read. Default false. */
  readonly sample?: boolean
}

/** The connection of a run. It creates a database that a setting names only with `init`. */
export const writer = ({ init, migrate = true, sample = false }: Writing) =>
  Database.layerConfig(({ named, url, ...setting }) =>
    Database.layerWriter({
      ...setting,
      url: sample && !named ? Redacted.make(sampleUrl) : url,
      applicationName,
      migrate,
      init: init || !named
    })
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
