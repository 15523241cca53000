import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { beginning } from "../../queries/FeedPosition.js"
import { type ChangesRequest, VersionQueries } from "../../queries/VersionQueries.js"
import { insertAll, type Row } from "../../sql/insert.js"
import { type Engine, readSide, syncFrom, type TestDatabase, writeSide } from "../Engine.js"
import { syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const tables = ["runs", "trials", "trial_versions", "trial_search", "absences"]

/** Another database with the same rows, as a backup that was saved now. */
const copyOf = (engine: Engine, database: TestDatabase) =>
  Effect.gen(function* () {
    const saved = yield* Effect.flatMap(SqlClient.SqlClient, (sql) =>
      Effect.forEach([...tables, "counters"], (table) =>
        Effect.map(sql<Row>`SELECT * FROM ${sql(table)}`, (rows) => ({ table, rows }))
      )
    ).pipe(Effect.provide(database.reader))
    const copy = yield* engine.database
    yield* Effect.flatMap(SqlClient.SqlClient, (sql) =>
      Effect.zipRight(
        sql`DELETE FROM counters`,
        Effect.forEach(saved, ({ rows, table }) => insertAll(sql, table, rows), { discard: true })
      )
    ).pipe(Effect.provide(writeSide(copy)))
    return copy
  })

/** One run of a registry with two trials, which gives both another title: two versions. */
const grow = (database: TestDatabase, title: string) =>
  syncFrom(
    new SyntheticUpstream(
      syntheticRegistry(),
      ["A", "B"].map((id) => ({ id, title }))
    )
  ).pipe(Effect.provide(writeSide(database)))

const ask = (database: TestDatabase, request: Partial<ChangesRequest>) =>
  Effect.flatMap(VersionQueries, (queries) =>
    queries.changes({ after: beginning, limit: 100, ...request })
  ).pipe(Effect.provide(readSide(database)))

const read = (database: TestDatabase, request: Partial<ChangesRequest>) =>
  Effect.map(ask(database, request), ({ items, nextAfter }) => [items.map(({ seq }) => seq), nextAfter])

/** Positions in the feed of a database that an earlier state of it replaces. */
export const restoredFeed = (engine: Engine): void => {
  it.scoped("a position is of one history: after a restore it is gone, not silent", () =>
    Effect.gen(function* () {
      const original = yield* engine.database
      yield* grow(original, "one")
      const { nextAfter: saved } = yield* ask(original, {})
      const restored = yield* copyOf(engine, original)
      yield* grow(original, "two")
      const { items, nextAfter: seen } = yield* ask(original, { after: saved })
      expect(items.map(({ seq }) => seq)).toEqual([3, 4])
      expect(seen).toMatch(/^4:[0-9a-z]{6}$/)
      expect(items[0]?.runId).toContain(seen.slice(2))
      expect(yield* read(original, { after: seen })).toEqual([[], seen])

      const gone = (after: string, reason: string, end: number) =>
        Effect.map(Effect.flip(ask(restored, { after })), (error) =>
          expect(error).toMatchObject({ _tag: "PositionGone", position: after, reason, end })
        )
      // Restored to fewer. What both histories have is read on.
      yield* gone(seen, "beyond", 2)
      yield* gone("4", "beyond", 2)
      yield* gone("5000", "beyond", 2)
      for (const after of [saved, "2"]) expect(yield* read(restored, { after })).toEqual([[], saved])

      // The same places are written anew, by other runs.
      yield* grow(restored, "three")
      yield* gone(seen, "rewritten", 4)
      yield* gone("3:000000", "rewritten", 4)
      const { nextAfter: anew } = yield* ask(restored, {})
      expect(anew).not.toBe(seen)
      for (const after of [saved, "2"]) expect(yield* read(restored, { after })).toEqual([[3, 4], anew])
      // A bare number does not say of which history it is.
      expect(yield* read(restored, { after: "4" })).toEqual([[], anew])
      yield* Effect.flip(ask(original, { after: anew }))
    })
  )

  it.scoped("a position is tagged, whatever a filter left out; an empty feed is at its beginning", () =>
    Effect.gen(function* () {
      const database = yield* engine.database
      yield* Effect.provide(Effect.void, writeSide(database))
      expect(yield* read(database, {})).toEqual([[], "0"])
      expect(yield* Effect.flip(ask(database, { after: "1" }))).toMatchObject({ reason: "beyond", end: 0 })
      yield* grow(database, "one")
      yield* grow(database, "two")
      const { nextAfter: end } = yield* ask(database, {})
      expect(yield* read(database, { kind: "disappeared" })).toEqual([[], end])
      expect(yield* read(database, { kind: "edited", limit: 1 })).toEqual([[3], end.replace(/^4/, "3")])
      expect(yield* read(database, { kind: "created", limit: 3 })).toEqual([[1, 2], end])
      expect(yield* read(database, { kind: "created", after: end })).toEqual([[], end])
    })
  )
}
