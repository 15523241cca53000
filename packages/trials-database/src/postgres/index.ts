/**
 * PostgreSQL databases. This module loads PostgreSQL's driver, and none of SQLite's.
 *
 * @module
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Layer } from "effect"
import { DatabaseError } from "../DatabaseError.js"
import type {
  ConnectionOptions,
  DatabaseOptions,
  FillingOptions,
  ReadingOptions,
  WritingOptions
} from "../DatabaseOptions.js"
import { defaultConnections, parse } from "../DatabaseUrl.js"
import { type Names, optionNames } from "../Names.js"
import * as Postgres from "./Postgres.js"
import type { PostgresTarget } from "./PostgresUrl.js"

const targetOf = (url: DatabaseOptions["url"], names: Names): Effect.Effect<PostgresTarget, DatabaseError> =>
  Effect.flatMap(parse(url, names), (where) =>
    where.engine === "postgres"
      ? Effect.succeed(where.target)
      : new DatabaseError({
          reason: "url",
          message: `${names.url} must be \`postgres://user:password@host/database\`.`
        })
  )

/**
 * A pool of connections that may write. Begins an empty database with `init`, and brings its schema up to date. Fails with
 * `DatabaseError`.
 */
export const layerWriter = ({
  applicationName = "trials",
  connections = defaultConnections,
  init = false,
  migrate = true,
  names = optionNames,
  url
}: DatabaseOptions & ConnectionOptions & WritingOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.map(targetOf(url, names), (target) =>
      Postgres.writer({ target, applicationName, connections, init, migrate, names })
    )
  )

/**
 * A pool of connections that can only read, to a database with exactly this version's schema. Fails with `DatabaseError`
 * if there is none.
 */
export const layerReader = ({
  applicationName = "trials",
  connections = defaultConnections,
  names = optionNames,
  statementTimeout = "1 second",
  url
}: DatabaseOptions & ConnectionOptions & ReadingOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(
    Effect.map(targetOf(url, names), (target) =>
      Postgres.reader({ target, applicationName, connections, names, statementTimeout })
    )
  )

/**
 * Fills a database, which may be empty. `fill` must make the schema and all else in one transaction: others may see what it
 * commits.
 */
export const filled = <A, E, R>(
  options: DatabaseOptions & ConnectionOptions & FillingOptions,
  fill: (isNew: boolean) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | DatabaseError, Exclude<R, SqlClient.SqlClient>> =>
  options.sealed === true
    ? new DatabaseError({
        reason: "url",
        message: "A database on a server is not a file that could be read-only: use a role that only reads."
      })
    : Effect.provide(fill(false), layerWriter({ ...options, init: true, migrate: false }))
