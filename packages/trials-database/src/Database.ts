import type { SqlClient } from "@effect/sql"
import { type ConfigError, Effect, Layer, type Scope } from "effect"
import type { Moment } from "trials-domain/Snapshot"
import type { DatabaseError } from "./DatabaseError.js"
import type {
  ConnectionOptions,
  DatabaseOptions,
  FillingOptions,
  ReadingOptions,
  WritingOptions
} from "./DatabaseOptions.js"
import {
  type DatabaseSetting,
  databaseSetting,
  type DatabaseUrl,
  defaultConnections,
  isServer
} from "./DatabaseUrl.js"
import * as SqliteDriver from "./sqlite/SqliteDriver.js"

export type { ConnectionOptions, DatabaseOptions, FillingOptions, ReadingOptions, WritingOptions }

/** Where a database is, and what a writer may do with it. */
export interface WriterOptions extends DatabaseOptions, ConnectionOptions, WritingOptions {}

/** Where a database is, and how it is read. */
export interface ReaderOptions extends DatabaseOptions, ConnectionOptions, ReadingOptions {}

/** Where a database is, and what becomes of it. */
export interface FillerOptions extends DatabaseOptions, ConnectionOptions, FillingOptions {}

/** The module of a URL's engine. A driver takes a while to load, so only the one that is needed is. */
const engineOf = ({ url }: DatabaseOptions) =>
  Effect.promise(() => (isServer(url) ? import("./postgres/index.js") : import("./sqlite/index.js")))

/**
 * A writer's connection. Opens the database, or creates it with `init`, and brings its schema up to date. Fails with
 * `DatabaseError` if that is not possible.
 */
export const layerWriter = (options: WriterOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(Effect.map(engineOf(options), ({ layerWriter }) => layerWriter(options)))

/**
 * A connection that can only read, to a database with exactly this version's schema. Fails with `DatabaseError` if
 * there is none.
 */
export const layerReader = (options: ReaderOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(Effect.map(engineOf(options), ({ layerReader }) => layerReader(options)))

/**
 * Fills a database with a state, as from a release: a new SQLite file appears when `fill` has succeeded, and not before.
 * `fill` is told whether the database is such a new one. Otherwise others may use it, so that `fill` must be one transaction.
 */
export const filled = <A, E, R>(
  options: FillerOptions,
  fill: (isNew: boolean) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | DatabaseError, Exclude<R, SqlClient.SqlClient>> =>
  Effect.flatMap(engineOf(options), ({ filled }) => filled(options, fill))

/**
 * What `make` makes of the settings TRIALS_DATABASE_URL and TRIALS_DATABASE_CONNECTIONS, such as a writer that creates the
 * database unless the settings name it. They are options of `layerWriter` and `layerReader`, and messages use their names.
 */
export const layerConfig = <A, E, R>(
  make: (setting: DatabaseSetting) => Layer.Layer<A, E, R>
): Layer.Layer<A, E | ConfigError.ConfigError, R> => Layer.unwrapEffect(Effect.map(databaseSetting, make))

/**
 * Fails with `DatabaseError` where opening the database would end this process: Node 24.19 and later abort with a driver
 * of SQLite that was built without our header. The layers check it too; a program that opens its database late asks first.
 */
export const usable = ({ engine }: DatabaseUrl): Effect.Effect<void, DatabaseError> =>
  engine === "sqlite" ? SqliteDriver.usable : Effect.void

/** How many queries of one reader run at the same time: SQLite's one by one, PostgreSQL's one on each connection. */
export const readsAtOnce = ({ engine }: DatabaseUrl, connections: number = defaultConnections): number =>
  engine === "sqlite" ? 1 : connections

/**
 * What reads the moment of a database at once, in some microseconds and on a connection of its own. Null for a server, which
 * takes a round trip: ask `moment` of `trials-domain/Snapshot` there.
 */
export const probe = (
  where: DatabaseUrl
): Effect.Effect<(() => Moment) | null, DatabaseError, Scope.Scope> =>
  where.engine === "sqlite"
    ? Effect.flatMap(
        Effect.promise(() => import("./sqlite/SqliteProbe.js")),
        ({ probe }) => probe(where.file)
      )
    : Effect.succeed(null)
