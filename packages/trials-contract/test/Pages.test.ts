import { after } from "trials-domain/FeedPosition"
import { expect, it } from "vitest"
import { createTrialsClient, feed, items, pages, retries } from "../src/client/index.js"
import { createMock, type MockCall } from "../src/mock/index.js"
import { rejection } from "./Responses.js"
import { hurried, scripted } from "./Scripted.js"

const params = { registry: "kdca", id: "C130010" }
const mock = createMock()
const { orThrow, ...client } = createTrialsClient("", { fetch: mock.fetch })

const all = async <A>(iterable: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const found: Array<A> = []
  for await (const each of iterable) found.push(each)
  return found
}

it("iterates over the items and the pages of every list", async () => {
  const whole = await orThrow.trials.list({ query: { sort: "id", limit: 100 } })
  expect(await all(items(client.trials.list, { query: { sort: "id", limit: 5 } }))).toEqual(whole.items)
  const sizes = (await all(pages(client.trials.list, { query: { limit: 5 } }))).map(
    ({ items }) => items.length
  )
  expect(sizes).toEqual([5, 5, 3])
  expect((await all(items(client.trials.list))).length).toBe(13)
  expect((await all(items(client.trials.list, { query: { q: "nothing has this" } }))).length).toBe(0)

  const ids = async (trials: AsyncIterable<{ readonly id: string }>) =>
    (await all(trials)).map(({ id }) => id)
  expect(await ids(items(client.trials.recent, { query: { limit: 1 } }))).toEqual(["C130010", "C130012"])
  const history = await all(items(client.trials.history, { params, query: { limit: 1 } }))
  expect(history.map(({ version }) => version)).toEqual([2, 1])
  const runs = await all(items(client.runs.list, { query: { limit: 3, registry: "kdca" } }))
  expect(runs).toEqual((await orThrow.runs.list()).items)

  // From a cursor on, and no further than the caller goes.
  const { nextCursor } = await orThrow.trials.list({ query: { sort: "id", limit: 5 } })
  const later = items(client.trials.list, { query: { sort: "id", cursor: nextCursor ?? "" } })
  expect(await all(later)).toEqual(whole.items.slice(5))
  const asked: Array<MockCall> = []
  const watched = createMock({ refuse: (call) => void asked.push(call) })
  for await (const _ of items(createTrialsClient("", watched).trials.list, { query: { limit: 5 } })) break
  expect(asked).toHaveLength(1)

  // @ts-expect-error -- whose history?
  void items(client.trials.history)
  // @ts-expect-error -- the feed has no cursor
  void items(client.changes.list)
  // @ts-expect-error -- a list is not the feed
  void feed(client.trials.list)
  // @ts-expect-error -- a body alone does not say when to ask again
  void items(orThrow.trials.list)
  // @ts-expect-error -- no such parameter
  void items(client.trials.list, { query: { limits: 5 } })
})

it("throws a refusal", async () => {
  const refused = await rejection(
    all(items(createTrialsClient("/api", mock).trials.list, { query: { limit: 0 } }))
  )
  expect(refused).toMatchObject({
    name: "TrialsClientError",
    reason: "refused",
    status: 400,
    url: "/api/v1/trials"
  })
})

/** A page of a list that says how much the limit has left. */
const limited = (nextCursor: string | null, headers: Readonly<Record<string, string>>) => ({
  headers,
  body: { items: [nextCursor], nextCursor, total: { value: 3, relation: "eq" } }
})

it("waits as the limit of the server wants, and asks again where it is refused", async () => {
  const seconds = hurried()
  const policy = { "ratelimit-policy": '"default";q=600;w=60, "daily";q=9000;w=86400' }
  const server = await scripted(
    limited("plenty", { ...policy, ratelimit: '"default";r=60;t=50, "daily";r=900;t=80000' }),
    limited("few", { ...policy, ratelimit: '"default";r=9;t=34, "daily";r=8000;t=80000' }),
    limited("none", { ...policy, ratelimit: '"default"; r=0; t=12; pk=:MTI3LjAuMC4x:' }),
    { status: 429, headers: { "retry-after": "2" } },
    limited("unsaid", {}),
    limited("odd", { ratelimit: "limit=600, remaining=0, reset=9" }),
    limited(null, { ratelimit: '"default";r=0;t=1000' })
  )
  const found = await all(items(createTrialsClient(server.url).trials.list, { query: { limit: 1 } }))
  expect(found).toEqual(["plenty", "few", "none", "unsaid", "odd", null])
  // A second for what happens between the answer and the wait. After the last page there is none.
  const [spread = 0, reset = 0, again = 0, ...others] = seconds
  expect(others).toEqual([])
  for (const [waited, wanted, more] of [
    [spread, 3.4, 0],
    [reset, 12, 0],
    [again, 2, 1]
  ] as const) {
    expect(waited).toBeGreaterThan(wanted - 1)
    expect(waited).toBeLessThanOrEqual(wanted + more)
  }
  expect(server.asked.map(({ url }) => new URL(url, "http://a").searchParams.get("cursor"))).toEqual([
    null,
    "plenty",
    "few",
    "none",
    "none",
    "unsaid",
    "odd"
  ])
})

