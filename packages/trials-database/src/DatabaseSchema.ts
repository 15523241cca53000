import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import * as Migrations from "trials-domain/Migrations"
import { DatabaseError, fromCause, fromSqlError } from "./DatabaseError.js"
import type { Names } from "./Names.js"

const ofSchema =
  ({ begin, migrate }: Names) =>
  ({ found, message, reason, wanted }: Migrations.SchemaMismatch): DatabaseError => {
    switch (reason) {
      case "none":
        return new DatabaseError({
          reason: "no-schema",
          message: `The database holds no trials schema yet. ${begin}`
        })
      case "older":
        return new DatabaseError({
          reason,
          message: `The database has schema ${found}, this program wants ${wanted}. Run ${migrate}.`
        })
      case "newer":
        return new DatabaseError({ reason, message })
    }
  }

/** Refuses a database without a schema, which may be the wrong one. */
export const begun = (names: Names): Effect.Effect<void, DatabaseError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const version = yield* Effect.mapError(Migrations.currentVersion, (error) => fromSqlError(error, names))
    if (version > 0) return
    return yield* new DatabaseError({
      reason: "no-schema",
      message:
        `The database holds no trials yet. Where a new one is meant, ${names.start} starts it; where trials ` +
        "were expected, bring them back first, or every one will look new."
    })
  })

/** Brings a database to this version's schema. */
export const migrated = (names: Names): Effect.Effect<void, DatabaseError, SqlClient.SqlClient> =>
  Effect.catchTags(Migrations.migrate, {
    SchemaMismatch: (error) => Effect.fail(ofSchema(names)(error)),
    SqlError: (error) => Effect.fail(fromSqlError(error, names)),
    MigrationError: (error) => Effect.fail(fromCause(error.cause, names))
  })

/** Refuses a database of any other schema than this version's. */
export const checked = (names: Names): Effect.Effect<void, DatabaseError, SqlClient.SqlClient> =>
  Effect.catchTags(Migrations.check, {
    SchemaMismatch: (error) => Effect.fail(ofSchema(names)(error)),
    SqlError: (error) => Effect.fail(fromSqlError(error, names))
  })
