import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { body, rows } from "../../batch/test/Rows.js"
import { databaseOn } from "trials-testkit/Engines"
import { pgBouncer, startPgBouncer } from "trials-testkit/PgBouncer"
import { inject } from "vitest"
import { apiAt, ask, syncAt, temporaryFolder } from "./Harness.js"

const isLong = process.env["TRIALS_FAULTS"] === "long"
const editions = isLong ? 20 : 4
const answers = isLong ? 1000 : 200
const least = 200

/** Edition `n` has `least + n` trials, each with the enrollment `n`. */
const edition = (n: number): string => body(rows(least + n, () => ({ 전체목표연구대상자수: String(n) })))

const paths = [
  "/v1/trials?sort=id&limit=100",
  "/v1/trials?limit=100",
  "/v1/trials/recent?limit=100",
  "/v1/trials?institution=병원&limit=100"
]

/** Asks until the loads are over and there are enough answers. Returns how many there were, and those that are torn. */
const polled = (isOver: () => boolean) =>
  Effect.gen(function* () {
    const torn: Array<unknown> = []
    let asked = 0
    const asker = Effect.gen(function* () {
      while (!isOver() || asked < answers) {
        const path = paths[asked % paths.length] ?? ""
        asked += 1
        const { body, status } = yield* ask(path)
        expect([path, status]).toEqual([path, 200])
        const enrolled = new Set(body.items.map(({ enrollment }: { enrollment: number }) => enrollment))
        const wanted = body.total.value - least
        if (body.items.length !== 100 || enrolled.size !== 1 || !enrolled.has(wanted)) {
          torn.push([path, body.total.value, [...enrolled]])
        }
      }
    })
    yield* Effect.all(
      Array.from({ length: 4 }, () => asker),
      { concurrency: "unbounded", discard: true }
    )
    return { asked, torn }
  })

const pooler = (mode: "session" | "transaction", settings: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.promise(() => startPgBouncer(inject("postgresUrl"), { mode, settings })),
    ({ stop }) => Effect.promise(stop)
  )

describe.skipIf(pgBouncer === null || !isLong).each([
  ["session", { ignore_startup_parameters: "options" }],
  ["session", {}],
  ["transaction", { ignore_startup_parameters: "options" }],
  ["transaction", {}]
] as const)("behind PgBouncer (where it is installed), %s pooling, %o", (mode, settings) => {
  it.scopedLive(
    `${answers} answers during ${editions} loads are each of one edition`,
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const { through } = yield* pooler(mode, settings)
        const url = through(yield* databaseOn(inject("postgresUrl")))
        const load = (n: number) => {
          const file = join(folder, `${n}.json`)
          writeFileSync(file, edition(n))
          return syncAt(url, file)
        }
        yield* load(1)
        let isOver = false
        const loads = Effect.forEach(
          Array.from({ length: editions }, (_, n) => n + 2),
          load
        ).pipe(Effect.ensuring(Effect.sync(() => (isOver = true))))
        const [{ asked, torn }, runs] = yield* Effect.all([polled(() => isOver), loads], {
          concurrency: "unbounded"
        }).pipe(Effect.provide(apiAt(url)))
        expect(torn.slice(0, 3)).toEqual([])
        expect(asked).toBeGreaterThanOrEqual(answers)
        expect(runs.map(({ verdict }) => verdict)).toEqual(runs.map(() => "complete"))
      }),
    300_000
  )

  it.scopedLive(
    "8 clients share 5 connections of the server, and none is refused",
    () =>
      Effect.gen(function* () {
        const { through } = yield* pooler(mode, { ...settings, default_pool_size: "5" })
        const database = yield* databaseOn(inject("postgresUrl"))
        yield* syncAt(database)
        const url = through(database)
        yield* Effect.gen(function* () {
          const until = Date.now() + 25_000
          const statuses: Array<number> = []
          const client = Effect.gen(function* () {
            while (Date.now() < until) statuses.push((yield* ask("/v1/trials?limit=5")).status)
          })
          yield* Effect.all(
            Array.from({ length: 8 }, () => client),
            { concurrency: "unbounded", discard: true }
          )
          expect(new Set(statuses)).toEqual(new Set([200]))
          expect(statuses.length).toBeGreaterThan(1000)
        }).pipe(Effect.provide(apiAt(url)))
      }),
    60_000
  )
})
