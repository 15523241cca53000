import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync
} from "node:fs"
import { dirname } from "node:path"
import { migrationsTable, schemaVersion } from "trials-domain/Migrations"
import { DatabaseError, fromCause, reasonOf } from "./DatabaseError.js"

/** "TRLS": marks a file as ours in SQLite's header (https://www.sqlite.org/fileformat.html#application_id). */
const applicationId = 0x54524c53

// quick_check reads the whole file: about a second for a gigabyte. Larger files are checked as they are read.
const checkedSize = 256 * 1024 * 1024

const refuse = (reason: DatabaseError["reason"], message: string) => new DatabaseError({ reason, message })

const attempt = <A>(run: () => A): Effect.Effect<A, DatabaseError> =>
  Effect.try({ try: run, catch: (cause) => (cause instanceof DatabaseError ? cause : fromCause(cause)) })

const readable = (file: string): number => {
  try {
    return openSync(file, "r")
  } catch (cause) {
    throw refuse(reasonOf(cause), `${file} cannot be read: check its rights. (${reasonOf(cause)})`)
  }
}

const header = (file: string): Buffer => {
  const bytes = Buffer.alloc(100)
  const handle = readable(file)
  try {
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(handle)
  }
}

const checkHeader = (file: string): void => {
  if (!statSync(file).isFile()) throw refuse("foreign", `${file} is not a file.`)
  const bytes = header(file)
  if (bytes.length === 0) {
    throw refuse(
      "foreign",
      `${file} is empty, which no database of trials is. Remove it, or name another file.`
    )
  }
  if (bytes.toString("latin1", 0, 16) !== "SQLite format 3\0") {
    throw refuse("foreign", `${file} is not an SQLite database. Name another file in TRIALS_DATABASE_URL.`)
  }
  if (bytes.length < 100)
    throw refuse("corrupt", `${file} is damaged: cut off. It was left as it is; bring back a copy.`)
  if (bytes.readUInt32BE(68) !== applicationId) {
    throw refuse(
      "foreign",
      `${file} is the database of another program. Name another file in TRIALS_DATABASE_URL.`
    )
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
export const guard = (file: string): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    checkHeader(file)
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

/** Creates a new, empty database with our mark; never over an existing file. */
export const create = (file: string): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    // Created under another name and then linked, so that nobody ever sees a file without its mark.
    const aside = `${file}.${process.pid}.new`
    try {
      mkdirSync(dirname(file), { recursive: true })
      const database = new Sqlite(aside)
      // A version with its record takes more than a kilobyte: few fit in a page of the usual 4096 bytes.
      database.pragma("page_size = 8192")
      database.pragma(`application_id = ${applicationId}`)
      database.close()
      linkSync(aside, file)
    } catch (cause) {
      const reason = reasonOf(cause)
      if (reason === "driver") throw cause
      if (!existsSync(file)) {
        throw refuse(reason, `No database can be made at ${file}: check its folder. (${reason})`)
      }
    } finally {
      rmSync(aside, { force: true })
    }
  })

const isSound = (file: string): boolean => {
  const database = new Sqlite(file, { readonly: true })
  try {
    return database.pragma("quick_check(1)", { simple: true }) === "ok"
  } finally {
    database.close()
  }
}

/**
 * Removes a damaged staging file: everything in it can be read again. A file that cannot be checked now stays, as
 * another process may be creating it. A file too large for the check is left to the run that reads it.
 */
export const dropDamagedStaging = (file: string): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    if (!existsSync(file) || statSync(file).size > checkedSize) return
    try {
      if (isSound(file)) return
    } catch (cause) {
      if (reasonOf(cause) !== "corrupt") return
    }
    for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true })
  })
