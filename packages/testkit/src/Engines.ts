import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import Sqlite from "better-sqlite3"
import { Effect, Exit, Layer, Redacted, Scope } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import type { Engine, TestDatabase } from "trials-domain/testing"
import { afterAll, beforeAll, inject } from "vitest"

declare module "vitest" {
  export interface ProvidedContext {
    /** The maintenance database of the PostgreSQL server on which tests create their databases. */
    postgresUrl: string
  }
}

/** The two sides of a database, opened as the product opens them. */
export const opened = (url: string): TestDatabase => ({
  url,
  writer: Layer.orDie(Database.layerWriter({ url: Redacted.make(url), init: true })),
  // A busy machine may need more than the one second that the API allows.
  reader: Layer.orDie(Database.layerReader({ url: Redacted.make(url), statementTimeout: "30 seconds" }))
})

/** Fills a database, new or not, as the product does. */
export const filled = <A, E, R>(url: string, fill: (isNew: boolean) => Effect.Effect<A, E, R>) =>
  Database.filled({ url: Redacted.make(url) }, fill)

/** A folder that is removed with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "trials-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

export const sqlite: Engine = {
  name: "SQLite",
  database: Effect.map(temporaryFolder, (folder) => opened(`sqlite:${join(folder, "trials.db")}`))
}

/** The result of SQLite's own check of a file. */
export const integrityOf = (file: string): string => {
  const database = new Sqlite(file, { readonly: true })
  try {
    return String(database.pragma("integrity_check", { simple: true }))
  } finally {
    database.close()
  }
}

/** A client as any program's: nothing of what the product sets for its own. */
export const plain = (url: string): Layer.Layer<SqlClient.SqlClient> =>
  Layer.orDie(PgClient.layer({ url: Redacted.make(url), maxConnections: 2 }))

/** Runs one statement over a connection of its own, as the user of a URL. */
export const statement = (url: string, text: string) =>
  Effect.provide(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(text)),
    plain(url)
  )

/** Runs one statement that must succeed. */
export const tell = (url: string, text: string): Effect.Effect<void> =>
  Effect.asVoid(Effect.orDie(statement(url, text)))

/** A URL with a change. */
export const changed = (url: string, change: (url: URL) => void): string => {
  const parsed = new URL(url)
  change(parsed)
  return parsed.toString()
}

let databases = 0

/** A new database on a server, dropped with the scope: an empty one, or a copy of one that nobody is using. */
export const databaseOn = Effect.fnUntraced(function* (
  server: string,
  template = "template0",
  encoding = "UTF8"
) {
  const name = `test_${process.pid}_${(databases += 1)}`
  yield* Effect.acquireRelease(
    tell(server, `CREATE DATABASE ${name} TEMPLATE ${template} ENCODING '${encoding}'`),
    () => tell(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  )
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
})

/** An empty database of the test run's server, dropped with the scope. */
export const emptyPostgres = Effect.suspend(() => databaseOn(inject("postgresUrl")))

export const postgres: Engine = { name: "PostgreSQL", database: Effect.map(emptyPostgres, opened) }

/**
 * PostgreSQL with databases that have this version's schema: copies of one that is migrated once, which takes less than to
 * migrate each. A test file calls this at its top level.
 */
export const migratedPostgres = (): Engine => {
  const scope = Effect.runSync(Scope.make())
  let template = ""
  const make = Effect.gen(function* () {
    const url = yield* emptyPostgres
    // Nobody may use what is copied: this writer has gone by then.
    yield* Effect.scoped(Layer.build(opened(url).writer))
    template = new URL(url).pathname.slice(1)
  })
  beforeAll(() => Effect.runPromise(Scope.extend(make, scope)))
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return {
    name: postgres.name,
    database: Effect.suspend(() => Effect.map(databaseOn(inject("postgresUrl"), template), opened))
  }
}
