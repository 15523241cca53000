import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { emptyPostgres, tell } from "trials-testkit/Engines"
import { roleOn } from "trials-testkit/Roles"
import { apiAt, ask, syncAt } from "./Harness.js"

it.scopedLive("8 steady clients of an API whose role may open 5 connections are never refused", () =>
  Effect.gen(function* () {
    const database = yield* emptyPostgres
    yield* syncAt(database)
    const { url } = yield* roleOn(database, "CONNECTION LIMIT 5 IN ROLE pg_read_all_data")
    const client = Effect.forEach(
      Array.from({ length: 40 }, (_, n) => (n % 4 === 0 ? "/v1/registries" : "/v1/trials?limit=5")),
      (path) => Effect.map(ask(path), ({ status }) => status)
    )
    const statuses = yield* Effect.all(
      Array.from({ length: 8 }, () => client),
      { concurrency: "unbounded" }
    ).pipe(Effect.provide(apiAt(url)))
    expect(new Set(statuses.flat())).toEqual(new Set([200]))
  })
)

it.scopedLive(
  "what a role may not read is refused by itself; the rest is answered, and all of it once it may",
  () =>
    Effect.gen(function* () {
      const database = yield* emptyPostgres
      yield* syncAt(database)
      const { name, url } = yield* roleOn(database)
      yield* tell(database, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${name}`)
      yield* tell(database, `REVOKE SELECT ON runs FROM ${name}`)
      const lines: Array<string> = []
      yield* Effect.gen(function* () {
        const asked = Effect.all([ask("/v1/runs"), ask("/v1/trials")], { concurrency: 2 })
        for (const [refused, answered] of yield* Effect.replicateEffect(asked, 10)) {
          expect([refused.status, answered.status]).toEqual([503, 200])
          expect(refused.body.detail).toMatch(/does not let this API read/)
        }
        yield* tell(database, `GRANT SELECT ON runs TO ${name}`)
        expect((yield* ask("/v1/runs")).status).toBe(200)
      }).pipe(Effect.provide(apiAt(url, { lines })))
      expect(lines.filter((line) => line.includes("The database is open."))).toHaveLength(1)
      expect(lines.join("")).toContain("permission denied for table runs")
    })
)

it.scopedLive("what one statement meets is that request's, whatever it is: the others are answered", () =>
  Effect.gen(function* () {
    const database = yield* emptyPostgres
    yield* syncAt(database)
    yield* tell(
      database,
      `CREATE FUNCTION broken(code text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = code; END $$`
    )
    yield* tell(database, "ALTER TABLE runs RENAME TO held")
    const { name, url } = yield* roleOn(database, "CONNECTION LIMIT 5 IN ROLE pg_read_all_data")
    yield* tell(database, `GRANT EXECUTE ON FUNCTION broken TO ${name}`)
    const lines: Array<string> = []
    yield* Effect.gen(function* () {
      for (const [code, status] of [
        ["53100", 503],
        ["XX001", 503],
        ["42P01", 500],
        ["22012", 500]
      ] as const) {
        yield* tell(
          database,
          `CREATE VIEW runs AS SELECT broken('${code}') AS run_id, h.registry, h.revision, h.verdict, h.started_at,
            h.finished_at, h.counts, h.reason, h.proof, h.data_timestamp, h.mapping_version, h.observed_at,
            h.resumed_pages, h.audit, h.notes, h.rejected, h.findings FROM held h`
        )
        const asked = Effect.all([ask("/v1/runs"), ...Array.from({ length: 8 }, () => ask("/v1/trials"))], {
          concurrency: "unbounded"
        })
        for (const [refused, ...answered] of yield* Effect.replicateEffect(asked, 3)) {
          expect([code, refused.status]).toEqual([code, status])
          expect(new Set(answered.map((each) => each.status))).toEqual(new Set([200]))
        }
        yield* tell(database, "DROP VIEW runs")
      }
    }).pipe(Effect.provide(apiAt(url, { lines })))
    expect(lines.filter((line) => line.includes("The database is open."))).toHaveLength(1)
  })
)

it.scopedLive("connections that the server ends while nobody uses them cost nothing", () =>
  Effect.gen(function* () {
    const database = yield* emptyPostgres
    yield* syncAt(database)
    const lines: Array<string> = []
    yield* Effect.gen(function* () {
      expect((yield* ask("/v1/trials")).status).toBe(200)
      const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'trials-api'
        AND datname = current_database()`
      for (let n = 0; n < 3; n += 1) {
        yield* tell(database, kill)
        expect((yield* ask("/v1/trials")).status).toBe(200)
      }
    }).pipe(Effect.provide(apiAt(database, { lines })))
    expect(lines.filter((line) => line.includes("The database is open."))).toHaveLength(1)
  })
)
