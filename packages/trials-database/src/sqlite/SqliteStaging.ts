/**
 * The file beside a database in which runs stage what they read. It has a mark of its own, because a user may have given
 * its name to another file, even to a database of ours.
 *
 * @module
 */
import Sqlite from "better-sqlite3"
import type { Effect } from "effect"
import { existsSync, rmSync, statSync } from "node:fs"
import { type DatabaseError, reasonOf } from "../DatabaseError.js"
import type { Names } from "../Names.js"
import { attempt, checkedSize, make, refuse } from "./SqliteFile.js"
import { databaseMark, headerOf, stagingMark } from "./SqliteHeader.js"

/** The staging file of a database. */
export const stagingOf = (file: string): string => `${file}.staging`

// The tables that earlier versions made, in a file without a mark.
const tables: ReadonlySet<string> = new Set(["layout", "reads", "pages", "records", "rejected"])

const foreign = (staging: string, whose: string, { url }: Names): DatabaseError =>
  refuse(
    "foreign",
    `${staging} is ${whose}, and a run would stage there what it reads. It was left as it is: move it elsewhere, or name ` +
      `another database in ${url}.`
  )

const remove = (staging: string): void => {
  for (const name of [staging, `${staging}-wal`, `${staging}-shm`]) rmSync(name, { force: true })
}

/** Opens the file for one question. What only another process can be the cause of (it is busy) answers null. */
const asked = <A>(staging: string, readonly: boolean, ask: (database: Sqlite.Database) => A): A | null => {
  try {
    const database = new Sqlite(staging, { readonly, fileMustExist: true, timeout: 50 })
    try {
      return ask(database)
    } finally {
      database.close()
    }
  } catch (cause) {
    if (reasonOf(cause) === "busy") return null
    throw cause
  }
}

const markOf = (database: Sqlite.Database) => database.pragma("application_id", { simple: true })

const isOfEarlierVersion = (database: Sqlite.Database): boolean =>
  database
    .prepare<[], { owner: string; type: string }>("SELECT tbl_name AS owner, type FROM sqlite_master")
    .all()
    .every(({ owner, type }) => tables.has(owner) && (type === "table" || type === "index"))

/** Whether a file without a mark is one of an earlier version. */
const isOurs = (staging: string): boolean => {
  try {
    // The mark may still be in the log of another process.
    return (
      asked(staging, true, (database) => markOf(database) === stagingMark || isOfEarlierVersion(database)) !==
      false
    )
  } catch (cause) {
    if (reasonOf(cause) === "corrupt") return false
    throw cause
  }
}

const setMark = (staging: string) =>
  asked(staging, false, (database) => {
    if (markOf(database) !== stagingMark) database.pragma(`application_id = ${stagingMark}`)
  })

/**
 * Refuses a file that is not for staging, whose bytes stay as they are; marks one of an earlier version. True if nothing
 * is there that could be kept.
 */
const isNothing = (staging: string, names: Names): boolean => {
  if (!existsSync(staging)) return true
  if (!statSync(staging).isFile()) throw foreign(staging, "not a file", names)
  const header = headerOf(staging)
  if (header.kind === "empty" || header.kind === "blank") return true
  if (header.kind !== "sqlite") throw foreign(staging, "not an SQLite file", names)
  if (header.mark === databaseMark) throw foreign(staging, "a database of trials", names)
  if (header.mark !== stagingMark && (header.mark !== 0 || !isOurs(staging))) {
    throw foreign(staging, "the database of another program", names)
  }
  if (header.mark === 0) setMark(staging)
  return isDamaged(staging)
}

const isDamaged = (staging: string): boolean => {
  if (statSync(staging).size > checkedSize) return false
  try {
    return (
      asked(staging, true, (database) => database.pragma("quick_check(1)", { simple: true }) !== "ok") ===
      true
    )
  } catch (cause) {
    return reasonOf(cause) === "corrupt"
  }
}

/**
 * Makes sure that the staging file of a database is one: makes a missing or empty one, takes one of an earlier version,
 * and refuses any other file. A damaged one is made anew, because everything in it can be read again; one that is too
 * large for the check is left to the run that reads it.
 */
export const prepareStaging = (staging: string, names: Names): Effect.Effect<void, DatabaseError> =>
  attempt(() => {
    if (!isNothing(staging, names)) return
    remove(staging)
    try {
      make(staging, stagingMark)
    } catch (cause) {
      // Another process made it.
      if (!existsSync(staging)) throw cause
    }
  })

/** Refuses a file that is not for staging. Asked before a new database is made beside it. */
export const guardStaging = (staging: string, names: Names): Effect.Effect<void, DatabaseError> =>
  attempt(() => void isNothing(staging, names))
