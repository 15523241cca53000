import BetterSqlite from "better-sqlite3"
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { linkSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { DatabaseError } from "../DatabaseError.js"
import type { Names } from "../Names.js"
import * as Sqlite from "./Sqlite.js"
import { attempt, exists, refuse } from "./SqliteFile.js"
import { stagingOf } from "./SqliteStaging.js"

const remove = (file: string): void => {
  for (const one of [file, stagingOf(file)])
    for (const name of [one, `${one}-wal`, `${one}-shm`]) rmSync(name, { force: true })
}

const isRunning = (pid: number): boolean => {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Removes what processes have left that were killed while they filled the same file. */
const sweep = (file: string): void => {
  const [folder, name] = [dirname(file), basename(file)]
  for (const found of readdirSync(folder)) {
    const [, pid] = found.startsWith(`${name}.`) ? (/\.(\d+)\.filling$/.exec(found) ?? []) : []
    if (pid !== undefined && !isRunning(Number(pid))) remove(join(folder, found))
  }
}

/**
 * Takes a file out of WAL mode, and its staging away: then it can be read where nothing can be written, as from a
 * read-only mount. A writer puts both back.
 */
export const seal = (file: string): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    const database = new BetterSqlite(file, { fileMustExist: true })
    try {
      database.pragma("journal_mode = DELETE")
    } finally {
      database.close()
    }
    for (const name of ["", "-wal", "-shm"]) rmSync(`${stagingOf(file)}${name}`, { force: true })
  })

/** Makes a database of a file that is not there yet. It gets its name when `fill` has succeeded; until then nobody meets it. */
export const filled = <A, E, R>(
  { file, names, sealed }: { readonly file: string; readonly names: Names; readonly sealed: boolean },
  fill: Effect.Effect<A, E, R>
): Effect.Effect<A, E | DatabaseError, Exclude<R, SqlClient.SqlClient>> => {
  const aside = `${file}.${process.pid}.filling`
  return Effect.gen(function* () {
    yield* attempt(() => {
      mkdirSync(dirname(file), { recursive: true })
      sweep(file)
    })
    const done = yield* Effect.provide(fill, Sqlite.writer({ file: aside, init: true, migrate: true, names }))
    if (sealed) yield* seal(aside)
    if (yield* exists(file))
      return yield* refuse("foreign", `${file} was made by another process in the meantime.`)
    yield* attempt(() => linkSync(aside, file))
    return done
  }).pipe(Effect.ensuring(Effect.sync(() => remove(aside))))
}
