import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { accessSync, constants, existsSync, linkSync, mkdirSync, rmSync, statSync } from "node:fs"
import { basename, dirname } from "node:path"
import { migrationsTable, schemaVersion } from "trials-domain/Migrations"
import { DatabaseError, fromCause, reasonOf } from "../DatabaseError.js"
import type { Names } from "../Names.js"
import { databaseMark, headerOf, stagingMark } from "./SqliteHeader.js"

// quick_check reads the whole file: about a second for a gigabyte. Larger files are checked as they are read.
export const checkedSize = 256 * 1024 * 1024

export const refuse = (reason: DatabaseError["reason"], message: string) =>
  new DatabaseError({ reason, message })

/** What goes wrong with files and with the driver, as an error. */
export const attempt = <A>(run: () => A): Effect.Effect<A, DatabaseError> =>
  Effect.try({ try: run, catch: fromCause })

const checkHeader = (file: string, { url }: Names): void => {
  if (!statSync(file).isFile()) throw refuse("foreign", `${file} is not a file.`)
  const header = headerOf(file)
  if (header.kind === "empty") {
    throw refuse(
      "foreign",
      `${file} is empty, which no database of trials is. Remove it, or name another file.`
    )
  }
  if (header.kind === "cut")
    throw refuse("corrupt", `${file} is damaged: cut off. It was left as it is; bring back a copy.`)
  if (header.kind !== "sqlite") {
    throw refuse("foreign", `${file} is not an SQLite database. Name another file in ${url}.`)
  }
  if (header.mark === stagingMark) {
    throw refuse(
      "foreign",
      `${file} is not a database but the file beside one in which runs stage what they read. Name the database in ` +
        `${url}${file.endsWith(".staging") ? `: ${file.slice(0, -".staging".length)}` : ""}.`
    )
  }
  if (header.mark !== databaseMark) {
    throw refuse("foreign", `${file} is the database of another program. Name another file in ${url}.`)
  }
}

const checkContent = (file: string): void => {
  const damaged = refuse("corrupt", `${file} is damaged. It was left as it is; bring back a copy.`)
  const database = open(file)
  try {
    if (statSync(file).size <= checkedSize && database.pragma("quick_check(1)", { simple: true }) !== "ok")
      throw damaged
    const migrated = database
      .prepare<[string], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?")
      .get(migrationsTable)
    const found =
      migrated === undefined
        ? null
        : database
            .prepare<[], { version: number | null }>(
              `SELECT max(migration_id) AS version FROM ${migrationsTable}`
            )
            .get()
    if ((found?.version ?? 0) > schemaVersion) {
      throw refuse(
        "newer",
        `${file} has schema ${found?.version}, which a newer version of this program wrote; this one knows ` +
          `${schemaVersion}. Install the newer version.`
      )
    }
  } catch (cause) {
    throw reasonOf(cause) === "corrupt" ? damaged : cause
  } finally {
    database.close()
  }
}

/** SQLite opens a file with the first query, for which it needs its log files beside it. */
const open = (file: string): Sqlite.Database => {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true })
  try {
    database.pragma("schema_version")
    return database
  } catch (cause) {
    database.close()
    throw cause instanceof Sqlite.SqliteError && /^SQLITE_(CANTOPEN|READONLY)/.test(cause.code)
      ? refuse(
          "read-only",
          `${file} cannot be opened. Also reading it needs a folder that can be written, for the log beside it ` +
            "(-wal, -shm): check the rights of the file and of its folder, or read a copy elsewhere."
        )
      : cause
  }
}

/**
 * Checks a file before SQLite's client opens it, and refuses one that is not ours, damaged or newer. The bytes stay as
 * they are: the client's own first pragma would change them.
 */
export const guard = (file: string, names: Names): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    checkHeader(file, names)
    checkContent(file)
  })

/** Fails if the user may not write: SQLite itself would notice late, and under many names. */
export const writable = (files: ReadonlyArray<string>): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    for (const path of [...files.filter((file) => existsSync(file)), ...files.map((file) => dirname(file))]) {
      try {
        accessSync(path, constants.W_OK)
      } catch {
        throw refuse(
          "read-only",
          `${path} cannot be written. A run needs to write the database's file and its folder: check their rights.`
        )
      }
    }
  })

/** Whether anything exists at the path. */
export const exists = (file: string): Effect.Effect<boolean> => Effect.sync(() => existsSync(file))

/**
 * Refuses the log of a file that is gone. SQLite would take it for that of a new file of the name, and write into it what was
 * in the old one.
 */
export const withoutLog = (file: string): void => {
  const left = ["-wal", "-shm", "-journal"].map((end) => `${file}${end}`).filter((name) => existsSync(name))
  if (left.length === 0 || existsSync(file)) return
  throw refuse(
    "foreign",
    `${left.join(" and ")} ${left.length === 1 ? "is" : "are"} there without ${basename(file)}, and would be taken for the ` +
      "log of a new one: it may hold what is not in any copy. Bring the database back, or move the log away."
  )
}

/** Makes a new, empty SQLite file with a mark; never over an existing file. */
export const make = (file: string, mark: number, pageSize?: number): void => {
  // Created under another name and then linked, so that nobody ever sees a file without its mark.
  const aside = `${file}.${process.pid}.new`
  try {
    const database = new Sqlite(aside)
    if (pageSize !== undefined) database.pragma(`page_size = ${pageSize}`)
    database.pragma(`application_id = ${mark}`)
    database.close()
    linkSync(aside, file)
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Creates a new, empty database with our mark; never over an existing file. */
export const create = (file: string): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    try {
      mkdirSync(dirname(file), { recursive: true })
      withoutLog(file)
      // A version with its record takes more than a kilobyte: few fit in a page of the usual 4096 bytes.
      make(file, databaseMark, 8192)
    } catch (cause) {
      const reason = reasonOf(cause)
      if (reason === "driver" || cause instanceof DatabaseError) throw cause
      if (!existsSync(file)) {
        throw refuse(reason, `No database can be made at ${file}: check its folder. (${reason})`)
      }
    }
  })
