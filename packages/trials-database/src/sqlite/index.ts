/**
 * SQLite databases. This module loads SQLite's driver, and none of PostgreSQL's.
 *
 * @module
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Layer } from "effect"
import { DatabaseError } from "../DatabaseError.js"
import type { DatabaseOptions, FillingOptions, WritingOptions } from "../DatabaseOptions.js"
import { parse } from "../DatabaseUrl.js"
import { type Names, optionNames } from "../Names.js"
import * as FilledFile from "./FilledFile.js"
import * as Sqlite from "./Sqlite.js"
import { exists } from "./SqliteFile.js"

export { attachStaging } from "./AttachedStaging.js"
export { seal } from "./FilledFile.js"

const fileOf = (url: DatabaseOptions["url"], names: Names): Effect.Effect<string, DatabaseError> =>
  Effect.flatMap(parse(url, names), (where) =>
    where.engine === "sqlite"
      ? Effect.succeed(where.file)
      : new DatabaseError({
          reason: "url",
          message: `${names.url} must be \`sqlite:\` and the path of a file.`
        })
  )

/**
 * A writer's only connection, with staging attached. Opens the file, or creates it with `init`, and brings its schema up
 * to date. Fails with `DatabaseError`, and leaves what it refuses as it is.
 */
export const layerWriter = ({
  init = false,
  migrate = true,
  names = optionNames,
  url
}: DatabaseOptions & WritingOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(Effect.map(fileOf(url, names), (file) => Sqlite.writer({ file, init, migrate, names })))

/**
 * A connection that can only read, to a file with exactly this version's schema. Fails with `DatabaseError` if there is
 * none.
 */
export const layerReader = ({
  names = optionNames,
  url
}: DatabaseOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  Layer.unwrapEffect(Effect.map(fileOf(url, names), (file) => Sqlite.reader({ file, names })))

/**
 * Fills a database. A new file gets its name when `fill` has succeeded, so that nobody meets half of it: `fill` may then
 * commit as it likes, and is told so. One that is there is opened as a writer does. `sealed` leaves a file that can be read
 * where nothing can be written.
 */
export const filled = <A, E, R>(
  { names = optionNames, sealed = false, url }: DatabaseOptions & FillingOptions,
  fill: (isNew: boolean) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | DatabaseError, Exclude<R, SqlClient.SqlClient>> =>
  Effect.gen(function* () {
    const file = yield* fileOf(url, names)
    if (!(yield* exists(file))) return yield* FilledFile.filled({ file, names, sealed }, fill(true))
    // Before anything is done to it: somebody who has it open keeps it from being sealed.
    if (sealed) yield* FilledFile.seal(file)
    const done = yield* Effect.provide(fill(false), layerWriter({ url, names }))
    if (sealed) yield* FilledFile.seal(file)
    return done
  })
