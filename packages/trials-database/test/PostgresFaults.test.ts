import { SqlClient, type SqlError } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted } from "effect"
import * as Database from "trials-database/Database"
import { fromSqlError } from "trials-database/DatabaseError"
import { migrationsTable } from "trials-domain/Migrations"
import { changed, emptyPostgres, tell } from "trials-testkit/Engines"
import { withRoles } from "trials-testkit/Roles"

const write = (url: string, init = true) => Database.layerWriter({ url: Redacted.make(url), init })
const read = (url: string) =>
  Database.layerReader({ url: Redacted.make(url), statementTimeout: "200 millis" })
const refusal = (layer: ReturnType<typeof write>) => Effect.flip(Effect.scoped(Layer.build(layer)))

/** Runs outside the fiber's transaction, which every client in it would join. */
const aside = <A, E>(effect: Effect.Effect<A, E>) => Effect.promise(() => Effect.runPromise(effect))

describe("PostgreSQL", () => {
  it.scopedLive(
    "reports what is wrong: refused, unknown database, wrong password, no TLS, and never the password",
    () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        for (const [reason, wrong] of [
          ["refused", changed(url, (to) => (to.port = "1"))],
          ["refused", changed(url, (to) => to.searchParams.set("host", "/none"))],
          ["unknown-database", changed(url, (to) => (to.pathname = "/no_such_database"))],
          ["password", changed(url, (to) => (to.password = "hunter2-canary"))],
          // The tests' own server does not support TLS.
          ...(process.env["TEST_POSTGRES_URL"] === undefined
            ? [
                ["tls", changed(url, (to) => to.searchParams.set("sslmode", "require"))] as const,
                ["tls", changed(url, (to) => to.searchParams.set("sslmode", "verify-ca"))] as const,
                ["tls", changed(url, (to) => to.searchParams.set("sslrootcert", "/none/ca.pem"))] as const
              ]
            : [])
        ] as const) {
          for (const layer of [write(wrong), read(wrong)]) {
            const error = yield* refusal(layer)
            expect(error.reason).toBe(reason)
            expect(JSON.stringify(error) + String(error)).not.toContain("canary")
          }
        }
      })
  )

  it.scopedLive("an empty database is initialized only on demand, and a newer schema is refused", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      expect((yield* refusal(read(url))).reason).toBe("no-schema")
      expect((yield* refusal(write(url, false))).reason).toBe("no-schema")
      yield* Effect.all(
        [1, 2, 3].map(() => Effect.scoped(Layer.build(write(url)))),
        { concurrency: "unbounded" }
      )
      yield* Effect.scoped(Layer.build(write(url, false)))
      yield* Effect.provide(
        Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql`INSERT INTO ${sql(migrationsTable)} (migration_id, name) VALUES (99, 'later')`
        ),
        write(url)
      )
      expect((yield* refusal(write(url))).reason).toBe("newer")
      expect((yield* refusal(read(url))).reason).toBe("newer")
    })
  )

  it.scopedLive("a reader reads one snapshot, cannot write, and stops a statement that takes too long", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const writing = yield* Layer.build(write(url))
      const raise = aside(
        Effect.provide(
          Effect.flatMap(
            SqlClient.SqlClient,
            (sql) => sql`UPDATE counters SET value = value + 1 WHERE name = 'seq'`
          ),
          writing
        )
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const reason = <A>(statement: Effect.Effect<A, SqlError.SqlError>) =>
          Effect.map(Effect.flip(statement), (error) => fromSqlError(error).reason)
        const value = Effect.map(
          sql<{ value: number }>`SELECT value FROM counters WHERE name = 'seq'`,
          ([row]) => row?.value
        )
        expect(yield* reason(sql`DELETE FROM trials`)).toBe("read-only")
        expect(yield* reason(sql`SELECT pg_sleep(5)`)).toBe("timeout")
        const seen = yield* sql.withTransaction(Effect.all([value, Effect.zipRight(raise, value)]))
        expect(seen).toEqual([0, 0])
        expect(yield* value).toBe(1)
      }).pipe(Effect.provide(read(url)))
    })
  )

  it.scopedLive("the server ends a writer that is silent in the middle of a transaction", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SHOW idle_in_transaction_session_timeout`).toEqual([
          { idle_in_transaction_session_timeout: "5min" }
        ])
        let reason: string | undefined
        const silent = Effect.gen(function* () {
          yield* sql`SET LOCAL idle_in_transaction_session_timeout = 100`
          yield* Effect.sleep("1 second")
          reason = fromSqlError(yield* Effect.flip(sql`SELECT 1`)).reason
        })
        yield* Effect.exit(sql.withTransaction(silent))
        expect(reason).toBe("lost")
      }).pipe(Effect.provide(write(url)))
    })
  )

  it.scopedLive("a lost connection has its own error, and the next statement gets a new connection", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const writing = yield* Layer.build(write(url))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const lost = yield* Effect.flip(
          sql
            .withTransaction(
              Effect.gen(function* () {
                yield* sql`SELECT 1`
                yield* aside(
                  Effect.provide(
                    Effect.flatMap(
                      SqlClient.SqlClient,
                      (admin) => admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                      WHERE application_name = 'reader' AND state LIKE 'idle in transaction%'`
                    ),
                    writing
                  )
                )
                yield* Effect.sleep("50 millis")
                return yield* sql`SELECT 2`
              })
            )
            .pipe(Effect.sandbox)
        )
        expect(JSON.stringify(lost)).toMatch(/SqlError/)
        expect(yield* sql`SELECT 3 AS n`).toEqual([{ n: 3 }])
      }).pipe(Effect.provide(Database.layerReader({ url: Redacted.make(url), applicationName: "reader" })))
    })
  )

  it.scopedLive("a missing right is told with its object, at once, and with what gives it", () =>
    Effect.gen(function* () {
      const place = yield* withRoles("app")
      const told = (side: ReturnType<typeof write>) =>
        Effect.map(Effect.timed(refusal(side)), ([took, { message, reason }]) => {
          expect(Duration.toSeconds(took)).toBeLessThan(2)
          expect(message).toContain("`Migrations.migrate`")
          return `${reason}: ${message}`
        })
      yield* Effect.scoped(Layer.build(write(place.owner)))
      for (const side of [read(place.nobody), write(place.nobody)]) {
        expect(yield* told(side)).toMatch(/^permission: .*permission denied for schema app/)
      }
      yield* tell(place.url, `GRANT USAGE ON SCHEMA app TO ${place.names.nobody}`)
      for (const side of [read(place.nobody), write(place.nobody)]) {
        expect(yield* told(side)).toMatch(/^permission: .*permission denied for table trials_migrations/)
      }
      yield* tell(place.url, `GRANT SELECT ON ALL TABLES IN SCHEMA app TO ${place.names.nobody}`)
      yield* tell(place.url, "DROP TABLE app.trials_staging_records")
      expect(yield* told(write(place.nobody))).toContain(`"${place.names.owner}"`)
    })
  )
})
