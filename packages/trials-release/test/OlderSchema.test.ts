import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream, TestClock } from "effect"
import { createHash } from "node:crypto"
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { grants } from "trials-domain/Grants"
import { installation } from "trials-domain/Home"
import * as Migrations from "trials-domain/Migrations"
import * as Rebuild from "trials-domain/Rebuild"
import { builtin } from "trials-domain/registries"
import * as State from "trials-domain/State"
import { type Engine, startOfTime, type TestDatabase, writeSide } from "trials-domain/testing"
import * as Verify from "trials-domain/Verify"
import { VersionQueries } from "trials-domain/VersionQueries"
import {
  filled,
  opened as databaseAt,
  postgres,
  sqlite,
  statement,
  temporaryFolder
} from "trials-testkit/Engines"
import { withRoles } from "trials-testkit/Roles"
import { dumped, night, opened, pack, restore, restored } from "./Releases.js"
import type { Release } from "../src/Release.js"
import * as Restore from "../src/Restore.js"
import * as Check from "../src/Verify.js"

/** Releases as a program of schema 4 packed them. */
const fixture = fileURLToPath(new URL("./fixtures/schema-4", import.meta.url))

/** A folder with a copy of them, to damage or to go on from. */
const copied = Effect.tap(temporaryFolder, (folder) =>
  Effect.sync(() => {
    for (const name of ["data-000001", "data-000002"])
      cpSync(join(fixture, name), join(folder, name), { recursive: true })
  })
)

const registries = builtin.map(({ registry }) => registry)

const all = <E, R>(pages: Stream.Stream<ReadonlyArray<State.Row>, E, R>) =>
  Effect.map(Stream.runCollect(pages), (found) => [...found].flat())

/** The versions of a release, in the order of the feed. */
const versionsOf = ({ block, manifest }: Release) =>
  Effect.forEach(
    manifest.parts.filter(({ name }) => name.startsWith("versions-")),
    ({ name }) => all(block(Number(name.slice("versions-".length))))
  ).pipe(Effect.map((blocks) => blocks.flat()))

/** That a database holds the state of the fixture's newest release, and nothing is wrong with it. */
const holds = (database: TestDatabase) =>
  Effect.gen(function* () {
    const release = yield* opened(fixture)
    expect(release.manifest).toMatchObject({ schemaVersion: 4, number: 2, base: 1 })
    expect(yield* Migrations.currentVersion).toBe(Migrations.schemaVersion)
    const packed = yield* versionsOf(release)
    expect(packed).toHaveLength(29)
    // What later schemas added is beside what was packed.
    expect(yield* all(State.versions(1, 100))).toMatchObject(packed)
    for (const part of State.wholeParts)
      expect(yield* all(State.whole(part))).toMatchObject(yield* all(release.part(part)))
    const check = yield* Verify.run(registries, { others: true })
    expect(check).toMatchObject({ trials: 25, mismatches: [] })
  }).pipe(Effect.provide(database.reader))

const feed = (database: TestDatabase, after: string) =>
  Effect.flatMap(VersionQueries, (queries) => queries.changes({ after, limit: 1000 })).pipe(
    Effect.provide(Layer.provide(VersionQueries.layer, database.reader))
  )

const tableOf = (part: State.PartName): string => (part === "versions" ? "trial_versions" : part)

/** The columns of a table, in the order of their names. */
const columnsOf = (table: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql.onDialectOrElse({
      pg: () => sql<{ name: string }>`SELECT attname AS name FROM pg_attribute
        WHERE attrelid = CAST(${table} AS regclass) AND attnum > 0 AND NOT attisdropped`,
      orElse: () => sql<{ name: string }>`SELECT name FROM pragma_table_info(${table})`
    })
    return found.map(({ name }) => name).sort()
  })

/** The rows of a part as an older schema had them. */
const rowsAt = (part: State.PartName, rows: ReadonlyArray<State.Row>, schema: number) =>
  Effect.map(columnsOf(tableOf(part)), (columns) =>
    rows.map((row) => {
      const kept = Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name)))
      expect(Object.keys(kept).sort()).toEqual(columns)
      expect(State.toRow(part, kept, schema)).toMatchObject({ _tag: "Some" })
      return kept
    })
  )

