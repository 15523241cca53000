import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Engine } from "trials-domain/testing"
import { Batch } from "../../batch/test/Batch.js"
import { body, rows } from "../../batch/test/Rows.js"
import { postgres, sqlite } from "trials-testkit/Engines"
import { type Answered, apiAt, ask, syncAt, temporaryFolder } from "./Harness.js"

const first = 1000
const size = process.env["TRIALS_FAULTS"] === "long" ? 100_000 : 4000
const countedExactly = 10_000
const askers = 3

/** An edition of `count` trials, each with this enrollment. */
const edition = (count: number, enrollment: number): string =>
  body(
    rows(count, (n) => ({
      진료과: n % 2 === 0 ? "Cardiology" : "Neurology",
      전체목표연구대상자수: String(enrollment)
    }))
  )

/** A request, the part of its answer to compare, and what that is before and after the load. */
interface Question {
  readonly path: string
  readonly seen: (body: Answered["body"]) => unknown
  readonly before: unknown
  readonly after: unknown
}

const page = ({ items, total }: Answered["body"]) => ({
  total: total.value,
  items: items.length,
  enrolled: items.reduce((sum: number, trial: { enrollment: number }) => sum + trial.enrollment, 0)
})

const questions: ReadonlyArray<Question> = [
  {
    path: "/v1/trials?department=cardiology&sort=id&limit=100",
    seen: page,
    before: { total: first / 2, items: 100, enrolled: 100 },
    after: { total: Math.min(size / 2, countedExactly), items: 100, enrolled: 200 }
  },
  {
    path: "/v1/trials/recent?limit=100",
    seen: page,
    before: { total: first, items: 100, enrolled: 100 },
    after: { total: Math.min(size, countedExactly), items: 100, enrolled: 200 }
  },
  {
    path: "/v1/trials/kdca/C130001/history",
    seen: ({ items, total }) => [total.value, items.map((version: { kind: string }) => version.kind)],
    before: [1, ["created"]],
    after: [2, ["edited", "created"]]
  },
  {
    path: `/v1/trials/kdca/C${130_000 + first}`,
    seen: ({ enrollment, version }) => [version, enrollment],
    before: [1, 1],
    after: [2, 2]
  },
  {
    path: `/v1/changes?after=${first - 10}&limit=60`,
    seen: ({ items, nextAfter }) => [items.length, Number.parseInt(nextAfter)],
    before: [10, first],
    after: [60, first + 50]
  },
  {
    path: "/v1/changes?kind=disappeared",
    seen: ({ items, nextAfter }) => [items.length, Number.parseInt(nextAfter)],
    before: [0, first],
    after: [0, first + size]
  },
  {
    path: "/v1/registries",
    seen: ({ items: [{ revision, trials }] }) => [revision.title, trials.listed],
    before: ["first.json", first],
    after: ["second.json", size]
  }
]

interface Seen {
  readonly question: Question
  readonly states: Array<"before" | "after" | "refused">
}

/** Asks one question once and notes the state of the answer. An answer of neither state fails. */
const look = ({ question, states }: Seen) =>
  Effect.map(ask(question.path), ({ body: answer, headers, status }) => {
    if (status === 503) {
      expect(headers.get("retry-after")).toMatch(/^\d+$/)
      states.push("refused")
      return
    }
    expect([question.path, status]).toEqual([question.path, 200])
    const seen = question.seen(answer)
    const state = JSON.stringify(seen) === JSON.stringify(question.after) ? "after" : "before"
    expect({ path: question.path, seen }).toEqual({ path: question.path, seen: question[state] })
    states.push(state)
  })

const hammered = (engine: Engine) =>
  Effect.gen(function* () {
    const { url } = yield* engine.database
    const folder = yield* temporaryFolder
    for (const [name, text] of [
      ["first.json", edition(first, 1)],
      ["second.json", edition(size, 2)]
    ] as const) {
      writeFileSync(join(folder, name), text)
    }
    yield* syncAt(url, join(folder, "first.json"))
    const api = yield* Layer.build(apiAt(url))
    const batch = yield* Effect.acquireRelease(
      Effect.sync(() => new Batch({ TRIALS_DATABASE_URL: url })),
      (running) => Effect.sync(() => running.remove())
    )
    const all = Array.from({ length: askers }, () =>
      questions.map((question): Seen => ({ question, states: [] }))
    )
    let loading = true
    const asker = (each: ReadonlyArray<Seen>) =>
      Effect.gen(function* () {
        for (let last = false; !last;) {
          last = !loading
          yield* Effect.forEach(each, look, { discard: true })
          yield* Effect.sleep("50 millis")
        }
      })
    const load = Effect.promise(() =>
      batch.run(["sync", "--registry", "kdca", "--from", join(folder, "second.json"), "--json"])
    ).pipe(Effect.ensuring(Effect.sync(() => (loading = false))))
    const [ended] = yield* Effect.all(
      [load, Effect.forEach(all, asker, { concurrency: "unbounded", discard: true })],
      { concurrency: "unbounded" }
    ).pipe(Effect.provide(api))
    expect(ended.code).toBe(0)
    expect(JSON.parse(ended.stdout).counts).toMatchObject({ edited: first, created: size - first })
    for (const { question, states } of all.flat()) {
      const { path } = question
      const answered = states.filter((state) => state !== "refused")
      const change = answered.indexOf("after")
      // A reader who has seen the run never sees the state before it again, and both states were seen.
      expect([path, answered.slice(change).filter((state) => state === "before")]).toEqual([path, []])
      expect(change).toBeGreaterThan(0)
      expect(answered.length).toBeGreaterThan(states.length / 2)
    }
  })

describe("a reader never sees half a run", () => {
  for (const engine of [sqlite, postgres]) {
    it.scopedLive(`${engine.name}, while ${size} trials are loaded`, () => hammered(engine), 600_000)
  }
})
