import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Option } from "effect"
import { Failpoint } from "trials-domain/Failpoint"
import { syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { emptyPostgres, opened, plain, statement } from "trials-testkit/Engines"

const trials = (count: number, title: string) =>
  Array.from({ length: count }, (_, n) => ({ id: `T${1000 + n}`, title: `${title} ${n}` }))

const asWriter = <A, E>(
  url: string,
  effect: Effect.Effect<A, E, Layer.Layer.Success<ReturnType<typeof writeSide>>>
) => Effect.scoped(Effect.provide(effect, Layer.fresh(writeSide(opened(url)))))

const stagedSize = (url: string) =>
  Effect.map(
    statement(
      url,
      `SELECT CAST(sum(pg_total_relation_size(c.oid)) AS INTEGER) AS size FROM pg_class c
        WHERE c.relname IN ('trials_staging_pages', 'trials_staging_records', 'trials_staging_rejected')`
    ),
    ([row]) => Number(row?.["size"])
  )

const stagedOf = (url: string, registry: string) =>
  Effect.map(
    statement(url, `SELECT count(*) AS n FROM trials_staging_records WHERE registry = '${registry}'`),
    ([row]) => Number(row?.["n"])
  )

/** Does something at each time that a run comes to a point. */
const at = (point: string, effect: Effect.Effect<unknown>) =>
  Effect.provideService(Failpoint, (name) => (name === point ? Effect.asVoid(effect) : Effect.void))

const mebibyte = 1024 * 1024

/** So many trials that to make the tables anew is worth it. */
const large = 1500

const isLong = process.env["TRIALS_FAULTS"] === "long"

describe("staging on PostgreSQL", { timeout: isLong ? 600_000 : 120_000 }, () => {
  const [nights, size, pageSize] = isLong ? [20, 20_000, 1000] : [3, 1000, 400]

  it.scopedLive(`does not grow in ${nights} nights of ${size} trials, and is empty in between`, () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const upstream = new SyntheticUpstream(syntheticRegistry(), [], pageSize)
      yield* asWriter(
        url,
        Effect.gen(function* () {
          const sizes: Array<number> = []
          const after: Array<number> = []
          for (let night = 0; night < nights; night += 1) {
            upstream.records = trials(size, `in night ${night}`)
            yield* syncFrom(upstream).pipe(
              at(
                "verify.checks",
                Effect.map(Effect.orDie(stagedSize(url)), (size) => void sizes.push(size))
              )
            )
            after.push(yield* stagedSize(url))
          }
          // What is not worth making the tables anew for stays for a night.
          expect(Math.max(...sizes)).toBeLessThan((sizes[0] ?? 0) * 1.1 + mebibyte)
          expect(Math.max(...after)).toBeLessThan(mebibyte)
        })
      )
    })
  )

  it.scopedLive(
    "of one registry outlives what other registries clear, also when they do so at the same time",
    () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        const kept = new SyntheticUpstream(syntheticRegistry("kept"), trials(large, "kept"), 500)
        const whole = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        const sleeper = yield* asWriter(
          url,
          syncFrom(kept).pipe(
            at("verify.checks", Effect.zipRight(Deferred.succeed(whole, undefined), Deferred.await(goOn)))
          )
        ).pipe(Effect.fork)
        yield* Deferred.await(whole)
        const reports = yield* Effect.forEach(
          ["a", "b", "c"],
          (name) =>
            Effect.gen(function* () {
              const upstream = new SyntheticUpstream(syntheticRegistry(name), [], 40)
              const verdicts: Array<unknown> = []
              for (let night = 0; night < nights; night += 1) {
                upstream.records = trials(100, `${name} ${night}`)
                const { counts, verdict } = yield* asWriter(url, syncFrom(upstream))
                verdicts.push([verdict, counts.created + counts.edited])
              }
              return verdicts
            }),
          { concurrency: "unbounded" }
        )
        expect(reports.flat()).toEqual(Array.from({ length: 3 * nights }, () => ["complete", 100]))
        expect(yield* stagedOf(url, "kept")).toBe(large)
        expect(yield* stagedOf(url, "a")).toBe(0)
        yield* Deferred.succeed(goOn, undefined)
        expect(yield* Fiber.join(sleeper)).toMatchObject({ verdict: "complete", counts: { created: large } })
      })
  )

  it.scopedLive.runIf(isLong)("of registries that always meet is whole for each of them", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      yield* asWriter(url, Effect.void)
      const reports = yield* Effect.forEach(
        ["a", "b", "c", "d"],
        (name) =>
          asWriter(
            url,
            Effect.gen(function* () {
              const upstream = new SyntheticUpstream(syntheticRegistry(name), [], 5)
              const verdicts: Array<unknown> = []
              for (let night = 0; night < 10; night += 1) {
                upstream.records = trials(12, `${name} ${night}`)
                const { counts, verdict } = yield* syncFrom(upstream)
                verdicts.push([verdict, counts.created + counts.edited])
              }
              return verdicts
            })
          ),
        { concurrency: "unbounded" }
      )
      expect(reports.flat()).toEqual(Array.from({ length: 40 }, () => ["complete", 12]))
    })
  )

  it.scopedLive.runIf(isLong)(
    "of a registry that begins is kept by one that has just seen that nobody else is there",
    () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        yield* asWriter(url, Effect.void)
        yield* statement(
          url,
          "INSERT INTO trials_staging_rejected SELECT 'filler', n FROM generate_series(1, 50000) AS n"
        )
        // Between that look and the clearing, this run sets a time limit; here that takes a while.
        yield* statement(url, "CREATE SCHEMA slow")
        yield* statement(
          url,
          `CREATE FUNCTION slow.set_config(name text, value text, local boolean) RETURNS text LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_sleep(0.7); RETURN pg_catalog.set_config(name, value, local); END $$`
        )
        const slow = new URL(url)
        slow.searchParams.set("options", "-c search_path=slow,pg_catalog,public")
        const first = yield* asWriter(
          slow.toString(),
          Effect.gen(function* () {
            const upstream = new SyntheticUpstream(syntheticRegistry("first"), [])
            for (let night = 0; night < 3; night += 1) {
              upstream.records = trials(10, `first ${night}`)
              expect((yield* syncFrom(upstream)).verdict).toBe("complete")
            }
          })
        ).pipe(Effect.fork)
        const nights = yield* asWriter(
          url,
          Effect.gen(function* () {
            const upstream = new SyntheticUpstream(syntheticRegistry("second"), [], 5)
            const asleep = statement(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
            const awake = Effect.repeat(asleep, { until: (found) => found.length === 0 })
            let night = 0
            while (Option.isNone(yield* Fiber.poll(first))) {
              if ((yield* asleep).length === 0) continue
              upstream.records = trials(12, `second ${night}`)
              const run = syncFrom(upstream).pipe(
                at("verify.checks", Effect.zipRight(Effect.orDie(awake), Effect.sleep("50 millis")))
              )
              const { created, edited } = (yield* run).counts
              expect([night, created + edited]).toEqual([night, 12])
              night += 1
            }
            return night
          })
        )
        yield* Fiber.join(first)
        expect(nights).toBeGreaterThan(0)
      })
  )

  it.scopedLive(
    "does not wait for another registry's load, nor for a run that wakes during it and has lost its lease",
    () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        const other = new SyntheticUpstream(syntheticRegistry("other"), trials(20, "other"), 5)
        yield* asWriter(url, syncFrom(other))
        const upstream = new SyntheticUpstream(syntheticRegistry("long"), trials(20, "long"), 5)
        const asleep = yield* Deferred.make<void>()
        const waking = yield* Deferred.make<void>()
        const loading = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        const sleeper = yield* asWriter(url, syncFrom(upstream)).pipe(
          // What it does next is to clear what was staged before it.
          at("extract.count", Effect.zipRight(Deferred.succeed(asleep, undefined), Deferred.await(waking))),
          Effect.flip,
          Effect.fork
        )
        yield* Deferred.await(asleep)
        yield* statement(url, "UPDATE leases SET expires_at = '2000-01-01T00:00:00.000Z'")
        const long = yield* asWriter(url, syncFrom(upstream)).pipe(
          at("load.page", Effect.zipRight(Deferred.succeed(loading, undefined), Deferred.await(goOn))),
          Effect.fork
        )
        yield* Deferred.await(loading)
        yield* Deferred.succeed(waking, undefined)
        yield* Effect.sleep("300 millis")
        const meanwhile = yield* asWriter(url, syncFrom(other)).pipe(Effect.timeout("20 seconds"))
        expect(meanwhile.verdict).toBe("unchanged")
        yield* Deferred.succeed(goOn, undefined)
        expect(yield* Fiber.join(long)).toMatchObject({ verdict: "complete", counts: { created: 20 } })
        expect(yield* Fiber.join(sleeper)).toMatchObject({ _tag: "LeaseLost" })
      })
  )

  it.scopedLive.runIf(isLong)(
    "is cleared although somebody reads it for long (a backup), and holds nobody else up meanwhile",
    () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        const upstream = new SyntheticUpstream(syntheticRegistry(), trials(large, "first"), 500)
        yield* asWriter(url, syncFrom(upstream))
        yield* Effect.scoped(
          Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            const reading = yield* Deferred.make<void>()
            yield* sql
              .withTransaction(
                Effect.gen(function* () {
                  yield* sql`LOCK TABLE trials_staging_records IN ACCESS SHARE MODE`
                  yield* Deferred.succeed(reading, undefined)
                  return yield* Effect.never
                })
              )
              .pipe(Effect.forkScoped)
            yield* Deferred.await(reading)
            upstream.records = trials(large, "second")
            const started = Date.now()
            const report = yield* asWriter(url, syncFrom(upstream))
            expect(report).toMatchObject({ verdict: "complete", counts: { edited: large } })
            expect(Date.now() - started).toBeLessThan(15_000)
            expect(yield* stagedOf(url, "synth")).toBe(0)
          }).pipe(Effect.provide(plain(url)))
        )
      })
  )
})
