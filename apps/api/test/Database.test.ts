import { expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Layer, Schedule, Scope } from "effect"
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ApiServer } from "../src/ApiServer.js"
import { type Answered, apiOver, ask, sampleFile, syncInto, temporaryFolder } from "./Harness.js"

/** Runs an effect on an API, which must then stop within five seconds, whatever happened to its database. */
const within = <A, E>(effect: Effect.Effect<A, E, ApiServer>, api: ReturnType<typeof apiOver>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const context = yield* Layer.buildWithScope(api, scope)
    yield* Effect.ensuring(
      Effect.provide(effect, context),
      Effect.flatMap(Effect.timed(Scope.close(scope, Exit.void)), ([took]) =>
        Effect.sync(() => expect(Duration.toSeconds(took)).toBeLessThan(10))
      )
    )
  })

/** The API checks at most once a second: twice that is enough for it to see a change. */
const soon = (path: string, wanted: (answer: Answered) => boolean) =>
  ask(path).pipe(
    Effect.repeat({ until: wanted, schedule: Schedule.spaced("100 millis") }),
    Effect.timeoutFail({
      duration: "2 seconds",
      onTimeout: () => new Error(`${path} was not seen to change`)
    }),
    Effect.orDie
  )

const becomesUnavailable = soon("/v1/trials", ({ status }) => status === 503)
const becomes = (trials: number) => soon("/v1/trials", ({ body }) => body.total?.value === trials)

const unavailable = Effect.gen(function* () {
  for (const path of ["/v1/trials", "/v1/registries", "/v1/runs", "/readyz"]) {
    const { body, headers, status, text } = yield* ask(path)
    expect([path, status]).toEqual([path, 503])
    expect(headers.get("retry-after")).toMatch(/^\d+$/)
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("content-type")).toContain("application/problem+json")
    expect(body.detail).toMatch(/by itself/)
    expect(text).not.toMatch(/\/tmp|trials\.db|SQLITE/i)
  }
  expect((yield* ask("/healthz")).status).toBe(200)
  // A wrong request is reported whatever the state of the database.
  expect((yield* ask("/v1/trials?limit=0")).status).toBe(400)
})

const count = Effect.map(ask("/v1/trials"), ({ body, status }) =>
  status === 200 ? body.total.value : status
)

it.scopedLive("opens a database when there is one, and again after it was deleted, damaged or replaced", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const sample = join(folder, "sample.db")
    const served = join(folder, "served", "trials.db")
    mkdirSync(join(folder, "served"))
    yield* syncInto(sample)
    const lines: Array<string> = []
    yield* within(
      Effect.gen(function* () {
        yield* unavailable
        copyFileSync(sample, served)
        yield* becomes(145)

        rmSync(served)
        yield* becomesUnavailable
        yield* unavailable

        writeFileSync(served, "not a database")
        yield* soon("/v1/trials", () => lines.some((line) => line.includes("not an SQLite database")))
        yield* unavailable

        copyFileSync(sample, `${served}.new`)
        renameSync(`${served}.new`, served)
        yield* becomes(145)

        // A file with fewer trials replaces the open one.
        const other = join(folder, "other.db")
        const fewer = join(folder, "fewer.json")
        writeFileSync(fewer, "[" + JSON.stringify(row) + "]")
        yield* syncInto(other, fewer)
        renameSync(other, served)
        yield* becomes(1)
      }),
      apiOver(served, { lines })
    )
    // Logged when it begins, not for every request.
    expect(lines.filter((line) => line.includes("There is no database at"))).toHaveLength(2)
    expect(lines.filter((line) => line.includes("not an SQLite database"))).toHaveLength(1)
  })
)

const row = {
  과제번호: "C999999",
  과제명: "One trial",
  진료과: "",
  연구책임기관: "",
  연구종류: "관찰연구",
  "임상시험단계(연구모형)": "코호트",
  연구범위: "단일기관",
  연구기간: "",
  전체목표연구대상자수: ""
}

it.scopedLive("the next request sees a run that loads while the API serves", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const file = join(folder, "trials.db")
    const fewer = join(folder, "fewer.json")
    writeFileSync(fewer, JSON.stringify([row]))
    yield* syncInto(file, fewer)
    yield* within(
      Effect.gen(function* () {
        expect(yield* count).toBe(1)
        yield* syncInto(file, sampleFile, { limits: { allowShrink: true } })
        expect(yield* count).toBe(146)
      }),
      apiOver(file)
    )
  })
)
