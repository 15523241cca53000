import type { SqlClient } from "@effect/sql"
import { type Duration, Effect, Layer, type Redacted } from "effect"
import * as Migrations from "trials-domain/Migrations"
import { DatabaseError, fromCause, fromSqlError } from "./DatabaseError.js"
import { type DatabaseUrl, defaultConnections, parse } from "./DatabaseUrl.js"
import * as Postgres from "./postgres/Postgres.js"
import * as Sqlite from "./sqlite/Sqlite.js"

export interface WriterOptions {
  /** `sqlite:` and a path, or `postgres://…`. */
  readonly url: Redacted.Redacted<string>
  /** Whether a missing database may be created. */
  readonly init: boolean
  /** Whether to bring an older schema up to date on opening. Default true. */
  readonly migrate?: boolean
  /** The name that PostgreSQL shows for the connection. */
  readonly applicationName?: string
  /** How many connections are opened at most on PostgreSQL. Default 10. */
  readonly connections?: number
}

export interface ReaderOptions {
  readonly url: Redacted.Redacted<string>
  readonly applicationName?: string
  /** How many connections are opened at most on PostgreSQL. Default 10. */
  readonly connections?: number
  /** The longest that a statement may take on PostgreSQL. Default 1 second. */
  readonly statementTimeout?: Duration.DurationInput
}

const ofSchema = ({ message, reason }: Migrations.SchemaMismatch) =>
  new DatabaseError({ reason: reason === "none" ? "no-schema" : reason, message })

const started = (init: boolean): Effect.Effect<void, DatabaseError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const version = yield* Effect.mapError(Migrations.currentVersion, fromSqlError)
    if (version > 0 || init) return
    return yield* new DatabaseError({
      reason: "no-schema",
      message:
        "The database holds no trials yet. Where a new one is meant, `trials sync --init` starts it; where trials " +
        "were expected, bring them back first, or every one will look new."
    })
  })

const migrated: Effect.Effect<void, DatabaseError, SqlClient.SqlClient> = Effect.catchTags(
  Migrations.migrate,
  {
    SchemaMismatch: ofSchema,
    SqlError: (error) => Effect.fail(fromSqlError(error)),
    MigrationError: (error) => Effect.fail(fromCause(error.cause))
  }
)

/**
 * A writer's connection. Opens the database, or creates it with `init`, and brings its schema up to date. Fails with
 * `DatabaseError` if that is not possible.
 */
export const writer = ({
  applicationName = "trials",
  connections = defaultConnections,
  init,
  migrate = true,
  url
}: WriterOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.map(parse(url), (where) => {
      if (where.engine === "sqlite") {
        const opened = Sqlite.writer(where.file, init)
        return migrate ? Layer.tap(opened, (context) => Effect.provide(migrated, context)) : opened
      }
      const prepared = migrate ? Effect.zipRight(started(init), migrated) : Effect.void
      return Layer.tap(Postgres.writer({ target: where.target, applicationName, connections }), (context) =>
        Effect.provide(prepared, context)
      )
    })
  )

/**
 * A connection that can only read, to a database with exactly this version's schema. Fails with `DatabaseError` if
 * there is none.
 */
export const reader = ({
  applicationName = "trials",
  connections = defaultConnections,
  statementTimeout = "1 second",
  url
}: ReaderOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.map(parse(url), (where) =>
      Layer.tap(
        where.engine === "sqlite"
          ? Sqlite.reader(where.file)
          : Postgres.reader({ target: where.target, applicationName, connections }, statementTimeout),
        (context) =>
          Effect.mapError(Effect.provide(Migrations.check, context), (error) =>
            error._tag === "SchemaMismatch" ? ofSchema(error) : fromSqlError(error)
          )
      )
    )
  )

/** How many queries of one reader run at the same time: SQLite's one by one, PostgreSQL's one on each connection. */
export const readsAtOnce = ({ engine }: DatabaseUrl, connections: number = defaultConnections): number =>
  engine === "sqlite" ? 1 : connections
