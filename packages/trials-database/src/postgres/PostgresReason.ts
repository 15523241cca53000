import type { DatabaseReason } from "../DatabaseError.js"

type Reason = Extract<
  DatabaseReason,
  | "refused"
  | "unknown-database"
  | "password"
  | "tls"
  | "access"
  | "lost"
  | "connections"
  | "permission"
  | "search-path"
  | "full"
  | "read-only"
  | "io"
  | "busy"
  | "timeout"
  | "corrupt"
>

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const states: Readonly<Record<string, Reason>> = {
  "25P03": "lost",
  "25P04": "timeout",
  "57P01": "lost",
  "57P02": "lost",
  "57P05": "lost",
  "57P03": "refused",
  "55000": "refused",
  "53300": "connections",
  "3D000": "unknown-database",
  "28P01": "password",
  "28000": "password",
  "42501": "permission",
  "3F000": "search-path",
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

// A standby cannot begin a transaction that writes: it says so under the code of what is not supported.
const standby = /read-write mode during recovery/

// A pooler gives nearly all of its refusals, and those of the server behind it, the one code of a protocol violation.
const words: ReadonlyArray<readonly [RegExp, Reason]> = [
  [
    /no more connections|too many (clients|connections|servers)|remaining connection slots|query_wait_timeout|client_login_timeout/i,
    "connections"
  ],
  [/no such database|database ".*" (does not exist|is disabled)/i, "unknown-database"],
  [
    /authentication failed|no such user|role ".*" does not exist|wrong password type|not allowed/i,
    "password"
  ],
  [/\b(ssl|tls)\b/i, "tls"],
  [/cannot connect|login has been failing|shutting down|starting up|connect timeout/i, "refused"]
]

const said = (text: string): Reason | undefined => words.find(([pattern]) => pattern.test(text))?.[1]

// What the driver says of its own accord: pg and pg-pool.
const driver: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/^timeout exceeded when trying to connect/, "connections"],
  [/password must be a string|no password/i, "password"],
  [/\b(ssl|tls)\b/i, "tls"],
  [/due to connection timeout|timeout expired|timed out/i, "refused"],
  [/terminated|not queryable|connection (error|ended|closed)/i, "lost"]
]

/** The reason for what PostgreSQL, a pooler in front of it, or the driver said; undefined if that says none. */
export const reasonOf = (code: string, text: string): Reason | undefined => {
  if (code === "0A000" && standby.test(text)) return "read-only"
  if (code === "28000" && text.includes("client certificate")) return "tls"
  if (code === "28000" && text.includes("pg_hba.conf"))
    return text.includes("no encryption") ? "tls" : "access"
  const state = states[code]
  if (state !== undefined) return state
  if (code.startsWith("08")) return said(text) ?? "lost"
  return code === "" ? driver.find(([pattern]) => pattern.test(text))?.[1] : undefined
}
