import type { SqlError } from "@effect/sql"
import { Predicate, Schema } from "effect"

/** Why a database cannot be used. */
export const DatabaseReason = Schema.Literal(
  "url",
  "driver",
  "missing",
  "foreign",
  "corrupt",
  "no-schema",
  "older",
  "newer",
  "refused",
  "unknown-database",
  "password",
  "tls",
  "lost",
  "full",
  "read-only",
  "io",
  "busy",
  "timeout",
  "other"
)
export type DatabaseReason = typeof DatabaseReason.Type

/** A database cannot be used; the message says what to do, and contains no password and no URL. */
export class DatabaseError extends Schema.TaggedError<DatabaseError>("trials-database/DatabaseError")(
  "DatabaseError",
  {
    reason: DatabaseReason,
    message: Schema.String
  }
) {}

const configuration: ReadonlySet<DatabaseReason> = new Set<DatabaseReason>([
  "url",
  "driver",
  "missing",
  "foreign",
  "no-schema",
  "older",
  "newer",
  "unknown-database",
  "password",
  "tls"
])

/** Whether a person must change something; otherwise the storage failed, and may recover. */
export const isConfiguration = (reason: DatabaseReason): boolean => configuration.has(reason)

const messages = {
  driver:
    "SQLite's driver does not load: it was built for another version of Node or for another system, or not at all. " +
    "`npm rebuild better-sqlite3` builds it for this one; in the repository `npm start` and `npm test` do so too.",
  refused:
    "The database server does not answer: is it running, and is the host and port of TRIALS_DATABASE_URL right?",
  "unknown-database":
    "The database server has no database of the name in TRIALS_DATABASE_URL: create it first.",
  password: "The database server does not accept the user or the password in TRIALS_DATABASE_URL.",
  tls:
    "The database server and TRIALS_DATABASE_URL do not agree on TLS. `sslmode=require` wants it, `sslmode=verify-full` " +
    "checks the certificate too (`sslrootcert=` names the file of its authority), `sslmode=disable` does without.",
  lost: "The connection to the database was lost; nothing half-done was kept. Try again when the server is back.",
  full: "The disk of the database is full; nothing half-done was kept. Make room and run again.",
  "read-only": "The database cannot be written: the file, its folder or the server allows reading only.",
  io: "The database's disk failed to read or write; nothing half-done was kept.",
  busy: "The database is busy with another writer; try again.",
  timeout: "The database took too long over one question and stopped.",
  corrupt: "The database file is damaged. Bring back a copy; it was left as it is.",
  other: "The database refused a statement; nothing half-done was kept."
} as const satisfies Partial<Record<DatabaseReason, string>>

const sqliteReasons: ReadonlyArray<readonly [string, keyof typeof messages]> = [
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

// https://www.postgresql.org/docs/current/errcodes-appendix.html, and the codes of Node's addons, files, sockets and TLS.
const otherReasons: Readonly<Record<string, keyof typeof messages>> = {
  ERR_DLOPEN_FAILED: "driver",
  EACCES: "read-only",
  EPERM: "read-only",
  EROFS: "read-only",
  ENOSPC: "full",
  EDQUOT: "full",
  EIO: "io",
  CERT_HAS_EXPIRED: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls",
  ECONNREFUSED: "refused",
  ENOTFOUND: "refused",
  EAI_AGAIN: "refused",
  EHOSTUNREACH: "refused",
  ETIMEDOUT: "refused",
  ECONNRESET: "lost",
  EPIPE: "lost",
  "25P03": "lost",
  "57P01": "lost",
  "57P02": "lost",
  "57P03": "refused",
  "55000": "refused",
  "53300": "refused",
  "3D000": "unknown-database",
  "28P01": "password",
  "28000": "password",
  "57014": "timeout",
  "53100": "full",
  "25006": "read-only",
  "58030": "io",
  XX001: "corrupt",
  XX002: "corrupt",
  "55P03": "busy",
  "40001": "busy",
  "40P01": "busy"
}

const codeOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : ""

const textOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "message") && typeof cause.message === "string" ? cause.message : ""

/** The reason for what a driver threw. */
export const reasonOf = (cause: unknown): keyof typeof messages => {
  const code = codeOf(cause)
  const sqlite = sqliteReasons.find(([prefix]) => code.startsWith(prefix))
  if (sqlite !== undefined) return sqlite[1]
  if (Predicate.hasProperty(cause, "syscall") && cause.syscall === "connect") return "refused"
  const other = otherReasons[code]
  if (other !== undefined) return other
  if (textOf(cause).startsWith("Could not locate the bindings file")) return "driver"
  if (/\b(ssl|tls)/i.test(textOf(cause))) return "tls"
  if (
    code.startsWith("08") ||
    /terminated|not queryable|connection (error|ended|closed)/i.test(textOf(cause))
  )
    return "lost"
  return /timed? ?out/i.test(textOf(cause)) ? "refused" : "other"
}

/** Makes an error that can be shown from what a driver threw. One of our own stays as it is. */
export const fromCause = (cause: unknown): DatabaseError => {
  if (cause instanceof DatabaseError) return cause
  const reason = reasonOf(cause)
  return new DatabaseError({ reason, message: messages[reason] })
}

/** Makes an error that can be shown from a failed statement on either engine. */
export const fromSqlError = (error: SqlError.SqlError): DatabaseError => fromCause(error.cause)
