import type { SqlError } from "@effect/sql"
import { Predicate, Schema } from "effect"
import { type Names, optionNames } from "./Names.js"
import * as Postgres from "./postgres/PostgresReason.js"
import * as Sqlite from "./sqlite/SqliteReason.js"

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
  "access",
  "lost",
  "connections",
  "permission",
  "search-path",
  "encoding",
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
  "tls",
  "access",
  "permission",
  "search-path",
  "encoding"
])

/** Whether a person must change something; otherwise the storage failed, and may recover. */
export const isConfiguration = (reason: DatabaseReason): boolean => configuration.has(reason)

const messages = {
  driver: () =>
    "SQLite's driver does not load: it was built for another version of Node or for another system, or not at all. " +
    "`npm rebuild better-sqlite3` builds it for this one; in the repository `npm start` and `npm test` do so too.",
  refused: ({ url }) =>
    `The database server does not answer: is it running, and is the host and port of ${url} right? ` +
    "Behind a pooler, does that server let the pooler in, with this user and this database?",
  "unknown-database": ({ url }) =>
    `The database server, or the pooler in front of it, has no database of the name in ${url}: create it first.`,
  password: ({ url }) =>
    `The database server, or the pooler in front of it, does not accept the user or the password in ${url}, or wants one.`,
  tls: ({ url }) =>
    `The database server and ${url} do not agree on TLS. \`sslmode=require\` wants it, \`sslmode=verify-full\` ` +
    "checks the certificate too (`sslrootcert=` names the file of its authority), `sslmode=disable` does without.",
  access: () =>
    "The database server lets nobody in from here with this user and this database, with TLS or without: its pg_hba.conf " +
    "needs a line for them.",
  lost: () =>
    "The connection to the database was lost; nothing half-done was kept. Try again when the server is back.",
  connections: ({ connections }) =>
    `The database server, or the pooler in front of it, has no connection left for this user. ${connections} ` +
    "says how many one process opens at most; the server's max_connections, the CONNECTION LIMIT of the role or the " +
    "database, and the pooler's max_client_conn and pool_size say how many there are.",
  permission: ({ grants, migrate }, words) =>
    `The database does not allow it: ${words}. ${migrate}, run by the owner of the tables, brings ` +
    `them up to date, and ${grants} what other roles need.`,
  "search-path": () =>
    "No schema of the search_path is there for this role: create it (CREATE SCHEMA … AUTHORIZATION …), let the role use " +
    "it (GRANT USAGE ON SCHEMA … TO …), or name another (ALTER ROLE … SET search_path = …).",
  full: () => "The disk of the database is full; nothing half-done was kept. Make room and run again.",
  "read-only": () =>
    "The database cannot be written: the file, its folder or the server allows reading only (a standby does).",
  io: () => "The database's disk failed to read or write; nothing half-done was kept.",
  busy: () => "The database is busy with another writer; try again.",
  timeout: () => "The database took too long over one question and stopped.",
  corrupt: () => "The database file is damaged. Bring back a copy; it was left as it is.",
  other: ({ debug }) =>
    `The database refused a statement; nothing half-done was kept. ${debug} shows its words.`
} as const satisfies Partial<Record<DatabaseReason, (names: Names, words: string) => string>>

/** What a driver's error may mean. */
type Thrown = keyof typeof messages

// The codes of Node's addons, files, sockets and TLS.
const nodeReasons: Readonly<Record<string, Thrown>> = {
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
  EPIPE: "lost"
}

const codeOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : ""

const textOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "message") && typeof cause.message === "string" ? cause.message : ""

/** The reason for what a driver threw. */
export const reasonOf = (cause: unknown): Thrown => {
  const code = codeOf(cause)
  const text = textOf(cause)
  if (Predicate.hasProperty(cause, "syscall") && cause.syscall === "connect") return "refused"
  if (text.startsWith("Could not locate the bindings file")) return "driver"
  return (
    Sqlite.reasonOf(code) ??
    nodeReasons[code] ??
    Postgres.reasonOf(code, text) ??
    (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") ? "tls" : "other")
  )
}

/**
 * Makes an error that can be shown from what a driver threw; its message uses `names`, those of the options unless given.
 * One of our own stays as it is.
 */
export const fromCause = (cause: unknown, names: Names = optionNames): DatabaseError => {
  if (cause instanceof DatabaseError) return cause
  const reason = reasonOf(cause)
  // Of what the server says of a right, the message repeats the words: they name the object, and nothing of what is in it.
  return new DatabaseError({ reason, message: messages[reason](names, textOf(cause)) })
}

/** Makes an error that can be shown from a failed statement on either engine, with `names` as `fromCause` uses them. */
export const fromSqlError = (error: SqlError.SqlError, names?: Names): DatabaseError =>
  fromCause(error.cause, names)
