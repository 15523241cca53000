import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Redacted, Schedule } from "effect"
import { startPostgres } from "trials-testkit/PostgresServer"
import * as Database from "trials-database/Database"
import { type Answered, apiAt, ask, syncAt } from "./Harness.js"

/** The test's own server, which it may stop. */
const server = Effect.acquireRelease(
  Effect.promise(() => startPostgres()),
  ({ remove }) => Effect.promise(remove)
)

const paths = [
  "/v1/trials",
  "/v1/trials/recent",
  "/v1/trials/kdca/C130010",
  "/v1/trials/kdca/C130010/history",
  "/v1/trials/kdca/C130010/diff?from=1&to=1",
  "/v1/changes",
  "/v1/registries",
  "/v1/registries/kdca/quality",
  "/v1/runs",
  "/v1/runs/nope",
  "/readyz"
]

const expectUnavailable = (path: string, { body, headers, status, text }: Answered) => {
  expect([path, status, body.status]).toEqual([path, 503, 503])
  expect(headers.get("content-type")).toContain("application/problem+json")
  expect(headers.get("retry-after")).toMatch(/^\d+$/)
  expect(headers.get("cache-control")).toBe("no-store")
  expect(text).not.toMatch(/127\.0\.0\.1|localhost|postgres|SELECT|FROM|SQL|ECONN|57P|terminat|:\d{4,5}/i)
}

const alive = Effect.map(ask("/healthz"), ({ status }) => expect(status).toBe(200))

const allUnavailable = Effect.gen(function* () {
  for (const path of paths) expectUnavailable(path, yield* ask(path))
  yield* alive
})

/** Everything recovers by itself within ten seconds. */
const allBack = Effect.gen(function* () {
  yield* ask("/v1/trials").pipe(
    Effect.repeat({ until: ({ status }) => status === 200, schedule: Schedule.spaced("100 millis") }),
    Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => new Error("it did not come back") }),
    Effect.orDie
  )
  expect((yield* ask("/v1/trials")).body.total.value).toBe(145)
  for (const path of paths) {
    expect([path, (yield* ask(path)).status]).toEqual([path, path.endsWith("nope") ? 404 : 200])
  }
})

/** Blocks every reader of `trials` as long as the scope lasts, as a schema change does. */
const locked = (url: string) =>
  Effect.gen(function* () {
    const held = yield* Deferred.make<void>()
    yield* Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`LOCK TABLE trials, trial_versions IN ACCESS EXCLUSIVE MODE`
          yield* Deferred.succeed(held, undefined)
          return yield* Effect.never
        })
      )
    ).pipe(Effect.provide(Database.layerWriter({ url: Redacted.make(url) })), Effect.forkScoped)
    yield* Deferred.await(held)
  })

it.scopedLive(
  "a stopped server is 503 until it is back, even during requests; so is a statement that takes too long",
  () =>
    Effect.gen(function* () {
      const { start, stop, url } = yield* server
      yield* syncAt(url)
      const lines: Array<string> = []
      yield* Effect.gen(function* () {
        yield* allBack

        // A statement may take one second.
        const waited = yield* Effect.scoped(
          Effect.zipRight(locked(url), Effect.timed(Effect.zipLeft(ask("/v1/trials"), alive)))
        )
        expectUnavailable("a slow statement", waited[1])
        expect(waited[1].body.detail).toMatch(/took too long/)
        yield* allBack

        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* locked(url)
            const amid = yield* Effect.forEach(
              ["/v1/trials", "/v1/changes", "/v1/trials/kdca/C130010"],
              (path) => Effect.fork(Effect.map(ask(path), (answer) => [path, answer] as const))
            )
            yield* Effect.sleep("300 millis")
            yield* Effect.promise(() => stop())
            for (const [path, answer] of yield* Fiber.join(Fiber.all(amid))) expectUnavailable(path, answer)
          })
        )
        yield* allUnavailable
        yield* Effect.sleep("1500 millis")
        yield* allUnavailable
        yield* Effect.promise(start)
        yield* allBack

        // The server stops while there are no requests.
        yield* Effect.promise(() => stop())
        yield* allUnavailable
        yield* Effect.promise(start)
        yield* allBack
      }).pipe(Effect.provide(apiAt(url, { lines, cacheBytes: 0 })))
      expect(lines.join("")).not.toContain("trials:trials")
      expect(lines.filter((line) => line.includes("The database is open."))).toHaveLength(3)
    }),
  90_000
)
