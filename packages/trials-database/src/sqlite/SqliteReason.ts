import type { DatabaseReason } from "../DatabaseError.js"

type Reason = Extract<DatabaseReason, "full" | "io" | "read-only" | "corrupt" | "busy">

// https://www.sqlite.org/rescode.html, by the beginning of a name.
const reasons: ReadonlyArray<readonly [string, Reason]> = [
  ["SQLITE_FULL", "full"],
  ["SQLITE_IOERR", "io"],
  ["SQLITE_READONLY", "read-only"],
  ["SQLITE_CANTOPEN", "io"],
  ["SQLITE_PERM", "read-only"],
  ["SQLITE_CORRUPT", "corrupt"],
  ["SQLITE_NOTADB", "corrupt"],
  ["SQLITE_BUSY", "busy"],
  ["SQLITE_LOCKED", "busy"]
]

/** The reason for one of SQLite's result codes; undefined if it has none of its own. */
export const reasonOf = (code: string): Reason | undefined =>
  reasons.find(([prefix]) => code.startsWith(prefix))?.[1]
