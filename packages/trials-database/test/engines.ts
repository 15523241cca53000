import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import type { Engine, TestDatabase } from "trials-domain/testing"
import { inject } from "vitest"

declare module "vitest" {
  export interface ProvidedContext {
    /** The maintenance database of the PostgreSQL that tests make theirs in. */
    postgresUrl: string
  }
}

const opened = (url: string): TestDatabase => ({
  url,
  writer: Layer.orDie(Database.writer({ url: Redacted.make(url), init: true })),
  // A busy machine may take longer than the second that the API grants.
  reader: Layer.orDie(Database.reader({ url: Redacted.make(url), statementTimeout: "30 seconds" }))
})

/** A folder that goes with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "trials-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

export const sqlite: Engine = {
  name: "SQLite",
  database: Effect.map(temporaryFolder, (folder) => opened(`sqlite:${join(folder, "trials.db")}`))
}

let databases = 0

/** An empty database of the test run's server, dropped with the scope. */
export const emptyPostgres = Effect.gen(function* () {
  const server = inject("postgresUrl")
  const admin = PgClient.layer({ url: Redacted.make(server), maxConnections: 1 })
  const name = `test_${process.pid}_${(databases += 1)}`
  const asAdmin = (statement: string) =>
    Effect.orDie(
      Effect.provide(
        Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)),
        admin
      )
    )
  yield* Effect.acquireRelease(asAdmin(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`), () =>
    asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  )
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
})

export const postgres: Engine = { name: "PostgreSQL", database: Effect.map(emptyPostgres, opened) }
