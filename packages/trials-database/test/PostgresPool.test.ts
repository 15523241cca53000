import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Redacted } from "effect"
import * as Database from "trials-database/Database"
import { fromSqlError } from "trials-database/DatabaseError"
import { changed, databaseOn, emptyPostgres } from "trials-testkit/Engines"
import { relay } from "trials-testkit/Relay"
import { roleOn } from "trials-testkit/Roles"
import { inject } from "vitest"

const write = (url: string, connections = 2) =>
  Database.layerWriter({ url: Redacted.make(url), init: true, connections })
const read = (url: string, connections = 2) =>
  Database.layerReader({ url: Redacted.make(url), connections, statementTimeout: "20 seconds" })

/** With less patience than the five seconds that a connection may take. */
const soon = (url: string) => changed(url, (to) => to.searchParams.set("connect_timeout", "1"))

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
      expect(error.message).toContain("`connections` says how many")
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

describe("a pool", () => {
  it.scopedLive("outlives connections that are lost while they are new, and has all of them again", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      let questions = 0
      const { sent, url } = yield* relay(database, (each) => {
        if (each.kind !== "message" || each.text !== "SELECT 1") return "pass"
        questions += 1
        return questions === 2 || questions === 3 ? "cut" : "pass"
      })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const sleeps = Effect.all(
          Array.from({ length: 4 }, () => sql`SELECT pg_sleep(0.4)`),
          { concurrency: "unbounded", discard: true }
        )
        for (let n = 0; n < 4; n += 1) yield* sleeps
        // One that counts, two that were cut, and the rest of the four.
        expect(sent.filter(({ kind }) => kind === "start")).toHaveLength(6)
      }).pipe(Effect.provide(write(url, 4)))
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
