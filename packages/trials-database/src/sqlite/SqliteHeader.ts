/**
 * The beginning of a file, which says whose it is (https://www.sqlite.org/fileformat.html#application_id). It is read
 * without SQLite, because SQLite may change what it opens.
 *
 * @module
 */
import { closeSync, openSync, readSync } from "node:fs"
import { DatabaseError, reasonOf } from "../DatabaseError.js"

/** "TRLS": the mark of our databases. */
export const databaseMark = 0x54524c53

/** "TRST": the mark of the file beside a database in which runs stage what they read. */
export const stagingMark = 0x54525354

/** What a file begins with. `blank` is nothing but zeros, as a lost disk cache leaves it. */
export type Header =
  { readonly kind: "empty" | "blank" | "cut" | "other" } | { readonly kind: "sqlite"; readonly mark: number }

const firstBytes = (file: string): Buffer => {
  const bytes = Buffer.alloc(100)
  let handle: number
  try {
    handle = openSync(file, "r")
  } catch (cause) {
    const reason = reasonOf(cause)
    throw new DatabaseError({ reason, message: `${file} cannot be read: check its rights. (${reason})` })
  }
  try {
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(handle)
  }
}

export const headerOf = (file: string): Header => {
  const bytes = firstBytes(file)
  if (bytes.length === 0) return { kind: "empty" }
  if (bytes.every((byte) => byte === 0)) return { kind: "blank" }
  if (bytes.toString("latin1", 0, 16) !== "SQLite format 3\0") return { kind: "other" }
  return bytes.length < 100 ? { kind: "cut" } : { kind: "sqlite", mark: bytes.readUInt32BE(68) }
}
