import type { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Duration, Layer, Predicate, Redacted } from "effect"
import { DatabaseError, fromSqlError } from "./DatabaseError.js"

/** How many connections one process opens at most: for a load, its heartbeat, and other queries meanwhile. */
export const maxConnections = 10

/**
 * A writer that is silent for this long in the middle of a transaction is gone or asleep: the server rolls back and
 * ends its session. Otherwise the locks of a vanished machine would outlive its lease by hours (TCP's keep-alive).
 */
const longestSilence = Duration.minutes(5)

/**
 * Adds server settings to a URL (https://www.postgresql.org/docs/current/libpq-connect.html, `options`). Its `sslmode`
 * means the same as in psql; the driver itself treats `require` as `verify-full`, and warns.
 */
const withSettings = (url: Redacted.Redacted<string>, settings: Readonly<Record<string, string>>) => {
  const parsed = new URL(Redacted.value(url))
  const own = Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replaceAll(" ", "\\ ")}`)
  parsed.searchParams.set("options", [parsed.searchParams.get("options") ?? "", ...own].join(" ").trim())
  if (parsed.searchParams.has("sslmode")) parsed.searchParams.set("uselibpqcompat", "true")
  return Redacted.make(parsed.toString())
}

const noFile = new DatabaseError({
  reason: "tls",
  message: "A file that TRIALS_DATABASE_URL names (sslrootcert, sslcert or sslkey) cannot be read."
})

/** Whether a file could not be opened, as opposed to a socket of the server (`host=/run/postgresql`). */
const isFile = (cause: unknown): boolean =>
  Predicate.hasProperty(cause, "syscall") && cause.syscall === "open"

const client = (
  url: Redacted.Redacted<string>,
  applicationName: string,
  settings: Readonly<Record<string, string>>
): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  PgClient.layer({
    url: withSettings(url, settings),
    applicationName,
    maxConnections,
    connectTimeout: "5 seconds"
  }).pipe(Layer.mapError((error) => (isFile(error.cause) ? noFile : fromSqlError(error))))

/** A pool of connections that may write. */
export const writer = (
  url: Redacted.Redacted<string>,
  applicationName: string
): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  client(url, applicationName, {
    idle_in_transaction_session_timeout: String(Duration.toMillis(longestSilence))
  })

/**
 * A pool of connections that only read. Each transaction is one snapshot, and no statement takes longer than `timeout`.
 */
export const reader = (
  url: Redacted.Redacted<string>,
  applicationName: string,
  timeout: Duration.DurationInput
): Layer.Layer<SqlClient.SqlClient, DatabaseError> =>
  client(url, applicationName, {
    statement_timeout: String(Duration.toMillis(timeout)),
    default_transaction_read_only: "on",
    default_transaction_isolation: "repeatable read"
  })