it("waits a minute at most as a courtesy, and then lets the server say whether that was enough", async () => {
  const seconds = hurried()
  const daily = { ratelimit: '"daily";r=0;t=80000' }
  const server = await scripted(limited("1", daily), limited("2", daily), { status: 429, headers: daily })
  const found: Array<unknown> = []
  const ended = async () => {
    for await (const item of items(createTrialsClient(server.url).trials.list)) found.push(item)
  }
  expect(await rejection(ended())).toMatchObject({ reason: "refused", status: 429 })
  expect([found, seconds]).toEqual([
    ["1", "2"],
    [60, 60]
  ])
})

it("the time that a caller takes for a page counts as waited", async () => {
  const server = await scripted(limited("1", { ratelimit: '"default";r=0;t=1' }), limited(null, {}))
  const iterator = pages(createTrialsClient(server.url).trials.list)
  await iterator.next()
  const seconds = hurried()
  const { now } = Date
  try {
    Date.now = () => now() + 5000
    await iterator.next()
  } finally {
    Date.now = now
  }
  expect(seconds).toEqual([])
})

it("an abort ends the wait for a page, and the one at the end of the feed", async () => {
  const aborting = new AbortController()
  const fetchOptions = { signal: aborting.signal }
  const { trials } = createTrialsClient(
    (await scripted(limited("1", { ratelimit: '"default";r=0;t=60' }))).url
  )
  const iterator = items(trials.list, { fetchOptions })
  await iterator.next()
  const paused = rejection(iterator.next())
  const polling = rejection(all(feed(client.changes.list, { query: { after: 16 }, poll: 60, fetchOptions })))
  await new Promise((resolve) => setTimeout(resolve, 20))
  aborting.abort()
  expect(await paused).toBe(aborting.signal.reason)
  expect(await polling).toBe(aborting.signal.reason)
})

it("the feed gives each change once, whenever it is taken up again", async () => {
  const { items: changes, nextAfter: end } = await orThrow.changes.list({ query: { limit: 1000 } })
  const read = await all(feed(client.changes.list, { query: { limit: 5 } }))
  expect(read.map(({ change }) => change)).toEqual(changes)
  expect(read.map(({ nextAfter }) => nextAfter)).toEqual(changes.map(after))
  expect(await all(feed(client.changes.list, { query: { after: end } }))).toEqual([])

  let kept = "0"
  const seqs: Array<number> = []
  while (seqs.length < changes.length) {
    let taken = 0
    for await (const { change, nextAfter } of feed(client.changes.list, {
      query: { after: kept, limit: 5 }
    })) {
      seqs.push(change.seq)
      kept = nextAfter
      if (++taken === 3) break
    }
  }
  expect(seqs).toEqual(changes.map(({ seq }) => seq))
  expect(kept).toBe(end)

  // Behind what a filter left out, too.
  const edits = await all(feed(client.changes.list, { query: { kind: "edited", field: "enrollment" } }))
  expect(edits.map(({ change, nextAfter }) => [change.id, nextAfter])).toEqual([["C130010", end]])
  expect(await rejection(all(feed(client.changes.list, { query: { after: "16:other1" } })))).toMatchObject({
    status: 410
  })
})

it("waits at the end of the feed for what comes, from where it was", async () => {
  const seconds = hurried()
  const change = (seq: number) => ({ seq, runId: "20261123T090000Z-0a1b2c" })
  const server = await scripted(
    { body: { items: [change(5), change(6)], nextAfter: "6:0a1b2c" } },
    { body: { items: [], nextAfter: "9:0a1b2c" } },
    { body: { items: [], nextAfter: "9:0a1b2c" } },
    { status: 503 },
    { body: { items: [change(12)], nextAfter: "12:0a1b2c" } },
    { status: 410 }
  )
  const reading = feed(createTrialsClient(server.url).changes.list, {
    query: { after: 4 },
    poll: 30,
    retry: retries({ tries: 2 })
  })
  const positions: Array<string> = []
  const ended = async () => {
    for await (const { nextAfter } of reading) positions.push(nextAfter)
  }
  expect(await rejection(ended())).toMatchObject({ status: 410 })
  expect(positions).toEqual(["5:0a1b2c", "6:0a1b2c", "12:0a1b2c"])
  expect(seconds).toEqual([30, expect.closeTo(0.75, 0)])
  expect(server.asked.map(({ url }) => new URL(url, "http://a").searchParams.get("after"))).toEqual([
    "4",
    "6:0a1b2c",
    "9:0a1b2c",
    "9:0a1b2c",
    "9:0a1b2c",
    "12:0a1b2c"
  ])
})
