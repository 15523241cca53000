import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger, LogLevel, Redacted, Schedule } from "effect"
import * as Database from "trials-database/Database"
import { fromSqlError } from "trials-database/DatabaseError"
import { changed, databaseOn, emptyPostgres } from "trials-testkit/Engines"
import { roleOn } from "trials-testkit/Roles"
import { pgBouncer, type PgBouncerOptions, startPgBouncer } from "trials-testkit/PgBouncer"
import { startPostgres } from "trials-testkit/PostgresServer"
import { inject } from "vitest"

const isLong = process.env["TRIALS_FAULTS"] === "long"

const pooler = (options: PgBouncerOptions, server = inject("postgresUrl")) =>
  Effect.acquireRelease(
    Effect.promise(() => startPgBouncer(server, options)),
    ({ stop }) => Effect.promise(stop)
  )

const write = (url: string, connections?: number) =>
  Database.layerWriter({
    url: Redacted.make(url),
    init: true,
    ...(connections === undefined ? {} : { connections })
  })
const read = (url: string) =>
  Database.layerReader({ url: Redacted.make(url), statementTimeout: "20 seconds" })

/** Why a database cannot be opened, and what is said of it at debug level. */
const refusal = (side: ReturnType<typeof write>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => void lines.push(String(message)))
    )
    const error = yield* Effect.flip(
      Effect.scoped(Layer.build(side)).pipe(
        Effect.provide(Layer.merge(logger, Logger.minimumLogLevel(LogLevel.Debug)))
      )
    )
    const said = lines.join("\n")
    expect(JSON.stringify(error) + error.message + said).not.toContain("canary")
    return { ...error, message: error.message, said }
  })

describe.skipIf(pgBouncer === null || !isLong)("behind PgBouncer (where it is installed)", () => {
  for (const mode of ["session", "transaction"] as const) {
    it.scopedLive(`a refusal has its reason, and the pooler's words are in the log, ${mode} pooling`, () =>
      Effect.gen(function* () {
        const database = yield* emptyPostgres
        yield* Effect.scoped(Layer.build(write(database)))
        const { through } = yield* pooler({ mode, settings: { server_login_retry: "0" } })
        const url = through(database)
        for (const [reason, words, wrong] of [
          ["password", "password authentication failed", changed(url, (to) => (to.password = "canary"))],
          ["password", "password authentication failed", changed(url, (to) => (to.username = "nobody"))],
          ["unknown-database", "does not exist", changed(url, (to) => (to.pathname = "/none"))],
          ["tls", "does not support SSL", changed(url, (to) => to.searchParams.set("sslmode", "require"))]
        ] as const) {
          for (const side of [write(wrong), read(wrong)]) {
            const { message, reason: found, said } = yield* refusal(side)
            expect([wrong, found]).toEqual([wrong, reason])
            expect(said).toContain(words)
            expect(message).toContain("`url`")
          }
        }
      })
    )

    it.scopedLive(`what has no connection left says so, ${mode} pooling`, () =>
      Effect.gen(function* () {
        const database = yield* emptyPostgres
        yield* Effect.scoped(Layer.build(write(database)))
        const { through } = yield* pooler({
          mode,
          settings: { max_client_conn: "1", query_wait_timeout: "2" }
        })
        yield* Effect.gen(function* () {
          expect((yield* refusal(read(through(database)))).reason).toBe("connections")
          // A pool that may have more goes on with the one that it has.
          const sql = yield* SqlClient.SqlClient
          const answers = yield* Effect.all(
            Array.from({ length: 20 }, () => sql`SELECT 1 AS one`),
            { concurrency: "unbounded" }
          )
          expect(answers.flat()).toEqual(Array.from({ length: 20 }, () => ({ one: 1 })))
        }).pipe(Effect.provide(write(through(database))))
      })
    )
  }

  it.scopedLive("the limits of the server behind it are told as the server's own", () =>
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.promise(() => startPostgres()),
        ({ remove }) => Effect.promise(remove)
      )
      const database = yield* databaseOn(server.url)
      yield* Effect.scoped(Layer.build(write(database)))
      const { url } = yield* roleOn(database, "CONNECTION LIMIT 0")
      const limited = yield* pooler({ mode: "transaction", settings: { query_wait_timeout: "2" } }, url)
      expect((yield* refusal(read(limited.through(url)))).reason).toBe("connections")

      const { through } = yield* pooler(
        { mode: "transaction", settings: { query_wait_timeout: "2", server_login_retry: "1" } },
        server.url
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT 1 AS one`).toEqual([{ one: 1 }])
        yield* Effect.promise(() => server.stop())
        const { reason } = fromSqlError(yield* Effect.flip(sql`SELECT 1`))
        expect(["lost", "refused", "connections"]).toContain(reason)
        yield* Effect.promise(server.start)
        yield* Effect.retry(sql`SELECT 1`, Schedule.upTo(Schedule.spaced("200 millis"), "20 seconds"))
      }).pipe(Effect.provide(write(through(database))))
    })
  )

  it.scopedLive("a cancelled statement is cancelled at the server", () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      for (const mode of ["session", "transaction"] as const) {
        const { through } = yield* pooler({ mode })
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const fiber = yield* Effect.fork(sql`SELECT pg_sleep(20)`)
          yield* Effect.sleep("500 millis")
          yield* Fiber.interrupt(fiber)
          expect(
            yield* sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(20)%' AND state = 'active'
              AND pid <> pg_backend_pid()`
          ).toEqual([])
        }).pipe(Effect.provide(write(through(database), 1)))
      }
    })
  )
})
