import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
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

/** The bytes of all files in a folder. One may go while they are looked at. */
const bytesIn = (folder) =>
  readdirSync(folder).reduce(
    (sum, file) => sum + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0),
    0
  )

/**
 * Fresh databases, each with a yardstick beside it. `sizes` are bytes of each table with its indexes. A `place` is where
 * another process may make one; its `bytes` are those of everything there, the log and what is staged included, and its
 * `size` those of the database alone.
 */
export const sqlite = (folder) => ({
  name: "SQLite",
  place: async () => {
    const own = join(folder, `sqlite-${(databases += 1)}`)
    mkdirSync(own)
    return {
      url: `sqlite:${join(own, "trials.db")}`,
      bytes: async () => bytesIn(own),
      size: async () => statSync(join(own, "trials.db")).size,
      remove: async () => rmSync(own, { recursive: true, force: true })
    }
  },
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

/** A fresh database of a server. Its `bytes` lack the server's log, which is one for all databases. */
const databaseOf = async (server) => {
  const name = `bench_${process.pid}_${(databases += 1)}`
  const admin = ManagedRuntime.make(PgClient.layer({ url: Redacted.make(server), maxConnections: 1 }))
  await admin.runPromise(statement(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`))
  const url = new URL(server)
  url.pathname = `/${name}`
  const bytes = async () => {
    const [found] = await admin.runPromise(statement(`SELECT pg_database_size('${name}')::float8 AS bytes`))
    return found.bytes
  }
  return {
    url: url.toString(),
    bytes,
    // What was staged has been cleared by then.
    size: bytes,
    remove: async () => {
      await admin.runPromise(statement(`DROP DATABASE ${name} WITH (FORCE)`))
      await admin.dispose()
    }
  }
}

export const postgres = (server) => ({
  name: "PostgreSQL",
  place: () => databaseOf(server),
  open: async () => {
    const { remove, url } = await databaseOf(server)
    const { dispose, reader, writer } = await sides(url)
    const blind = await BlindPostgres.open(url)
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
        await remove()
      }
    }
  }
})
