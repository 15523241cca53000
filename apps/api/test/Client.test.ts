import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { createTrialsClient } from "trials-contract"
import { ApiServer } from "../src/ApiServer.js"
import { sampleApi } from "./Harness.js"

const client = Effect.map(ApiServer, ({ url }) => createTrialsClient(url))

layer(sampleApi, { excludeTestServices: true })("the typed client", (it) => {
  it.effect("reads a page, a trial, its history and the feed", () =>
    Effect.gen(function* () {
      const trials = yield* client
      const page = yield* Effect.promise(() =>
        trials.trials({ query: { limit: 2, sort: "id", missing: false } })
      )
      expect(page.status === 200 && page.body.items.map(({ id }) => id)).toEqual(["C100001", "C100002"])
      const params = { registry: "kdca", id: "C130010" }
      const one = yield* Effect.promise(() => trials.trial({ params }))
      expect(one.status === 200 && one.body.leadInstitution).toBe("서울아산병원")
      const history = yield* Effect.promise(() => trials.trialHistory({ params }))
      expect(history.status === 200 && history.body.items[0]?.kind).toBe("created")
      const feed = yield* Effect.promise(() => trials.changes({ query: { after: 100 } }))
      const after = feed.status === 200 ? feed.body.nextAfter : ""
      expect(after).toMatch(/^145:[0-9a-z]{6}$/)
      const later = yield* Effect.promise(() => trials.changes({ query: { after } }))
      expect(later.status === 200 && later.body).toEqual({ items: [], nextAfter: after })
    })
  )

  it.effect("gives a problem for a refused request", () =>
    Effect.gen(function* () {
      const trials = yield* client
      const missing = yield* Effect.promise(() => trials.trial({ params: { registry: "kdca", id: "nope" } }))
      expect(missing.status === 404 && missing.body.title).toBe("Not Found")
      const wrong = yield* Effect.promise(() => trials.trials({ query: { limit: 0 } }))
      expect(wrong.status === 400 && wrong.body.errors?.[0]?.parameter).toBe("limit")
      const gone = yield* Effect.promise(() => trials.changes({ query: { after: 5000 } }))
      expect(gone.status === 410 && gone.body.detail).toContain("Begin again")
      const long = yield* Effect.promise(() => trials.trials({ query: { q: "a".repeat(9000) } }))
      expect(long.status === 414 && long.body.title).toBe("URI Too Long")
    })
  )

  it.effect("an id cannot lead to another path", () =>
    Effect.gen(function* () {
      const trials = yield* client
      for (const id of ["../../runs", "C130010/history", "C130010?asOf=x", "C130010#", "a b", "한글"]) {
        const answer = yield* Effect.promise(() => trials.trial({ params: { registry: "kdca", id } }))
        expect([id, answer.status]).toEqual([id, 404])
        expect(answer.status === 404 && answer.body.detail).toContain(`No trial ${id} `)
      }
    })
  )
})
