import { expect, it } from "vitest"
import { type AnswerStore, createTrialsClient, memoryStore, type StoredAnswer } from "../src/client/index.js"
import { strict } from "../src/validate.js"
import { createMock } from "../src/mock/index.js"
import { rejection } from "./Responses.js"
import { scripted } from "./Scripted.js"

const params = { registry: "kdca", id: "C130010" }
const trial = await createTrialsClient("", createMock()).orThrow.trials.get({ params })

/** A server with a trial that has a tag, and answers 304 where it is asked for that one. */
const tagged = () =>
  scripted(({ headers }) =>
    headers["if-none-match"] === 'W/"1"'
      ? { status: 304, headers: { etag: 'W/"1"', "x-request-id": "second" } }
      : { headers: { etag: 'W/"1"', link: '<?cursor=2>; rel="next"', "x-request-id": "first" }, body: trial }
  )

it("asks with the tag of what it has, and gives that where it has not changed", async () => {
  const server = await tagged()
  const { orThrow, ...client } = createTrialsClient(server.url, { store: memoryStore(), validate: strict })
  const first = await client.trials.get({ params })
  expect(first).toMatchObject({ status: 200, body: trial })
  // What a caller does to an answer is not in the store.
  if (first.status === 200) Object.assign(first.body, { title: "mine", conditions: null })
  const second = await client.trials.get({ params })
  expect(second).toMatchObject({ status: 200, body: trial })
  // The headers of now are laid over those that are kept.
  expect(second.headers.get("x-request-id")).toBe("second")
  expect(second.headers.get("link")).toBe(first.headers.get("link"))
  expect(await orThrow.trials.get({ params })).toEqual(trial)
  expect(server.asked.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, 'W/"1"', 'W/"1"'])
  // Another query is another answer.
  await client.trials.get({ params, query: { asOf: "2026-11-01T00:00:00Z" } })
  expect(server.asked.at(-1)?.headers["if-none-match"]).toBeUndefined()
})

it("an If-None-Match of one's own is answered by an error that says what to do, with a store and without", async () => {
  const fetchOptions = { headers: { "If-None-Match": 'W/"1"' } }
  for (const options of [{}, { store: memoryStore() }]) {
    const server = await tagged()
    const { trials } = createTrialsClient(server.url, options)
    const error = await rejection(trials.get({ params, fetchOptions }))
    expect(error).toMatchObject({
      reason: "status",
      status: 304,
      url: `${server.url}/v1/trials/kdca/C130010`
    })
    expect(String(error)).toMatch(/Nothing is new since your If-None-Match: .* a `store`\.$/)
  }
})

it("replaces what has changed, and keeps neither a refusal nor an answer without a tag", async () => {
  const server = await scripted(
    { headers: { etag: '"1"' }, body: { items: [] } },
    { headers: { etag: '"2"' }, body: { items: [], more: 2 } },
    { status: 503, headers: { etag: '"3"' } },
    { status: 304, headers: { etag: '"2"' } },
    { body: { items: [] } }
  )
  const { registries } = createTrialsClient(server.url, { store: memoryStore() })
  const answers = [
    await registries.list(),
    await registries.list(),
    await registries.list(),
    await registries.list()
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 503, 200])
  expect(answers[3]?.body).toEqual({ items: [], more: 2 })
  await registries.list()
  expect(server.asked.map(({ headers }) => headers["if-none-match"])).toEqual([
    undefined,
    '"1"',
    '"2"',
    '"2"',
    '"2"'
  ])
  const untagged = createTrialsClient(server.url, { store: memoryStore() })
  await untagged.registries.list()
  await untagged.registries.list()
  expect(server.asked.at(-1)?.headers["if-none-match"]).toBeUndefined()
})

it("takes a store of one's own, which may be slow, and may fail without harm", async () => {
  const kept = new Map<string, string>()
  const store: AnswerStore = {
    get: async (url): Promise<StoredAnswer | undefined> => {
      const text = kept.get(url)
      return text === undefined ? undefined : JSON.parse(text)
    },
    set: async (url, answer) => void kept.set(url, JSON.stringify(answer))
  }
  const server = await tagged()
  for (const _ of [1, 2]) {
    const { orThrow } = createTrialsClient(server.url, { store })
    expect(await orThrow.trials.get({ params })).toEqual(trial)
  }
  expect([...kept.keys()]).toEqual([`${server.url}/v1/trials/kdca/C130010`])
  expect(server.asked.at(-1)?.headers["if-none-match"]).toBe('W/"1"')
  const full = { get: () => undefined, set: () => Promise.reject(new Error("full")) }
  const own = (answer: StoredAnswer | null): AnswerStore => ({ get: () => answer, set: () => undefined })
  const headers = { "content-type": "application/json" }
  const broken = [
    own(null),
    own({ etag: "\n\u{1f4a5}", headers, body: "{}" }),
    own({ etag: 'W/"1"', headers: { "content-type": "\u{1f4a5}" }, body: "{}" })
  ]
  for (const failing of [full, ...broken]) {
    const { trials } = createTrialsClient(server.url, { store: failing })
    // What cannot be kept was answered all the same.
    expect(await trials.get({ params })).toMatchObject({ status: 200, body: trial })
  }
})

it("the store in memory forgets what was not asked for longest", () => {
  const store = memoryStore({ entries: 2 })
  const answer = { etag: '"1"', headers: { "content-type": "application/json" }, body: "{}" }
  for (const url of ["a", "b"]) store.set(url, answer)
  store.get("a")
  store.set("c", answer)
  expect(["a", "b", "c"].map((url) => store.get(url) !== undefined)).toEqual([true, false, true])
})
