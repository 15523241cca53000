import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Fiber, Layer, Option, Redacted } from "effect"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { acquire } from "trials-domain/Lease"
import { migrationsTable } from "trials-domain/Migrations"
import { syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { sqlite, temporaryFolder } from "trials-testkit/Engines"

const write = (file: string, init = false) =>
  Effect.scoped(Layer.build(Database.layerWriter({ url: Redacted.make(`sqlite:${file}`), init })))
const read = (file: string) =>
  Effect.scoped(Layer.build(Database.layerReader({ url: Redacted.make(`sqlite:${file}`) })))
const sha = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex")

/** Every way of opening the file is refused for the same reason, and its bytes stay the same. */
const refused = (file: string, reason: string) =>
  Effect.gen(function* () {
    const before = sha(file)
    for (const open of [write(file), write(file, true), read(file)]) {
      const error = yield* Effect.flip(open)
      expect(error.reason).toBe(reason)
      expect(error.message).toContain(file)
    }
    expect(sha(file)).toBe(before)
  })

const markOf = (file: string) => readFileSync(file).toString("latin1", 68, 72)

const made = (file: string) => write(file, true)

describe("a file is checked before it is opened", () => {
  it.scoped("a missing one is refused and not created; init creates it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "deep", "trials.db")
      expect((yield* Effect.flip(write(file))).reason).toBe("missing")
      expect((yield* Effect.flip(read(file))).reason).toBe("missing")
      expect(readdirSync(folder)).toEqual([])
      yield* made(file)
      yield* read(file)
      expect(existsSync(file)).toBe(true)
    })
  )

  it.scoped("an empty one, text, another program's database and a truncated one are refused", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = (name: string) => join(folder, name)
      writeFileSync(file("empty"), "")
      yield* refused(file("empty"), "foreign")
      writeFileSync(file("text"), "not a database at all\n".repeat(100))
      yield* refused(file("text"), "foreign")
      const other = new Sqlite(file("other"))
      other.exec("PRAGMA application_id = 7; CREATE TABLE t (x)")
      other.close()
      yield* refused(file("other"), "foreign")
      yield* made(file("cut"))
      truncateSync(file("cut"), 60)
      yield* refused(file("cut"), "corrupt")
    })
  )

  it.scoped("a damaged one is refused, whichever page is damaged", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "trials.db")
      yield* made(file)
      const bytes = readFileSync(file)
      const pageSize = bytes.readUInt16BE(16)
      for (let page = 1; page < bytes.length / pageSize; page += 1) {
        const damaged = Buffer.from(bytes)
        damaged.fill(0xa5, page * pageSize, page * pageSize + 512)
        writeFileSync(file, damaged)
        yield* refused(file, "corrupt")
      }
      writeFileSync(file, bytes)
      yield* read(file)
    })
  )

  it.scoped("the writer and the reader refuse a newer schema, and the reader refuses a missing one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "trials.db")
      yield* made(file)
      const database = new Sqlite(file)
      database.exec(`INSERT INTO ${migrationsTable} (migration_id, name) VALUES (99, 'later')`)
      database.close()
      yield* refused(file, "newer")
      const bare = join(folder, "bare.db")
      yield* Effect.scoped(
        Layer.build(
          Database.layerWriter({ url: Redacted.make(`sqlite:${bare}`), init: true, migrate: false })
        )
      )
      expect((yield* Effect.flip(read(bare))).reason).toBe("no-schema")
    })
  )

  it.scoped("a damaged staging file is recreated, because everything in it can be read again", () =>
    Effect.gen(function* () {
      const database = yield* sqlite.database
      const file = database.url.slice("sqlite:".length)
      const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: "a" }])
      yield* Effect.provide(syncFrom(upstream), writeSide(database))
      const bytes = readFileSync(`${file}.staging`)
      const zeros = Buffer.alloc(bytes.length)
      const beginning = Buffer.concat([bytes.subarray(0, 100), zeros.subarray(100)])
      for (const damaged of [beginning, zeros, Buffer.alloc(0)]) {
        writeFileSync(`${file}.staging`, damaged)
        const report = yield* Effect.provide(syncFrom(upstream), writeSide(database))
        expect(report.verdict).toBe("unchanged")
        expect(markOf(`${file}.staging`)).toBe("TRST")
      }
    })
  )

  it.scoped("a staging file of an earlier version, which had no mark, is taken and marked", () =>
    Effect.gen(function* () {
      const database = yield* sqlite.database
      const file = database.url.slice("sqlite:".length)
      const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: "a" }])
      yield* Effect.provide(syncFrom(upstream), writeSide(database))
      expect(markOf(`${file}.staging`)).toBe("TRST")
      const staging = new Sqlite(`${file}.staging`)
      staging.pragma("application_id = 0")
      for (const later of ["listings", "wanted", "unread"]) staging.exec(`DROP TABLE ${later}`)
      staging.exec("INSERT INTO reads VALUES ('kept', '{}', 0)")
      staging.close()
      expect(markOf(`${file}.staging`)).toBe("\0\0\0\0")
      const kept = yield* Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql`SELECT registry FROM trials_staging.reads`
      ).pipe(Effect.provide(database.writer))
      expect(kept).toEqual([{ registry: "kept" }])
      expect(markOf(`${file}.staging`)).toBe("TRST")
    })
  )

  it.scoped("what is beside it under the name of its staging file is refused, unless it is one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "trials.db")
      const staging = `${file}.staging`
      yield* made(file)
      const refusedFor = (says: string) =>
        Effect.gen(function* () {
          const before = [sha(file), sha(staging)]
          for (const open of [write(file), write(file, true)]) {
            const error = yield* Effect.flip(open)
            expect([error.reason, error.message]).toEqual(["foreign", expect.stringContaining(says)])
            expect(error.message).toContain(staging)
          }
          expect([sha(file), sha(staging)]).toEqual(before)
          // A reader does not touch it.
          yield* read(file)
          rmSync(staging)
        })
      rmSync(staging)
      yield* made(staging)
      yield* refusedFor("a database of trials")
      for (const statements of [
        "PRAGMA application_id = 7; CREATE TABLE reads (x)",
        "CREATE TABLE notes (x)",
        "CREATE TABLE reads (x); CREATE VIEW pages AS SELECT * FROM reads"
      ]) {
        const other = new Sqlite(staging)
        other.exec(statements)
        other.close()
        yield* refusedFor("the database of another program")
      }
      const unmade = join(folder, "new.db")
      writeFileSync(`${unmade}.staging`, "my notes")
      yield* Effect.flip(write(unmade, true))
      expect(existsSync(unmade)).toBe(false)
      writeFileSync(staging, "my notes\n".repeat(100))
      yield* refusedFor("not an SQLite file")
      yield* write(file)
      yield* read(file)
    })
  )

  it.scoped("a staging file is no database, and the message names the database", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "trials.db")
      yield* made(file)
      yield* refused(`${file}.staging`, "foreign")
      const error = yield* Effect.flip(read(`${file}.staging`))
      expect(error.message).toMatch(new RegExp(`${file}\\.$`))
    })
  )

  it.scopedLive("several writers that create and migrate it at the same time all succeed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "trials.db")
      yield* Effect.all([write(file, true), write(file, true), write(file, true)], {
        concurrency: "unbounded"
      })
      yield* read(file)
    })
  )
})

