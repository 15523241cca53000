import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import * as Database from "trials-database/Database"
import { emptyPostgres, statement, tell } from "trials-testkit/Engines"
import { relay } from "trials-testkit/Relay"

const write = (url: string) => Database.layerWriter({ url: Redacted.make(url), init: true, connections: 1 })
const read = (url: string) =>
  Database.layerReader({ url: Redacted.make(url), connections: 1, statementTimeout: "20 seconds" })

const withSearchPath = (url: string, path: string): string => {
  const parsed = new URL(url)
  parsed.searchParams.set("options", `-c search_path=${path}`)
  return parsed.toString()
}

const sleeping = "datname = current_database() AND query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()"

const running = (url: string) =>
  Effect.map(
    statement(url, `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND ${sleeping}`),
    (rows) => rows.length
  )

describe("every statement on PostgreSQL", () => {
  it.scopedLive("is in a transaction that says first what it is; connections start without settings", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      yield* tell(database, "CREATE SCHEMA app")
      const { sent, url } = yield* relay(database)
      const named = withSearchPath(url, "app,public")
      for (const side of [write(named), read(named)]) {
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          expect(yield* sql`SELECT current_schema() AS name`).toEqual([{ name: "app" }])
          yield* sql.withTransaction(sql`SELECT ${"a value"} AS value FROM trials WHERE id = ${"x"}`)
          yield* Effect.flip(sql`SELECT 1 / 0`)
          expect(yield* sql`SELECT 1 AS one`.values).toEqual([[1]])
        }).pipe(Effect.provide(side))
      }
      const words = sent.flatMap((each) =>
        each.kind === "start" ? each.text.split("\u0000").filter((_, n) => n % 2 === 0) : []
      )
      expect([...new Set(words)].filter((word) => word !== "").sort()).toEqual([
        "application_name",
        "client_encoding",
        "database",
        "user"
      ])
      let isOpen = false
      const first =
        /^BEGIN ISOLATION LEVEL (READ COMMITTED, READ WRITE|REPEATABLE READ, READ ONLY); SELECT pg_catalog\.set_config\('search_path', 'app,public', true\)/
      // What a new connection is asked before it counts.
      const isQuestion = (text: string) => !isOpen && text === "SELECT 1"
      for (const each of sent) {
        if (each.kind !== "message" || isQuestion(each.text)) continue
        const { text, type } = each
        if (type === "Q") {
          const end = /^(COMMIT|ROLLBACK)$/.test(text)
          if (!isOpen) expect(text).toMatch(first)
          else if (!end) expect(text).not.toMatch(/BEGIN|COMMIT|ROLLBACK(?! TO)/)
          isOpen = !end
        }
        if (type === "P") {
          expect(isOpen).toBe(true)
          // A statement without a name.
          expect(text.startsWith("\u0000")).toBe(true)
        }
      }
      expect(isOpen).toBe(false)
    })
  )

  it.scopedLive("has ended before its connection is used again, where it is interrupted", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      yield* Effect.scoped(Layer.build(write(database)))
      for (const [side, isHeard, isAlone] of [
        [write, true, true],
        [read, true, false],
        [read, false, true],
        [write, false, false]
      ] as const) {
        const { url } = yield* relay(database, ({ kind }) =>
          kind === "cancel" && !isHeard ? "keep" : "pass"
        )
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const slow = sql`SELECT pg_sleep(20)`
          const fiber = yield* Effect.fork(isAlone ? slow : sql.withTransaction(slow))
          yield* Effect.repeat(running(database), { until: (n) => n > 0 })
          expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
          // Where nobody hears the request, the connection is given up, and its statement ends in its own time.
          if (isHeard) expect(yield* running(database)).toBe(0)
          expect(yield* sql`SELECT 1 AS one`).toEqual([{ one: 1 }])
        }).pipe(Effect.provide(side(url)))
        yield* tell(database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${sleeping}`)
      }
    })
  )
})

describe("a transaction on PostgreSQL", () => {
  it.scopedLive("can be interrupted while it waits for a connection, and while it begins", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      let isSilent = false
      const { url } = yield* relay(database, (sent) =>
        isSilent && sent.kind === "message" && sent.text.startsWith("BEGIN") ? "keep" : "pass"
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const interrupted = Effect.gen(function* () {
          const fiber = yield* Effect.fork(sql.withTransaction(sql`SELECT 1`))
          yield* Effect.sleep("100 millis")
          const [took, exit] = yield* Effect.timed(Fiber.interrupt(fiber))
          expect(Exit.isInterrupted(exit)).toBe(true)
          return Duration.toMillis(took)
        })
        const held = yield* Deferred.make<void>()
        const holder = yield* Effect.fork(
          sql.withTransaction(Effect.zipRight(Deferred.succeed(held, undefined), Effect.never))
        )
        yield* Deferred.await(held)
        expect(yield* interrupted).toBeLessThan(1000)
        yield* Fiber.interrupt(holder)
        isSilent = true
        // The server gets a second to hear of it.
        expect(yield* interrupted).toBeLessThan(2000)
        isSilent = false
        expect(yield* sql`SELECT 1 AS one`).toEqual([{ one: 1 }])
      }).pipe(Effect.provide(write(url)))
    })
  )

  it.scopedLive("leaves what its effect acquires to the scope around it", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        let isReleased = false
        const acquired = Effect.acquireRelease(Effect.void, () => Effect.sync(() => void (isReleased = true)))
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* sql.withTransaction(acquired)
            expect(isReleased).toBe(false)
          })
        )
        expect(isReleased).toBe(true)
      }).pipe(Effect.provide(write(url)))
    })
  )

  it.scopedLive("fails where the server answers COMMIT by rolling back", () =>
    Effect.gen(function* () {
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const caught = sql.withTransaction(
          Effect.zipRight(
            sql`UPDATE counters SET value = 7 WHERE name = 'seq'`,
            Effect.option(sql`SELECT 1 / 0`)
          )
        )
        expect((yield* Effect.flip(caught)).message).toContain("rolled back")
        expect(yield* sql`SELECT value FROM counters WHERE name = 'seq'`).toEqual([{ value: 0 }])
      }).pipe(Effect.provide(write(yield* emptyPostgres)))
    })
  )

  it.scopedLive("that a silent server does not answer in its time is lost to a reader", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      yield* Effect.scoped(Layer.build(write(database)))
      let isSilent = false
      const { url } = yield* relay(database, ({ kind }) => (isSilent && kind === "message" ? "keep" : "pass"))
      const reader = Database.layerReader({ url: Redacted.make(url), statementTimeout: "100 millis" })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        isSilent = true
        const [took] = yield* Effect.timed(Effect.flip(sql`SELECT 1`))
        // Two seconds and a tenth, twice.
        expect(Duration.toMillis(took)).toBeLessThan(4200)
        isSilent = false
        expect(yield* sql`SELECT 1 AS one`).toEqual([{ one: 1 }])
      }).pipe(Effect.provide(reader))
    })
  )
})
