import type { SqlClient } from "@effect/sql"
import BetterSqlite from "better-sqlite3"
import { Effect } from "effect"
import { randomUUID } from "node:crypto"
import { linkSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { DatabaseError } from "../DatabaseError.js"
import type { Names } from "../Names.js"
import * as Sqlite from "./Sqlite.js"
import { attempt, exists, refuse, withoutLog } from "./SqliteFile.js"
import { stagingOf } from "./SqliteStaging.js"

const day = 24 * 60 * 60 * 1000

const remove = (file: string): void => {
  for (const one of [file, stagingOf(file)])
    for (const name of [one, `${one}-wal`, `${one}-shm`]) rmSync(name, { force: true })
}

/** Removes what processes have left that were killed while they filled the same file. One that still works is not a day old. */
const sweep = (file: string): void => {
  const [folder, name] = [dirname(file), basename(file)]
  for (const found of readdirSync(folder)) {
    const path = join(folder, found)
    if (!found.startsWith(`${name}.`) || !/\.[0-9a-f]{8}\.filling$/.test(found)) continue
    if (Date.now() - statSync(path).mtimeMs > day) remove(path)
  }
}

/** Opens a file for one pragma that moves its log into it; `done` says whether it did, from what the pragma answers. */
const settled = (file: string, pragma: string, done: (answer: unknown) => boolean): void => {
  const database = new BetterSqlite(file, { fileMustExist: true })
  try {
    if (done(database.pragma(pragma, { simple: true }))) return
  } catch (cause) {
    if (!(cause instanceof BetterSqlite.SqliteError) || !cause.code.startsWith("SQLITE_BUSY")) throw cause
  } finally {
    database.close()
  }
  throw refuse(
    "busy",
    `${file} is open elsewhere: stop what reads or writes it, such as the API, and try again.`
  )
}

/**
 * Takes a file out of WAL mode, and its staging away: then it can be read where nothing can be written, as from a
 * read-only mount. A writer puts both back. Fails if anybody else has the file open.
 */
export const seal = (file: string): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    settled(file, "journal_mode = DELETE", (mode) => mode === "delete")
    for (const name of ["", "-wal", "-shm"]) rmSync(`${stagingOf(file)}${name}`, { force: true })
  })

/** Moves all of a file's log into it. SQLite does so on closing too, and says nothing if it cannot. */
const whole = (file: string): Effect.Effect<void, DatabaseError> =>
  attempt(() => settled(file, "wal_checkpoint(TRUNCATE)", (busy) => busy === 0))

/** Makes a database of a file that is not there yet. It gets its name when `fill` has succeeded; until then nobody meets it. */
export const filled = <A, E, R>(
  { file, names, sealed }: { readonly file: string; readonly names: Names; readonly sealed: boolean },
  fill: Effect.Effect<A, E, R>
): Effect.Effect<A, E | DatabaseError, Exclude<R, SqlClient.SqlClient>> => {
  const aside = `${file}.${randomUUID().slice(0, 8)}.filling`
  return Effect.gen(function* () {
    yield* attempt(() => {
      mkdirSync(dirname(file), { recursive: true })
      sweep(file)
      withoutLog(file)
    })
    const done = yield* Effect.provide(fill, Sqlite.writer({ file: aside, init: true, migrate: true, names }))
    yield* sealed ? seal(aside) : whole(aside)
    if (yield* exists(file))
      return yield* refuse("foreign", `${file} was made by another process in the meantime.`)
    yield* attempt(() => {
      withoutLog(file)
      linkSync(aside, file)
    })
    return done
  }).pipe(Effect.ensuring(Effect.sync(() => remove(aside))))
}