describe("connections", () => {
  it.scoped("the writer has its settings, and the reader can only read", () =>
    Effect.gen(function* () {
      const { reader, writer } = yield* sqlite.database
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const pragma = (name: string) =>
          Effect.map(sql.unsafe(`PRAGMA ${name}`), ([row]) => Object.values(row ?? {})[0])
        expect(yield* pragma("journal_mode")).toBe("wal")
        expect(yield* pragma("synchronous")).toBe(2)
        expect(yield* pragma("foreign_keys")).toBe(1)
        expect(yield* pragma("trials_staging.synchronous")).toBe(0)
        yield* Effect.gen(function* () {
          const reading = yield* SqlClient.SqlClient
          expect(yield* reading`SELECT count(*) AS n FROM trials`).toEqual([{ n: 0 }])
          expect((yield* Effect.flip(reading`DELETE FROM trials`))._tag).toBe("SqlError")
          yield* sql`UPDATE counters SET value = 5 WHERE name = 'seq'`
          expect(yield* reading`SELECT value FROM counters WHERE name = 'seq'`).toEqual([{ value: 5 }])
        }).pipe(Effect.provide(reader))
      }).pipe(Effect.provide(writer))
    })
  )

  it.scopedLive("a run that waits for the write lock can be stopped", () =>
    Effect.gen(function* () {
      const database = yield* sqlite.database
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const other = new Sqlite(database.url.slice("sqlite:".length))
        other.exec("BEGIN IMMEDIATE")
        const waiting = yield* Effect.fork(Effect.scoped(acquire("synth", "run")))
        yield* Effect.sleep("500 millis")
        const stopped = yield* Effect.timeoutOption(Fiber.interrupt(waiting), "10 seconds")
        expect(Option.isSome(stopped)).toBe(true)
        other.close()
        expect(yield* sql`SELECT registry FROM leases`).toEqual([])
      }).pipe(Effect.provide(database.writer))
    })
  )

  it.effect("a URL of neither kind is refused, and the error does not repeat it", () =>
    Effect.gen(function* () {
      for (const url of [
        "",
        "mysql://user:secret@host/db",
        "sqlite:",
        "sqlite::memory:",
        "postgres:nothing",
        // Each would create a file or a folder with a name that nobody wants.
        "sqlite:s.db\n",
        "sqlite:~/x.db",
        "sqlite:~me/x.db",
        "sqlite:${HOME}/x.db",
        "sqlite:./$HOME/x.db",
        "sqlite:%USERPROFILE%/x.db",
        "sqlite://data/x.db",
        "sqlite: ./x.db",
        "sqlite:'x.db'",
        "sqlite:./data/"
      ]) {
        const error = yield* Effect.flip(
          Effect.scoped(Layer.build(Database.layerReader({ url: Redacted.make(url) })))
        )
        expect(error.reason).toBe("url")
        expect(error.message).toMatch(/^`url` /)
        expect(error.message).not.toContain("secret")
      }
    })
  )
})
