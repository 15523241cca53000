import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { createServer, connect, type Socket } from "node:net"
import * as Database from "trials-database/Database"
import { fromSqlError } from "trials-database/DatabaseError"
import { databaseOn, emptyPostgres, tell } from "trials-testkit/Engines"
import { roleOn } from "trials-testkit/Roles"
import { inject } from "vitest"

const write = (url: string, connections = 2) =>
  Database.writer({ url: Redacted.make(url), init: true, connections })
const read = (url: string, connections = 2) =>
  Database.reader({ url: Redacted.make(url), connections, statementTimeout: "20 seconds" })

const changed = (url: string, change: (url: URL) => void): string => {
  const parsed = new URL(url)
  change(parsed)
  return parsed.toString()
}

/** With less patience than the five seconds that a connection may take. */
const soon = (url: string) => changed(url, (to) => to.searchParams.set("connect_timeout", "1"))

/** What a client sent: a connection's start, or one message. */
type Sent = { readonly start: string } | { readonly type: string; readonly text: string }

const cancelCode = 80_877_102

/** A relay in front of a server, which sees what clients send and can keep requests to cancel to itself. */
const relay = (server: string, { keepsCancels = false } = {}) =>
  Effect.gen(function* () {
    const sent: Array<Sent> = []
    const sockets = new Set<Socket>()
    const { hostname, port } = new URL(server)
    const listening = createServer((client) => {
      const upstream = connect(Number(port), hostname)
      let pending = Buffer.alloc(0)
      let hasStarted = false
      for (const [from, to] of [
        [client, upstream],
        [upstream, client]
      ] as const) {
        sockets.add(from)
        from.on("error", () => undefined)
        from.on("close", () => to.destroy())
      }
      upstream.on("data", (bytes) => client.write(bytes))
      client.on("data", (bytes) => {
        pending = Buffer.concat([pending, bytes])
        for (;;) {
          const head = hasStarted ? 1 : 0
          if (pending.length < head + 4) return
          const length = head + pending.readInt32BE(head)
          if (pending.length < length) return
          const message = pending.subarray(0, length)
          pending = pending.subarray(length)
          if (!hasStarted && message.readInt32BE(4) === cancelCode && keepsCancels) return client.end()
          sent.push(
            hasStarted
              ? { type: String.fromCharCode(message[0] ?? 0), text: message.subarray(5, -1).toString() }
              : { start: message.subarray(8).toString() }
          )
          hasStarted = true
          upstream.write(message)
        }
      })
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve))),
      () =>
        Effect.promise(
          () =>
            new Promise<void>((resolve) => {
              listening.close(() => resolve())
              for (const socket of sockets) socket.destroy()
            })
        )
    )
    const address = listening.address()
    const own = address !== null && typeof address === "object" ? String(address.port) : ""
    return { url: changed(server, (to) => (to.port = own)), sent }
  })

const running = (url: string) =>
  Effect.provide(
    Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql<{ n: string }>`SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%pg_sleep(20)%' AND state = 'active'
          AND pid <> pg_backend_pid()`
    ).pipe(Effect.map(([row]) => Number(row?.n))),
    write(url, 1)
  )

describe("every statement on PostgreSQL", () => {
  it.scopedLive("is in a transaction that says first what it is; connections start without settings", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      yield* tell(database, "CREATE SCHEMA app")
      const { sent, url } = yield* relay(database)
      const named = changed(url, (to) => to.searchParams.set("options", "-c search_path=app,public"))
      for (const side of [write(named), read(named)]) {
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          expect(yield* sql`SELECT current_schema() AS name`).toEqual([{ name: "app" }])
          yield* sql.withTransaction(sql`SELECT ${"a value"} AS value FROM trials WHERE id = ${"x"}`)
          yield* Effect.flip(sql`SELECT 1 / 0`)
          expect(yield* sql`SELECT 1 AS one`.values).toEqual([[1]])
        }).pipe(Effect.provide(side))
      }
      const words = new Set(
        sent.flatMap((each) =>
          "start" in each ? each.start.split("\u0000").filter((_, n) => n % 2 === 0) : []
        )
      )
      expect([...words].filter((word) => word !== "").sort()).toEqual([
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
      for (const { text, type } of sent.filter((each) => "type" in each)) {
        if (isQuestion(text)) continue
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
        const { url } = yield* relay(database, { keepsCancels: !isHeard })
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const slow = sql`SELECT pg_sleep(20)`
          const fiber = yield* Effect.fork(isAlone ? slow : sql.withTransaction(slow))
          yield* Effect.repeat(running(database), { until: (n) => n > 0 })
          expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
          // Where nobody hears the request, the connection is given up, and its statement ends in its own time.
          if (isHeard) expect(yield* running(database)).toBe(0)
          expect(yield* sql`SELECT 1 AS one`).toEqual([{ one: 1 }])
        }).pipe(Effect.provide(side(url, 1)))
        yield* tell(
          database,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()"
        )
      }
    })
  )
})

describe("a server with few connections", () => {
  it.scopedLive(
    "is used with those that it grants: 8 clients of a pool of 10 share 3, and none is refused",
    () =>
      Effect.gen(function* () {
        const database = yield* emptyPostgres
        yield* Effect.scoped(Layer.build(write(database)))
        const { url } = yield* roleOn(database, "CONNECTION LIMIT 3 IN ROLE pg_read_all_data")
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const client = Effect.forEach(
            Array.from({ length: 50 }),
            () => sql.withTransaction(Effect.zipRight(sql`SELECT count(*) FROM trials`, sql`SELECT 1`)),
            { discard: true }
          )
          yield* Effect.all(
            Array.from({ length: 8 }, () => client),
            { concurrency: "unbounded", discard: true }
          )
        }).pipe(Effect.provide(read(url, 10)))
      })
  )

  it.scopedLive("says that connections ran out, where others hold all of them", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      yield* Effect.scoped(Layer.build(write(database)))
      const { url } = yield* roleOn(database, "CONNECTION LIMIT 1 IN ROLE pg_read_all_data")
      const held = yield* Deferred.make<void>()
      const holder = yield* Effect.flatMap(SqlClient.SqlClient, (sql) =>
        sql.withTransaction(Effect.zipRight(Deferred.succeed(held, undefined), Effect.never))
      ).pipe(Effect.provide(read(url, 1)), Effect.fork)
      yield* Deferred.await(held)
      const error = yield* Effect.flip(Effect.scoped(Layer.build(read(soon(url)))))
      expect(error.reason).toBe("connections")
      expect(error.message).toContain("TRIALS_DATABASE_CONNECTIONS")
      yield* Fiber.interrupt(holder)
    })
  )

  it.scopedLive("lets a busy pool tell that it is busy", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const fiber = yield* Effect.fork(sql`SELECT pg_sleep(20)`)
        yield* Effect.sleep("200 millis")
        expect(fromSqlError(yield* Effect.flip(sql`SELECT 1`)).reason).toBe("connections")
        yield* Fiber.interrupt(fiber)
      }).pipe(Effect.provide(write(soon(database), 1)))
    })
  )
})

describe("an encoding that cannot hold every text", () => {
  it.scopedLive.each(["EUC_KR", "SQL_ASCII", "LATIN1"])("%s is refused at once, and named", (encoding) =>
    Effect.gen(function* () {
      const url = yield* databaseOn(inject("postgresUrl"), "template0", encoding)
      for (const side of [write(url), read(url)]) {
        const error = yield* Effect.flip(Effect.scoped(Layer.build(side)))
        expect(error.reason).toBe("encoding")
        expect(error.message).toContain(encoding)
      }
    })
  )
})
