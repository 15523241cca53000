import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import * as Sync from "trials-domain/Sync"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import { BlindPostgres } from "./BlindPostgres.mjs"
import { BlindSqlite } from "./BlindSqlite.mjs"

const statement = (text) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

/** The reading and the writing side of a database, as this project's programs open it. */
const sides = async (url) => {
  const writer = ManagedRuntime.make(
    Layer.provideMerge(Sync.layer, Layer.orDie(Database.layerWriter({ url: Redacted.make(url), init: true })))
  )
  await writer.runPromise(Effect.void)
  const reader = ManagedRuntime.make(
    Layer.merge(TrialQueries.layer, VersionQueries.layer).pipe(
      Layer.provideMerge(
        Layer.orDie(Database.layerReader({ url: Redacted.make(url), statementTimeout: "5 minutes" }))
      )
    )
  )
  return { writer, reader, dispose: () => Promise.all([writer.dispose(), reader.dispose()]) }
}

let databases = 0

/** Fresh databases, each with a yardstick beside it. `sizes` are bytes of each table with its indexes. */
export const sqlite = (folder) => ({
  name: "SQLite",
  open: async () => {
    const own = join(folder, `sqlite-${(databases += 1)}`)
    mkdirSync(own)
    const file = join(own, "trials.db")
    const { dispose, reader, writer } = await sides(`sqlite:${file}`)
    const blind = new BlindSqlite(join(own, "blind.db"), file)
    return {
      file,
      reader,
      writer,
      blind,
      sizes: () =>
        writer.runPromise(
          statement(`SELECT m.tbl_name AS name, sum(d.pgsize) AS bytes
            FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY 1 ORDER BY 1`)
        ),
      close: async () => {
        blind.close()
        await dispose()
        rmSync(own, { recursive: true, force: true })
      }
    }
  }
})

export const postgres = (server) => ({
  name: "PostgreSQL",
  open: async () => {
    const name = `bench_${process.pid}_${(databases += 1)}`
    const asAdmin = async (text) => {
      const admin = ManagedRuntime.make(PgClient.layer({ url: Redacted.make(server), maxConnections: 1 }))
      await admin.runPromise(statement(text))
      await admin.dispose()
    }
    await asAdmin(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
    const url = new URL(server)
    url.pathname = `/${name}`
    const { dispose, reader, writer } = await sides(url.toString())
    const blind = await BlindPostgres.open(url.toString())
    return {
      reader,
      writer,
      blind,
      sizes: () =>
        writer.runPromise(
          statement(`SELECT relname AS name, pg_total_relation_size(oid)::float8 AS bytes FROM pg_class
            WHERE relkind = 'r' AND relname <> 'blind' AND relnamespace = 'public'::regnamespace
            ORDER BY 1`)
        ),
      close: async () => {
        await blind.close()
        await dispose()
        await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`)
      }
    }
  }
})
