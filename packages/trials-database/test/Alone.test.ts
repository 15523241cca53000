import { PgClient } from "@effect/sql-pg"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { attachStaging } from "trials-database/sqlite"
import * as Migrations from "trials-domain/Migrations"
import * as Remap from "trials-domain/Remap"
import * as Sync from "trials-domain/Sync"
import { syncFrom, syntheticRegistry, SyntheticUpstream } from "trials-domain/testing"
import { emptyPostgres, temporaryFolder } from "trials-testkit/Engines"
import { describe } from "vitest"

const file = Effect.map(temporaryFolder, (folder) => join(folder, "trials.db"))

/** A client as any program has it, brought up to date. */
const own = <E, F>(
  client: Layer.Layer<SqlClient.SqlClient, E>,
  prepare: Effect.Effect<void, F, SqlClient.SqlClient> = Effect.void
) =>
  Layer.tap(client, (context) => Effect.provide(Effect.zipRight(Migrations.migrate, prepare), context)).pipe(
    Layer.orDie
  )

const written = (url: string) => Layer.orDie(Database.layerWriter({ url: Redacted.make(url), init: true }))

const clients = {
  "an SQLite writer": Effect.map(file, (path) => written(`sqlite:${path}`)),
  "an SQLite client with staging": Effect.map(file, (filename) =>
    own(SqliteClient.layer({ filename }), attachStaging(filename))
  ),
  "a PostgreSQL writer": Effect.map(emptyPostgres, written),
  "a PostgreSQL client": Effect.map(emptyPostgres, (url) =>
    own(PgClient.layer({ url: Redacted.make(url), maxConnections: 3 }))
  )
}

describe("a run and a remap", () => {
  it.scopedLive.each(Object.entries(clients))(
    "on %s are refused inside a transaction, with nothing written or asked, and work outside",
    ([, client]) =>
      Effect.gen(function* () {
        const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: "a" }])
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const { withTransaction } = sql
          const entered = sql`SELECT run_id FROM runs UNION ALL SELECT run_id FROM leases`
          for (const run of [syncFrom(upstream), Remap.run(upstream.registry)]) {
            for (const within of [withTransaction(run), withTransaction(withTransaction(run))]) {
              const error = yield* Effect.flip(within)
              expect(error._tag).toBe("WithinTransaction")
              expect(error.message).toContain("outside `withTransaction`")
            }
            // The caller's transaction goes on, and commits.
            expect(yield* withTransaction(Effect.flip(run))).toMatchObject({ _tag: "WithinTransaction" })
          }
          expect([yield* entered, upstream.requests]).toEqual([[], 0])
          expect((yield* syncFrom(upstream)).verdict).toBe("complete")
          expect((yield* Remap.run(upstream.registry)).verdict).toBe("unchanged")
        }).pipe(Effect.provide(Layer.provideMerge(Sync.layer, yield* client)))
      })
  )
})
