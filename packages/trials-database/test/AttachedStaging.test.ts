import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { attachStaging } from "trials-database/sqlite"
import * as Migrations from "trials-domain/Migrations"
import * as Sync from "trials-domain/Sync"
import { syncFrom, syntheticRegistry, SyntheticUpstream } from "trials-domain/testing"
import { temporaryFolder } from "trials-testkit/Engines"
import { describe } from "vitest"

/** Runs over a client of one's own, of which nothing is ours. */
const over = <A, E>(
  filename: string,
  use: Effect.Effect<A, E, SqlClient.SqlClient | Layer.Layer.Success<typeof Sync.layer>>
) => Effect.provide(use, Layer.provideMerge(Sync.layer, SqliteClient.layer({ filename })))

const inFolder = Effect.map(temporaryFolder, (folder) => join(folder, "own.db"))

const refused = (filename: string, file: string) =>
  over(filename, Effect.zipRight(Effect.exit(Migrations.migrate), Effect.flip(attachStaging(file))))

describe("staging on an SQLite client of one's own", () => {
  it.scoped("a run without it says so, writes and asks nothing; with it, on the same client, it loads", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: "a" }])
      yield* over(
        file,
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* Migrations.migrate
          const error = yield* Effect.flip(syncFrom(upstream))
          expect(error._tag).toBe("StagingNotAttached")
          expect(error.message).toContain("`attachStaging(file)` of trials-database/sqlite")
          expect(yield* sql`SELECT run_id FROM runs UNION ALL SELECT run_id FROM leases`).toEqual([])
          expect([upstream.requests, existsSync(`${file}.staging`)]).toEqual([0, false])
          yield* attachStaging(file)
          yield* attachStaging(file)
          expect((yield* syncFrom(upstream)).verdict).toBe("complete")
          const settings = yield* Effect.all([
            sql`PRAGMA trials_staging.journal_mode`,
            sql`PRAGMA trials_staging.synchronous`,
            sql`PRAGMA trials_staging.application_id`
          ])
          expect(settings.map(([row]) => Object.values(row ?? {})[0])).toEqual(["wal", 0, 0x54525354])
        })
      )
      yield* over(file, Effect.zipRight(attachStaging(file), syncFrom(upstream)))
    })
  )

  it.scoped("gives back its space when nothing is staged any more", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const long = Array.from({ length: 40 }, (_, n) => ({ id: `A${n}`, title: "a".repeat(100_000) }))
      const upstream = new SyntheticUpstream(syntheticRegistry(), long)
      yield* over(
        file,
        Effect.gen(function* () {
          yield* Migrations.migrate
          yield* attachStaging(file)
          yield* syncFrom(upstream)
          // Four million characters were in it.
          expect(statSync(`${file}.staging`).size).toBeLessThan(200_000)
        })
      )
    })
  )

  it.scoped("a file that is not for staging is refused, and stays as it is", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      writeFileSync(`${file}.staging`, "my notes")
      const error = yield* refused(file, file)
      expect(error).toMatchObject({ _tag: "DatabaseError", reason: "foreign" })
      expect(error.message).toContain("name another database in `file`")
      expect(readFileSync(`${file}.staging`, "utf8")).toBe("my notes")
    })
  )

  it.scoped("only beside the file that the client has open", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const other = `${file}.other`
      writeFileSync(other, "")
      for (const [open, named, says] of [
        [file, other, "another one open"],
        [file, `${file}.missing`, "another one open"],
        [":memory:", ":memory:", "has none"]
      ] as const) {
        const error = yield* refused(open, named)
        expect(error).toMatchObject({ _tag: "DatabaseError", reason: "url" })
        expect(error.message).toMatch(/^`file` /)
        expect(error.message).toContain(says)
        expect(existsSync(`${named}.staging`)).toBe(false)
      }
    })
  )

  it.scoped("not inside a transaction, where SQLite would set half of it up", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      yield* over(
        file,
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const error = yield* Effect.flip(sql.withTransaction(attachStaging(file)))
          expect(error._tag).toBe("WithinTransaction")
          yield* attachStaging(file)
        })
      )
    })
  )
})
