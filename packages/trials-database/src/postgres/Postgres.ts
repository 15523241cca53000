import * as Reactivity from "@effect/experimental/Reactivity"
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Duration, Effect, Either, Layer, Option, Redacted, type Scope } from "effect"
import { installation } from "trials-domain/Home"
import { DatabaseError, fromCause, fromSqlError } from "../DatabaseError.js"
import { begun, checked, migrated } from "../DatabaseSchema.js"
import type { Names } from "../Names.js"
import * as PostgresClient from "./PostgresClient.js"
import * as PostgresPool from "./PostgresPool.js"
import type { PostgresTarget } from "./PostgresUrl.js"
import { mayTryNext, type TlsOptions } from "./PostgresTls.js"

interface PostgresOptions {
  readonly target: PostgresTarget
  readonly names: Names
  /** The name that the server shows for the connections. */
  readonly applicationName: string
  /** How many connections are opened at most. */
  readonly connections: number
}

interface PostgresWriterOptions extends PostgresOptions {
  readonly init: boolean
  readonly migrate: boolean
}

interface PostgresReaderOptions extends PostgresOptions {
  readonly statementTimeout: Duration.DurationInput
}

/**
 * A writer that is silent for this long in the middle of a transaction is gone or asleep: the server rolls back and
 * ends its session. Otherwise the locks of a vanished machine would outlive its lease by hours (TCP's keep-alive).
 */
const longestSilence = Duration.minutes(5)

const defaultConnectTimeout = Duration.seconds(5)

// What the network may add to the server's own time limit.
const moment = Duration.seconds(2)

const configOf = ({ applicationName, connections, target }: PostgresOptions, ssl: false | TlsOptions) => ({
  host: target.host,
  port: target.port,
  user: target.user,
  password: target.password === undefined ? undefined : Redacted.value(target.password),
  database: target.database,
  ssl,
  sslnegotiation: target.negotiation,
  application_name: target.applicationName ?? applicationName,
  patience: Duration.toMillis(target.connectTimeout ?? defaultConnectTimeout),
  keepAlive: true,
  keepAliveInitialDelayMillis: Duration.toMillis(defaultConnectTimeout),
  max: connections
})

/** Refuses a database in which trials cannot be kept. */
const fit = (sql: SqlClient, names: Names): Effect.Effect<void, DatabaseError> =>
  Effect.gen(function* () {
    const [found] = yield* Effect.mapError(
      sql<{ encoding: string; schema: string | null }>`SELECT
        pg_catalog.current_setting('server_encoding') AS encoding, pg_catalog.current_schema() AS schema`,
      (error) => fromSqlError(error, names)
    )
    if (found === undefined) return
    const installed = Effect.provideService(installation, SqlClient, sql)
    if (found.encoding !== "UTF8") {
      return yield* new DatabaseError({
        reason: "encoding",
        message:
          `The database is encoded in ${found.encoding}, which cannot hold every text of a registry. Make one with ` +
          `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name it in ${names.url}.`
      })
    }
    // Where there is an installation that the role may not see, the server says so itself.
    if (found.schema !== null) return
    const home = yield* Effect.mapError(installed, (error) => fromSqlError(error, names))
    if (home === null) return yield* fromCause({ code: "3F000" }, names)
  })

/** Whether the server lets nobody in with TLS or has none, and nobody without it: then it is not TLS that is missing. */
const isLockedOut = (errors: ReadonlyArray<SqlError>): boolean => {
  const refusals = errors.map(({ cause }) => `${fromCause(cause).reason} ${String(cause)}`)
  return (
    refusals.some((text) => /^tls .*pg_hba\.conf/.test(text)) &&
    refusals.some((text) => /^access |does not support SSL/.test(text))
  )
}

/** Opens a pool by the first way to connect that the server takes. */
const opened = (
  options: PostgresOptions,
  transactions: PostgresClient.TransactionOptions
): Effect.Effect<SqlClient, DatabaseError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const errors: Array<SqlError> = []
    for (const ssl of options.target.tls) {
      const take = yield* PostgresPool.make(configOf(options, ssl))
      const tried = yield* Effect.either(Effect.scoped(take))
      if (Either.isRight(tried)) {
        const sql = yield* PostgresClient.make(take, transactions)
        yield* fit(sql, options.names)
        return sql
      }
      errors.push(tried.left)
      if (!mayTryNext(tried.left.cause)) break
    }
    const { cause } = errors.at(-1) ?? {}
    return yield* fromCause(
      isLockedOut(errors) ? { code: "28000", message: "pg_hba.conf" } : cause,
      options.names
    )
  })

const layer = (
  options: PostgresOptions,
  transactions: PostgresClient.TransactionOptions
): Layer.Layer<SqlClient, DatabaseError> =>
  Layer.scoped(SqlClient, opened(options, transactions)).pipe(Layer.provide(Reactivity.layer))

/** A pool of connections that may write, to a database that `init` may begin and `migrate` brings up to date. */
export const writer = (options: PostgresWriterOptions): Layer.Layer<SqlClient, DatabaseError> => {
  const { init, migrate, names } = options
  const prepared = init ? migrated(names) : Effect.zipRight(begun(names), migrated(names))
  const opened = layer(options, {
    mode: "READ COMMITTED, READ WRITE",
    names,
    options: options.target.settings,
    limits: [["idle_in_transaction_session_timeout", String(Duration.toMillis(longestSilence))]],
    deadline: Option.none()
  })
  return migrate ? Layer.tap(opened, (context) => Effect.provide(prepared, context)) : opened
}

/**
 * A pool of connections that only read, to a database of this version's schema. Each transaction is one snapshot, and no
 * statement takes longer than `statementTimeout`.
 */
export const reader = (options: PostgresReaderOptions): Layer.Layer<SqlClient, DatabaseError> => {
  const { names, statementTimeout, target } = options
  const opened = layer(options, {
    mode: "REPEATABLE READ, READ ONLY",
    names,
    options: target.settings,
    limits: [["statement_timeout", String(Duration.toMillis(statementTimeout))]],
    deadline: Option.some(Duration.sum(Duration.decode(statementTimeout), moment))
  })
  return Layer.tap(opened, (context) => Effect.provide(checked(names), context))
}
