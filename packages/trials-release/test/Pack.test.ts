import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Random, TestClock } from "effect"
import { join } from "node:path"
import { type Engine, seeded, startOfTime, type TestDatabase } from "trials-domain/testing"
import { postgres, sqlite, temporaryFolder } from "trials-testkit/Engines"
import { nights } from "trials-testkit/Nights"
import { contentsOf, dumped, night, opened, pack, restored } from "./Releases.js"
import { blockName, blocksUpTo } from "../src/Parts.js"

/** A database with three nights, whose ids and instants are those of every other one. */
const grown = (engine: Engine) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    const database = yield* engine.database
    for (const records of nights(seeded(3)).slice(0, 3)) {
      yield* TestClock.adjust("24 hours")
      yield* night(database, records)
    }
    return database
  }).pipe(Effect.withRandom(Random.make("the same ids")))

// Ten thousand in the product.
const blockSize = 400

const tables = ["trial_versions", "trials", "trial_search", "runs", "absences", "registries"]

/** Writes every row anew, the last one first, so that they lie in the file in another order, with holes between them. */
const shuffled = (database: TestDatabase) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const table of tables) {
      yield* sql`CREATE TEMP TABLE kept AS SELECT * FROM ${sql(table)} ORDER BY rowid DESC`
      yield* sql`DELETE FROM ${sql(table)}`
      yield* sql`INSERT INTO ${sql(table)} SELECT * FROM kept`
      yield* sql`DELETE FROM ${sql(table)} WHERE rowid % 2 = 0`
      yield* sql`INSERT INTO ${sql(table)} SELECT * FROM kept WHERE true ON CONFLICT DO NOTHING`
      yield* sql`DROP TABLE kept`
    }
  }).pipe(Effect.provide(database.writer), Effect.as(database))

const vacuumed = (database: TestDatabase) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`VACUUM`).pipe(
    Effect.provide(database.writer),
    Effect.as(database)
  )

it.scoped("the bytes before compression depend on the state alone", () =>
  Effect.gen(function* () {
    const out = yield* temporaryFolder
    const first = yield* grown(sqlite)
    const expected = contentsOf((yield* pack(first, join(out, "first"))).folder)
    expect(Object.keys(expected)).toEqual([
      "absences.ndjson.gz",
      "counters.ndjson.gz",
      "manifest.json",
      "registries.ndjson.gz",
      "runs.ndjson.gz",
      "versions-0000000001.ndjson.gz"
    ])
    for (const [name, history] of Object.entries({
      "on the other engine": grown(postgres),
      "rows in another order, with holes": Effect.flatMap(grown(sqlite), shuffled),
      vacuumed: Effect.flatMap(grown(sqlite), vacuumed),
      restored: restored(sqlite, join(out, "first"), "by-block"),
      "restored on the other engine": restored(postgres, join(out, "first"))
    })) {
      const database = yield* history
      expect(contentsOf((yield* pack(database, join(out, name))).folder), name).toEqual(expected)
    }
    // A writer is still open, so that the last night is in its log only.
    const busy = yield* sqlite.database
    yield* Effect.scoped(
      Effect.gen(function* () {
        yield* Layer.build(busy.writer)
        yield* grown({ name: "", database: Effect.succeed(busy) })
        expect(contentsOf((yield* pack(busy, join(out, "open"))).folder)).toEqual(expected)
      })
    )
  })
)

it.scoped("a month's nights lend the blocks of its base, and a full block never changes", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    const [database, out] = [yield* sqlite.database, yield* temporaryFolder]
    const trials = Array.from({ length: blockSize + 20 }, (_, n) => ({
      id: `T${100_000 + n}`,
      title: `trial ${n}`
    }))
    const edited = (count: number, title: string) =>
      trials.map((trial, n) => (n < count ? { ...trial, title } : trial))
    yield* night(database, trials)
    const [whole, partial] = blocksUpTo(blockSize + 20, blockSize).map(blockName)
    const partsOf = (folder: string) =>
      Effect.map(opened(folder), ({ manifest }) => ({
        base: manifest.base,
        blocks: manifest.parts
          .filter(({ name }) => name.startsWith("versions"))
          .map(({ name, release }) => [name, release])
      }))
    const base = yield* pack(database, out, blockSize)
    expect(yield* partsOf(base.folder)).toEqual({
      base: 1,
      blocks: [
        [whole, 1],
        [partial, 1]
      ]
    })

    yield* TestClock.adjust("24 hours")
    yield* night(database, edited(3, "edited"))
    const second = yield* pack(database, out, blockSize)
    expect(yield* partsOf(second.folder)).toEqual({
      base: 1,
      blocks: [
        [whole, 1],
        [partial, 2]
      ]
    })
    expect(second.bytes).toBeLessThan(base.bytes)

    // An unchanged night still carries what its parent had to carry.
    yield* TestClock.adjust("24 hours")
    yield* night(database, edited(3, "edited"))
    expect(yield* partsOf((yield* pack(database, out, blockSize)).folder)).toEqual({
      base: 1,
      blocks: [
        [whole, 1],
        [partial, 3]
      ]
    })

    // More than a quarter of the base: another base.
    yield* TestClock.adjust("24 hours")
    yield* night(database, edited(120, "edited again"))
    expect((yield* partsOf((yield* pack(database, out, blockSize)).folder)).base).toBe(4)

    // Another month, too.
    yield* TestClock.adjust("30 days")
    yield* night(database, edited(120, "edited again"))
    const last = yield* pack(database, out, blockSize)
    expect(yield* partsOf(last.folder)).toEqual({
      base: 5,
      blocks: [
        [whole, 5],
        [partial, 5]
      ]
    })
    expect(yield* dumped(yield* restored(sqlite, out, "by-block"))).toBe(yield* dumped(database))

    const changed = (statement: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, unknown>) =>
      Effect.gen(function* () {
        const other = yield* restored(sqlite, out, "by-block")
        yield* Effect.provide(Effect.orDie(Effect.flatMap(SqlClient.SqlClient, statement)), other.writer)
        return yield* Effect.flip(pack(other, out, blockSize))
      })
    // Of a full block, and of the last one, which is not full.
    for (const seq of [7, blockSize + 7]) {
      const refused = yield* changed((sql) => sql`UPDATE trial_versions SET record = '{}' WHERE seq = ${seq}`)
      expect(refused).toMatchObject({ _tag: "ReleaseError", reason: "forked" })
    }
    // A row that its versions do not tell could not be restored.
    const row = yield* changed((sql) => sql`UPDATE trials SET title = 'forged' WHERE id = ${trials[0]?.id}`)
    expect(row).toMatchObject({ _tag: "ReleaseError", reason: "damaged" })
  })
)
