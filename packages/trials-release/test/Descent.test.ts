import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { startOfTime } from "trials-domain/testing"
import { sqlite, temporaryFolder } from "trials-testkit/Engines"
import * as Pack from "../src/Pack.js"
import * as Places from "../src/Places.js"
import { dumped, night, pack, restore, restored } from "./Releases.js"

const records = (title: string) => ["A", "B", "C"].map((id) => ({ id, title }))

const begin = Effect.gen(function* () {
  yield* TestClock.setTime(startOfTime)
  const [database, out] = [yield* sqlite.database, yield* temporaryFolder]
  yield* night(database, records("one"))
  return { database, out }
})

const tomorrow = TestClock.adjust("24 hours")

it.scoped("a first release is asked for, once, and after a run has loaded something", () =>
  Effect.gen(function* () {
    const { database, out } = yield* begin
    const parent = yield* Places.inFolder(out)
    const packing = (first: boolean) =>
      Effect.provide(Effect.flip(Pack.run({ parent, first, out })), database.reader)
    expect(yield* packing(false)).toMatchObject({ reason: "none" })
    expect(readdirSync(out)).toEqual([])
    yield* pack(database, out)
    expect(yield* packing(true)).toMatchObject({ reason: "taken" })

    const empty = yield* sqlite.database
    expect(yield* night(empty, [])).toMatchObject({ verdict: "quarantined" })
    const elsewhere = join(out, "elsewhere")
    expect(yield* Effect.flip(pack(empty, elsewhere))).toMatchObject({ reason: "unproven" })
    expect(readdirSync(elsewhere)).toEqual([])
  })
)

it.scoped("two that went on from one release are a fork: the second is refused, and changes nothing", () =>
  Effect.gen(function* () {
    const { database, out } = yield* begin
    yield* pack(database, out)
    const other = yield* restored(sqlite, out)
    yield* tomorrow
    yield* night(database, records("two"))
    yield* night(other, records("two"))
    yield* pack(database, out)
    const there = readdirSync(out)
    expect(yield* Effect.flip(pack(other, out))).toMatchObject({ reason: "forked" })
    expect(readdirSync(out)).toEqual(there)
    const before = yield* dumped(other)
    expect(yield* Effect.flip(restore(other, out))).toMatchObject({ reason: "forked" })
    expect(yield* dumped(other)).toBe(before)
  })
)

it.scoped("a database with the same runs and another last version is a fork", () =>
  Effect.gen(function* () {
    const { database, out } = yield* begin
    yield* pack(database, out)
    // The same id of the run, as two machines with one clock and one seed would give it.
    yield* TestClock.setTime(startOfTime)
    const twin = yield* sqlite.database
    yield* night(twin, records("another"))
    expect(yield* Effect.flip(restore(twin, out))).toMatchObject({ reason: "forked" })
  })
)

it.scoped("a database that has gone on is not taken back, and an unfinished run is no fork", () =>
  Effect.gen(function* () {
    const { database, out } = yield* begin
    yield* pack(database, out)
    const follower = yield* restored(sqlite, out)
    yield* tomorrow
    // An unchanged night moves the ledger alone.
    yield* night(database, records("one"))
    expect(yield* Effect.flip(restore(database, out))).toMatchObject({ reason: "ahead" })
    yield* pack(database, out)
    expect(yield* restore(follower, out)).toMatchObject({ added: 0 })
    expect(yield* dumped(follower)).toBe(yield* dumped(database))
    expect(existsSync(join(out, "data-000002"))).toBe(true)
  })
)

it.scoped("to go on from an older release, the later ones must be withdrawn", () =>
  Effect.gen(function* () {
    const { database, out } = yield* begin
    yield* pack(database, out)
    const older = yield* restored(sqlite, out)
    yield* tomorrow
    yield* night(database, records("two"))
    yield* pack(database, out)
    yield* night(older, records("three"))
    const again = Effect.gen(function* () {
      const parent = yield* Places.inFolder(join(out, "data-000001"))
      return yield* Pack.run({ parent, first: false, out })
    }).pipe(Effect.provide(older.reader))
    expect(yield* Effect.flip(again)).toMatchObject({ reason: "forked" })
    rmSync(join(out, "data-000002", "SHA256SUMS"))
    // Its number stays taken.
    expect((yield* again).manifest).toMatchObject({ number: 3, parent: { number: 1 } })
  })
)

it.scoped("a first release is packed where all others were withdrawn, under a new number", () =>
  Effect.gen(function* () {
    const { database, out } = yield* begin
    yield* pack(database, out)
    rmSync(join(out, "data-000001", "SHA256SUMS"))
    const parent = yield* Places.inFolder(out)
    const packing = (first: boolean) => Effect.provide(Pack.run({ parent, first, out }), database.reader)
    expect(yield* Effect.flip(packing(false))).toMatchObject({ reason: "none" })
    expect((yield* packing(true)).manifest).toMatchObject({ number: 2, parent: null })
  })
)
