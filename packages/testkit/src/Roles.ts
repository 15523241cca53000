import { SqlError } from "@effect/sql"
import { Cause, Effect, Option, Predicate } from "effect"
import { inject } from "vitest"
import { databaseOn, tell } from "./Engines.js"

let roles = 0

const ownServer = Effect.sync(() => inject("postgresUrl"))

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The URL with which a role connects, with a search path if it has its own. */
export const urlFor = (url: string, role: string, searchPath?: string): string => {
  const parsed = new URL(url)
  parsed.username = encodeURIComponent(role)
  parsed.password = "secret"
  if (searchPath !== undefined) parsed.searchParams.set("options", `-c search_path=${searchPath}`)
  return parsed.toString()
}

/** A new role of a server, dropped with the scope; a database in which it has rights must go before. */
export const newRole = Effect.fnUntraced(function* (name: string, server?: string) {
  const url = server ?? (yield* ownServer)
  const unique = `${name}_${process.pid}_${(roles += 1)}`
  yield* Effect.acquireRelease(tell(url, `CREATE ROLE ${quoted(unique)} LOGIN PASSWORD 'secret'`), () =>
    tell(url, `DROP ROLE ${quoted(unique)}`)
  )
  return unique
})

/**
 * A new role of a database's server, dropped with the scope together with what it owns and was granted in that database.
 * `may` ends its CREATE ROLE, as in `CONNECTION LIMIT 5`. Gives the name, and the URL of the database for this role.
 */
export const roleOn = (database: string, may = "") =>
  Effect.gen(function* () {
    const name = `role_${process.pid}_${(roles += 1)}`
    yield* Effect.acquireRelease(tell(database, `CREATE ROLE ${name} LOGIN PASSWORD '${name}' ${may}`), () =>
      tell(database, `DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`)
    )
    const url = new URL(database)
    url.username = name
    url.password = name
    return { name, url: url.toString() }
  })

/** A database in which a role owns a schema, with the search path of that role and of three others set to it. */
export const withRoles = Effect.fnUntraced(function* (schema: string, server?: string) {
  const admin = server ?? (yield* ownServer)
  const owner = yield* newRole("owner", admin)
  const writer = yield* newRole('wri"ter', admin)
  const reader = yield* newRole("reader", admin)
  const nobody = yield* newRole("nobody", admin)
  const url = yield* databaseOn(admin)
  yield* tell(url, `CREATE SCHEMA ${quoted(schema)} AUTHORIZATION ${quoted(owner)}`)
  for (const role of [owner, writer, reader, nobody]) {
    yield* tell(url, `ALTER ROLE ${quoted(role)} SET search_path = ${quoted(schema)}`)
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
