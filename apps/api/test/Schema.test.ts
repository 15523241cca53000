import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted, Schedule } from "effect"
import * as Database from "trials-database/Database"
import type { Engine } from "trials-domain/testing"
import { migrationsTable } from "trials-domain/Migrations"
import { postgres, sqlite } from "trials-testkit/Engines"
import { type Answered, apiAt, ask, syncAt } from "./Harness.js"

const paths = ["/v1/trials", "/v1/trials/kdca/C130010/history", "/v1/registries", "/readyz"]

const becomes = (status: number) =>
  ask("/v1/trials").pipe(
    Effect.repeat({ until: (answer) => answer.status === status, schedule: Schedule.spaced("100 millis") }),
    Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => new Error(`it did not become ${status}`) }),
    Effect.orDie
  )

const refuses = (detail: RegExp) =>
  Effect.forEach(paths, (path) =>
    Effect.map(ask(path), ({ body, headers, status }: Answered) => {
      expect([path, status, body.status]).toEqual([path, 503, 503])
      expect(body.detail).toMatch(detail)
      expect(headers.get("content-type")).toContain("application/problem+json")
      expect(headers.get("retry-after")).toMatch(/^\d+$/)
    })
  )

const newer = /migrated by a newer version.*install that version/i

const behaves = (engine: Engine) =>
  Effect.gen(function* () {
    const { url } = yield* engine.database
    yield* syncAt(url)
    const lines: Array<string> = []
    const told = (what: RegExp) => lines.filter((line) => what.test(line)).length
    const sql = Context.get(
      yield* Layer.build(Database.layerWriter({ url: Redacted.make(url) })),
      SqlClient.SqlClient
    )
    // Each migration has a row. All of them move, so that no two collide.
    const version = (way: 1 | -1) =>
      sql`UPDATE ${sql(migrationsTable)} SET migration_id = migration_id + ${way * 100}`
    const table = (from: string, to: string) => sql`ALTER TABLE ${sql(from)} RENAME TO ${sql(to)}`
    const column = (from: string, to: string) =>
      sql`ALTER TABLE trials RENAME COLUMN ${sql(from)} TO ${sql(to)}`

    yield* Effect.gen(function* () {
      yield* becomes(200)

      // A newer version migrates while this one serves. Some statements still work, but a column and a table are gone.
      yield* version(1)
      yield* becomes(503)
      yield* refuses(newer)
      yield* version(-1)
      yield* becomes(200)
      expect(told(/newer version/)).toBe(1)

      yield* sql.withTransaction(
        Effect.all([version(1), column("title", "title_of_tomorrow"), table("runs", "runs_of_tomorrow")])
      )
      // Never a 500, not even in the second before the API checks by itself.
      yield* refuses(newer)
      yield* Effect.sleep("1200 millis")
      yield* refuses(newer)
      yield* sql.withTransaction(
        Effect.all([version(-1), column("title_of_tomorrow", "title"), table("runs_of_tomorrow", "runs")])
      )
      yield* becomes(200)
      expect(told(/newer version/)).toBe(2)

      // What was kept would be given further: nothing is kept here.
      // A missing column in this version's schema is a defect, and the log reports it.
      yield* column("title", "title_of_nobody")
      expect((yield* ask("/v1/trials")).status).toBe(500)
      expect((yield* ask("/v1/runs")).status).toBe(200)
      expect(told(/A request met a defect/)).toBe(1)
      yield* column("title_of_nobody", "title")
      expect((yield* ask("/v1/trials")).status).toBe(200)

      // An older schema, as a restored copy may have.
      yield* version(-1)
      yield* becomes(503)
      yield* refuses(/older schema.*`trials migrate`/)
      yield* version(1)
      yield* becomes(200)
      expect(told(/this program wants/)).toBe(1)
      for (const path of paths) expect([path, (yield* ask(path)).status]).toEqual([path, 200])
    }).pipe(Effect.provide(apiAt(url, { lines, cacheBytes: 0 })))
  })

for (const engine of [sqlite, postgres]) {
  it.scopedLive(
    `another version's schema is 503 with what to do, until it is this version's again: ${engine.name}`,
    () => behaves(engine),
    60_000
  )
}
