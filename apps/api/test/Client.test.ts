import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { createTrialsClient } from "trials-contract/client"
import { createMock } from "trials-contract/mock"
import { strict } from "trials-contract/validate"
import { ApiServer } from "../src/ApiServer.js"
import { ask, sampleApi } from "./Harness.js"

const client = Effect.map(ApiServer, ({ url }) => createTrialsClient(url, { validate: strict }))

layer(sampleApi, { excludeTestServices: true })("the typed client", (it) => {
  it.effect("reads a page, a trial, its history and the feed", () =>
    Effect.gen(function* () {
      const trials = yield* client
      const page = yield* Effect.promise(() =>
        trials.trials.list({ query: { limit: 2, sort: "id", missing: false } })
      )
      expect(page.status === 200 && page.body.items.map(({ id }) => id)).toEqual(["C100001", "C100002"])
      const params = { registry: "kdca", id: "C130010" }
      const one = yield* Effect.promise(() => trials.trials.get({ params }))
      expect(one.status === 200 && one.body.leadInstitution).toBe("서울아산병원")
      const history = yield* Effect.promise(() => trials.trials.history({ params }))
      expect(history.status === 200 && history.body.items[0]?.kind).toBe("created")
      const feed = yield* Effect.promise(() => trials.changes.list({ query: { after: 100 } }))
      const after = feed.status === 200 ? feed.body.nextAfter : ""
      expect(after).toMatch(/^145:[0-9a-z]{6}$/)
      const later = yield* Effect.promise(() => trials.changes.list({ query: { after } }))
      expect(later.status === 200 && later.body).toEqual({ items: [], nextAfter: after, nextCursor: null })
    })
  )

  it.effect("gives a problem for a refused request", () =>
    Effect.gen(function* () {
      const trials = yield* client
      const missing = yield* Effect.promise(() =>
        trials.trials.get({ params: { registry: "kdca", id: "nope" } })
      )
      expect(missing.status === 404 && missing.body.title).toBe("Trial not found")
      const wrong = yield* Effect.promise(() => trials.trials.list({ query: { limit: 0 } }))
      expect(wrong.status === 400 && wrong.body.errors?.[0]?.parameter).toBe("limit")
      const gone = yield* Effect.promise(() => trials.changes.list({ query: { after: 5000 } }))
      expect(gone.status === 410 && gone.body.detail).toContain("Begin again")
      const long = yield* Effect.promise(() => trials.trials.list({ query: { q: "a".repeat(9000) } }))
      expect(long.status === 414 && long.body.title).toBe("Address too long")
    })
  )

  it.effect("an id cannot lead to another path", () =>
    Effect.gen(function* () {
      const trials = yield* client
      for (const id of ["../../runs", "C130010/history", "C130010?asOf=x", "C130010#", "a b", "한글"]) {
        const answer = yield* Effect.promise(() => trials.trials.get({ params: { registry: "kdca", id } }))
        expect([id, answer.status]).toEqual([id, 404])
        expect(answer.status === 404 && answer.body.detail).toContain(`No trial ${id} `)
      }
    })
  )

  it.effect("says the same as the mock of every trial that the mock has", () =>
    Effect.gen(function* () {
      const trials = yield* client
      const mock = createTrialsClient("", { fetch: createMock().fetch, validate: strict })
      const all = { missing: true, sort: "id", limit: 100 } as const
      const { items } = yield* Effect.promise(() => mock.orThrow.trials.list({ query: all }))
      expect(items).toHaveLength(14)
      for (const { id, registry } of items) {
        const place = { params: { registry, id } }
        const [said, real] = yield* Effect.promise(() =>
          Promise.all([mock.orThrow.trials.get(place), trials.orThrow.trials.get(place)])
        )
        // When we saw it is the mock's own.
        const { createdAt, missingSince, updatedAt, version } = said
        expect(said).toEqual({ ...real, createdAt, missingSince, updatedAt, version })
      }
      // Both refuse in the same words.
      for (const query of ["limit=0&nope=1&q=a&q=b", "updatedSince=x", "sort=title"]) {
        const path = `/v1/trials?${query}`
        const real = yield* ask(path)
        const said = yield* Effect.promise(() =>
          createMock()
            .fetch(path)
            .then((response) => response.json())
        )
        expect([query, real.status, said]).toEqual([query, 400, real.body])
      }
    })
  )
})