const suite = (engine: Engine) =>
  describe(`a release of schema 4 on ${engine.name}`, { timeout: 120_000 }, () => {
    it.scoped("is restored into an empty database, and migrated", () =>
      Effect.flatMap(restored(engine, fixture), holds)
    )

    it.scoped("fills a database that is not there yet", () =>
      Effect.gen(function* () {
        const { url } = yield* engine.database
        const release = yield* opened(fixture)
        const filling = filled(url, (isNew) => Restore.run(release, isNew ? "by-block" : "once"))
        expect(yield* filling).toEqual({ added: 29, versions: 29, trials: 25 })
        yield* holds(databaseAt(url))
      })
    )

    it.scoped(
      "is what the next release goes on from, as a base of its own, and who reads the feed goes on",
      () =>
        Effect.gen(function* () {
          // The nights of the fixture were not at the beginning of the tests' time.
          yield* TestClock.setTime(startOfTime + 60 * 24 * 60 * 60 * 1000)
          const out = yield* copied
          const database = yield* restored(engine, out)
          const { nextAfter } = yield* feed(database, "0")
          yield* night(database, [{ id: "S1", title: "of another registry" }])
          const { manifest } = yield* pack(database, out)
          expect(manifest).toMatchObject({
            number: 3,
            base: 3,
            parent: { number: 2 },
            schemaVersion: Migrations.schemaVersion,
            last: { seq: 30 }
          })
          yield* Effect.flatMap(opened(out), Check.run)
          expect((yield* feed(database, nextAfter)).items).toMatchObject([{ id: "S1", version: 1 }])
          const follower = yield* restored(engine, fixture)
          expect(yield* restore(follower, out)).toMatchObject({ added: 1, versions: 30 })
          expect(yield* dumped(follower)).toBe(yield* dumped(database))
        })
    )

    it.scoped("is refused by a database that is not empty, also by one that holds all of it", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(startOfTime)
        const other = yield* engine.database
        yield* night(other, [{ id: "S1", title: "of its own" }])
        for (const database of [other, yield* restored(engine, fixture)]) {
          const before = yield* dumped(database)
          const refused = yield* Effect.flip(restore(database, fixture))
          expect(refused).toMatchObject({ reason: "older" })
          expect(refused.message).toContain("restore into a new database")
          expect(yield* dumped(database)).toBe(before)
        }
      })
    )

    it.scoped("is refused where it is damaged, and leaves an empty database as it was", () =>
      Effect.gen(function* () {
        const out = yield* copied
        const database = yield* engine.database
        const refused = Effect.gen(function* () {
          expect(yield* Effect.flip(restore(database, out))).toMatchObject({ reason: "damaged" })
          const state = Effect.all([Migrations.currentVersion, State.lastSeq, all(State.whole("runs"))])
          expect(yield* Effect.provide(state, database.reader)).toEqual([Migrations.schemaVersion, 0, []])
        })
        const block = join(out, "data-000001", "versions-0000000021.ndjson.gz")
        const bytes = readFileSync(block)
        writeFileSync(
          block,
          bytes.map((byte, at) => (at === 100 ? byte ^ 1 : byte))
        )
        yield* refused
        writeFileSync(block, bytes)

        // What only the sum of all parts tells.
        const [file, sums] = ["manifest.json", "SHA256SUMS"].map((name) => join(out, "data-000002", name))
        if (file === undefined || sums === undefined) return expect.fail()
        const hash = () => createHash("sha256").update(readFileSync(file)).digest("hex")
        const before = hash()
        writeFileSync(file, readFileSync(file, "utf8").replace('"missing": 1', '"missing": 2'))
        expect(hash()).not.toBe(before)
        writeFileSync(sums, readFileSync(sums, "utf8").replace(before, hash()))
        yield* refused

        cpSync(join(fixture, "data-000002"), join(out, "data-000002"), { recursive: true })
        expect(yield* restore(database, out)).toMatchObject({ added: 29 })
        yield* holds(database)
      })
    )

    it.scoped("has successors of every schema since, which can be restored too", () =>
      Effect.gen(function* () {
        const parts = [...State.wholeParts, "versions"] as const
        const state = Effect.forEach(parts, (part) =>
          Effect.map(
            all(part === "versions" ? State.versions(1, 100) : State.whole(part)),
            (rows) => [part, rows] as const
          )
        )
        const { reader } = yield* restored(engine, fixture)
        const now = yield* Effect.provide(state, reader)
        for (let schema = State.oldestSchema + 1; schema < Migrations.schemaVersion; schema += 1) {
          const database = yield* engine.database
          const fill = Effect.forEach(now, ([part, rows]) =>
            Effect.flatMap(rowsAt(part, rows, schema), (were) => State.write(part, were, schema))
          )
          const filling = Effect.zipRight(Migrations.from(schema, fill), Rebuild.after(0))
          yield* Effect.provide(filling, writeSide(database))
          yield* holds(database)
        }
      })
    )
  })

suite(sqlite)
suite(postgres)

it.scopedLive("on PostgreSQL, others keep the rights that they had on an empty installation", () =>
  Effect.gen(function* () {
    const place = yield* withRoles("app")
    const granting = Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const found = yield* installation
      if (found === null) return expect.fail("no installation")
      // Not those that later tables would have anyway.
      const now = grants(found, place.names).filter((each) => !each.startsWith("ALTER DEFAULT"))
      for (const each of now) yield* sql.unsafe(each)
    })
    const owner = databaseAt(place.owner)
    yield* Effect.provide(granting, owner.writer)
    const rights = statement(
      place.url,
      `SELECT c.relname, CAST(c.relacl AS text), array(SELECT a.attname || CAST(a.attacl AS text) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) AS columns
        FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'v') ORDER BY 1`
    )
    const before = yield* rights
    yield* restore(owner, fixture)
    expect(yield* rights).toEqual(before)
    yield* holds(databaseAt(place.reader))
  })
)
