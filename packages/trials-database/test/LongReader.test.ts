import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Context, Effect, Layer, TestClock } from "effect"
import { statSync } from "node:fs"
import { dump } from "trials-domain/Dump"
import { startOfTime, syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { sqlite } from "trials-testkit/Engines"

const size = 1000
const mebibyte = 1024 * 1024

/** A writer and a reader that both stay open, loads that each edit every trial, and the size of the WAL file. */
const sides = Effect.gen(function* () {
  yield* TestClock.setTime(startOfTime)
  const database = yield* sqlite.database
  const writer = yield* Layer.build(writeSide(database))
  const reader = yield* Layer.build(database.reader)
  const upstream = new SyntheticUpstream(syntheticRegistry(), [])
  let loads = 0
  const load = Effect.gen(function* () {
    loads += 1
    upstream.records = Array.from({ length: size }, (_, n) => ({
      id: `T${n}`,
      // All of one length, so that every load writes the same amount.
      title: `Trial ${n} of ${String(loads).padStart(3, "0")}`
    }))
    yield* TestClock.adjust("1 day")
    const { counts, verdict } = yield* syncFrom(upstream)
    expect([verdict, counts.created + counts.edited]).toEqual(["complete", size])
  }).pipe(Effect.provide(writer))
  yield* load
  const wal = () => statSync(`${database.url.slice("sqlite:".length)}-wal`).size
  return { writer, reader, reading: Context.get(reader, SqlClient.SqlClient), load, wal }
})

it.scoped(
  "a reader keeps its snapshot during many loads, which do not wait; when it ends, the WAL stops growing",
  () =>
    Effect.gen(function* () {
      const { load, reader, reading, wal, writer } = yield* sides
      yield* reading`BEGIN`
      const before = yield* Effect.provide(dump(), reader)
      const sizes = [wal()]
      for (let n = 0; n < 4; n += 1) {
        yield* load
        sizes.push(wal())
      }
      // During the read, nothing that it may still need is overwritten.
      expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b))
      expect(yield* Effect.provide(dump(), reader)).toBe(before)
      yield* reading`COMMIT`
      expect(yield* Effect.provide(dump(), reader)).toBe(yield* Effect.provide(dump(), writer))

      // SQLite copies its log into the database after this many pages: a load here writes more than a hundred.
      yield* Context.get(writer, SqlClient.SqlClient)`PRAGMA wal_autocheckpoint = 100`
      // This load still appends to the log, and copies all of it into the database.
      yield* load
      const grown = wal()
      for (let n = 0; n < 4; n += 1) {
        yield* load
        expect(wal()).toBe(grown)
      }
    })
)

it.scoped("a WAL that grew large during a read is cut to 64 MiB after the reader ends", () =>
  Effect.gen(function* () {
    const { load, reading, wal, writer } = yield* sides
    yield* reading`BEGIN`
    yield* reading`SELECT 1 FROM trials LIMIT 1`
    const writing = Context.get(writer, SqlClient.SqlClient)
    yield* writing`CREATE TABLE filler AS SELECT zeroblob(${80 * mebibyte}) AS bytes`
    expect(wal()).toBeGreaterThan(80 * mebibyte)
    yield* reading`COMMIT`
    yield* load
    expect(wal()).toBeLessThanOrEqual(64 * mebibyte)
  })
)
