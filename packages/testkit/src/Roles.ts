import { SqlClient, SqlError } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Cause, Effect, Layer, Option, Predicate, Redacted } from "effect"
import { inject } from "vitest"
import { emptyPostgres } from "./Engines.js"

let roles = 0

/** A client as any program's: nothing of what the product sets for its own. */
export const plain = (url: string): Layer.Layer<SqlClient.SqlClient> =>
  Layer.orDie(PgClient.layer({ url: Redacted.make(url), maxConnections: 2 }))

/** Runs one statement over a connection of its own. */
export const statement = (url: string, text: string) =>
  Effect.scoped(
    Effect.provide(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text)),
      plain(url)
    )
  )

const asAdmin = (text: string) => Effect.orDie(statement(inject("postgresUrl"), text))

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The URL with which a role connects, with a search path if it has its own. */
export const urlFor = (url: string, role: string, searchPath?: string): string => {
  const parsed = new URL(url)
  parsed.username = encodeURIComponent(role)
  parsed.password = "secret"
  if (searchPath !== undefined) parsed.searchParams.set("options", `-c search_path=${searchPath}`)
  return parsed.toString()
}

/** A new role of the server, dropped with the scope; a database in which it has rights must go before. */
export const newRole = (name: string) =>
  Effect.acquireRelease(
    Effect.suspend(() => {
      const unique = `${name}_${process.pid}_${(roles += 1)}`
      return Effect.as(asAdmin(`CREATE ROLE ${quoted(unique)} LOGIN PASSWORD 'secret'`), unique)
    }),
    (unique) => asAdmin(`DROP ROLE ${quoted(unique)}`)
  )

/** A database in which a role owns a schema, with the search path of that role and of three others set to it. */
export const withRoles = (schema: string) =>
  Effect.gen(function* () {
    const owner = yield* newRole("owner")
    const writer = yield* newRole('wri"ter')
    const reader = yield* newRole("reader")
    const nobody = yield* newRole("nobody")
    const url = yield* emptyPostgres
    yield* Effect.orDie(statement(url, `CREATE SCHEMA ${quoted(schema)} AUTHORIZATION ${quoted(owner)}`))
    for (const role of [owner, writer, reader, nobody]) {
      yield* asAdmin(`ALTER ROLE ${quoted(role)} SET search_path = ${quoted(schema)}`)
    }
    return {
      url,
      names: { owner, writer, reader, nobody },
      owner: urlFor(url, owner),
      writer: urlFor(url, writer),
      reader: urlFor(url, reader),
      nobody: urlFor(url, nobody)
    }
  })

const causeOf = (error: unknown): unknown => (error instanceof SqlError.SqlError ? error.cause : error)

/** The SQLSTATE with which an effect fails; null if it does not fail, or not by the server. */
export const sqlState = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string | null, never, R> =>
  Effect.map(Effect.sandbox(effect).pipe(Effect.flip, Effect.option), (cause) => {
    const thrown = Option.match(cause, {
      onNone: () => null,
      onSome: (found) => causeOf(Cause.squash(found))
    })
    return Predicate.hasProperty(thrown, "code") && typeof thrown.code === "string" ? thrown.code : null
  })
