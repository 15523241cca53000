import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { setTimeout as delay } from "node:timers/promises"
import { describe } from "vitest"
import { rows } from "./Rows.js"
import * as Scenario from "./Scenario.js"
import { difference, dumpOf, empty, engines, ledgerOf, type Store } from "./Stores.js"

const first = [...Scenario.sync, "--init"]
const pausedAt = (failpoint: string) => ({ TRIALS_FAILPOINT: `${failpoint}:1:pause` })

/** An upstream of one edition, a database, and a folder to run in. */
const prepared = (engine: (typeof engines)[number]) =>
  Effect.gen(function* () {
    const store = yield* empty[engine]
    const upstream = yield* Scenario.upstreamOf([Scenario.edition(1, rows(60))])
    const batch = yield* Scenario.batch(Scenario.settings(upstream, store))
    return { batch, store, upstream }
  })

const asAdmin = <A, E>(store: Store, statement: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  Effect.orDie(Effect.provide(Effect.flatMap(SqlClient.SqlClient, statement), store.writer))

/** Gives the lease a holder on another machine, of which only the expired time is known. */
const runOut = (sql: SqlClient.SqlClient) =>
  sql`UPDATE leases SET holder = 'elsewhere/1:1:1-a', expires_at = '2020-01-01T00:00:00.000Z'`

// Runs by itself: anything else that runs then adds to the second run's time.
describe("a second run of one registry", { timeout: 120_000 }, () => {
  it.scopedLive.each([...engines])(
    "on %s leaves immediately, with exit code 5 and no upstream call, and takes over when the first is killed",
    (engine) =>
      Effect.gen(function* () {
        const { batch, store, upstream } = yield* prepared(engine)
        yield* Effect.promise(async () => {
          const holder = batch.start(first, pausedAt("verify.checks"))
          await holder.says("failpoint")
          const asked = upstream.asked.length
          const refused = async () => {
            const start = await batch.run(["--version"])
            const second = await batch.run(first)
            Scenario.expectFailure(second, 5, ["lease-held"])
            expect(second.stderr).toContain("`trials runs list` shows it")
            expect(upstream.asked).toHaveLength(asked)
            return second.millis - start.millis
          }
          // It has 2 s, besides the time to start any program on this machine now. A busy machine can only add to the
          // measured time, so the best of three counts.
          const tries: Array<number> = []
          while (tries.length < 3 && !tries.some((millis) => millis < 4000)) tries.push(await refused())
          expect(Math.min(...tries)).toBeLessThan(4000)
          holder.child.kill("SIGKILL")
          await holder.ended
          Scenario.expectComplete(await batch.run(first))
        })
        expect(yield* ledgerOf(store)).toEqual(["killed", "complete"])
      })
  )
})

describe.concurrent("two runs of one registry", { timeout: Scenario.long ? 900_000 : 120_000 }, () => {
  it.scopedLive.each([...engines])(
    "on %s: a run that slept until its lease ran out has lost it, and loads nothing",
    (engine) =>
      Effect.gen(function* () {
        const { batch, store, upstream } = yield* prepared(engine)
        const [edition] = upstream.editions
        const sleeper = batch.start(first, pausedAt("verify.checks"))
        yield* Effect.promise(() => sleeper.says("failpoint"))
        yield* asAdmin(store, runOut)
        if (edition !== undefined) edition.rows = rows(70)
        const second = yield* Effect.promise(() => batch.run(first))
        expect(Scenario.expectComplete(second)).toMatchObject({ created: 70 })
        const loaded = yield* dumpOf(store)
        sleeper.wake()
        Scenario.expectFailure(yield* Effect.promise(() => sleeper.ended), 5, ["lease-lost"])
        expect(difference(yield* dumpOf(store), loaded)).toBeNull()
        expect(yield* ledgerOf(store)).toEqual(["killed", "complete"])
      })
  )

  it.scopedLive.each([...engines])(
    "on %s: a run that starts while the other creates the tables waits for them",
    (engine) =>
      Effect.gen(function* () {
        const { batch, store } = yield* prepared(engine)
        const maker = batch.start(first, pausedAt("migrate"))
        yield* Effect.promise(() => maker.says("failpoint"))
        const other = batch.start(first)
        // This is longer than a start and a first look take.
        expect(yield* Effect.promise(() => Promise.race([other.ended, delay(4000, "waits")]))).toBe("waits")
        maker.wake()
        const ended = yield* Effect.promise(() => Promise.all([maker.ended, other.ended]))
        const codes = ended.map(({ code }) => code)
        expect(codes, ended.map(({ stderr }) => stderr).join("")).toContain(0)
        for (const code of codes) expect([0, 5]).toContain(code)
        const ledger = yield* ledgerOf(store)
        expect(ledger).toHaveLength(codes.filter((code) => code === 0).length)
      })
  )

  it.scopedLive(
    "on PostgreSQL: a run that vanished during its load holds up no other after the server ends its session",
    () =>
      Effect.gen(function* () {
        const { batch, store } = yield* prepared("PostgreSQL")
        const vanished = batch.start(first, pausedAt("load.page"))
        yield* Effect.promise(() => vanished.says("failpoint"))
        // The server does this when a transaction has been idle for too long; the test skips the wait.
        yield* asAdmin(
          store,
          (sql) => sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND state = 'idle in transaction'`
        )
        yield* asAdmin(store, runOut)
        Scenario.expectComplete(yield* Effect.promise(() => batch.run(first)))
        const loaded = yield* dumpOf(store)
        vanished.wake()
        Scenario.expectFailure(yield* Effect.promise(() => vanished.ended), 6, ["lost"])
        expect(difference(yield* dumpOf(store), loaded)).toBeNull()
        expect(yield* ledgerOf(store)).toEqual(["killed", "complete"])
      })
  )

  const pairs = Scenario.long ? 50 : 2
  const size = 60
  it.scopedLive.each([...engines])(
    `started together, ${pairs} times on one database of %s: exactly one loads, the other asks the registry nothing`,
    (engine) =>
      Effect.gen(function* () {
        const { batch, store, upstream } = yield* prepared(engine)
        for (let pair = 0; pair < pairs; pair += 1) {
          const [edition] = upstream.editions
          if (edition !== undefined)
            edition.rows = rows(size, (n) => (n === pair ? { 연구범위: "단일기관" } : {}))
          upstream.asked.length = 0
          // The winner waits in the middle of its read until the other has left, so they always overlap.
          const both = [1, 2].map(() => batch.start(first, pausedAt("extract.count")))
          const ended = yield* Effect.promise(async () => {
            await Promise.any(both.map(({ says }) => says("failpoint")))
            await Promise.race(both.map((going) => going.ended))
            // The winner has asked for the editions and for the count, and sleeps.
            expect(upstream.asked).toHaveLength(2)
            for (const going of both) going.wake()
            return Promise.all(both.map((going) => going.ended))
          })
          const [winner, loser] = ended.toSorted((a, b) => (a.code ?? 99) - (b.code ?? 99))
          if (winner === undefined || loser === undefined) throw new Error("a pair is two")
          const counts = Scenario.expectComplete(winner)
          expect(counts).toMatchObject(pair === 0 ? { created: size } : { created: 0, edited: 2 })
          Scenario.expectFailure(loser, 5, ["lease-held"])
        }
        expect(yield* ledgerOf(store)).toEqual(Array.from({ length: pairs }, () => "complete"))
        const versions = (yield* dumpOf(store)).match(/"table":"trial_versions"/g)
        expect(versions).toHaveLength(size + 2 * (pairs - 1))
      })
  )
})
