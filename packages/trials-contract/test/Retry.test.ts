import { expect, it } from "vitest"
import { createTrialsClient, items, retries, TrialsClientError } from "../src/client/index.js"
import { rejection } from "./Responses.js"
import { hurried, scripted } from "./Scripted.js"

const list = { body: { items: [] } }
const in50Seconds = () => new Date(Date.now() + 50_000).toUTCString()

it("a plain call is one request, unless the client retries", async () => {
  const server = await scripted({ status: 429, headers: { "retry-after": "2" } }, list)
  expect((await createTrialsClient(server.url).registries.list()).status).toBe(429)
  expect(server.asked).toHaveLength(1)
})

it("asks again after the time that the server names, and a little more", async () => {
  for (const [headers, least, most] of [
    [{ "retry-after": "7" }, 7, 8],
    [{ "retry-after": "0" }, 0, 1],
    [{ "retry-after": in50Seconds() }, 48, 51],
    // By the server's clock, which may be years from this one.
    [{ "retry-after": "Fri, 01 Jan 2016 00:00:30 GMT", date: "Fri, 01 Jan 2016 00:00:00 GMT" }, 30, 31],
    [{ "retry-after": "Thu, 01 Jan 2015 00:00:00 GMT" }, 0, 1],
    // Where only the limit says when it ends.
    [{ ratelimit: '"default";r=0;t=34' }, 34, 35],
    [{ "retry-after": "soon" }, 0.5, 1],
    // Neither a number of seconds nor a date.
    [{ "retry-after": "-1" }, 0.5, 1],
    [{ "retry-after": "0.5" }, 0.5, 1],
    [{ "retry-after": "1.5", ratelimit: '"default";r=0;t=34' }, 34, 35],
    [{}, 0.5, 1]
  ] as const)
    for (const status of [429, 503]) {
      const seconds = hurried()
      const server = await scripted({ status, headers }, list)
      const client = createTrialsClient(server.url, { retry: retries() })
      expect((await client.registries.list()).status).toBe(200)
      expect(server.asked).toHaveLength(2)
      const waited = seconds.at(-1) ?? 0
      expect([headers, waited >= least, waited < most, waited]).toEqual([headers, true, true, waited])
    }
})

it("gives up after its tries, and gives what the last one got, in either form", async () => {
  const seconds = hurried()
  const server = await scripted({ status: 503 })
  const { orThrow, ...client } = createTrialsClient(server.url, { retry: retries() })
  expect(await client.registries.list()).toMatchObject({ status: 503, body: { detail: "Not now." } })
  expect(server.asked).toHaveLength(4)
  expect(seconds.map((each) => 2 ** Math.ceil(Math.log2(each)))).toEqual([1, 2, 4])
  expect(await rejection(orThrow.registries.list())).toMatchObject({ reason: "refused", status: 503 })
  expect(server.asked).toHaveLength(8)
  // An iterator over it does not begin anew.
  expect(await rejection(items(client.runs.list).next())).toMatchObject({ reason: "refused", status: 503 })
  expect(server.asked).toHaveLength(12)
})

it("does not wait longer than it may", async () => {
  const seconds = hurried()
  const server = await scripted({ status: 429, headers: { "retry-after": "61" } }, list)
  const { registries } = createTrialsClient(server.url, { retry: retries() })
  expect((await registries.list()).status).toBe(429)
  expect([server.asked.length, seconds]).toEqual([1, []])
  // An iterator says for how long the server wants it to wait, whoever answered for that one.
  for (const [headers, body] of [
    [{}, undefined],
    [{ "content-type": "text/html" }, "<h1>Too Many Requests</h1>"]
  ] as const) {
    const line = { status: 429, headers: { ...headers, "retry-after": "3600" }, body }
    const busy = await scripted(line)
    const refused = await rejection(items(createTrialsClient(busy.url).runs.list).next())
    expect(refused).toMatchObject({ status: 429, message: expect.stringContaining("Retry-After: 3600") })
    expect([busy.asked.length, seconds]).toEqual([1, []])
  }
  const patient = await scripted({ status: 429, headers: { "retry-after": "61" } }, list)
  const retry = retries({ longest: 61 })
  expect((await createTrialsClient(patient.url, { retry }).registries.list()).status).toBe(200)
})

it("asks again where a gateway answers for the server, and at nothing else", async () => {
  hurried()
  const page = { headers: { "content-type": "text/html" }, body: "<h1>Bad Gateway</h1>" }
  const gateway = await scripted({ status: 502, ...page }, { status: 503, ...page }, list)
  const retry = retries()
  expect((await createTrialsClient(gateway.url, { retry }).registries.list()).status).toBe(200)
  for (const status of [400, 404, 408, 500, 403]) {
    const server = await scripted({ status }, list)
    await createTrialsClient(server.url, { retry })
      .registries.list()
      .catch((error) => expect(error).toBeInstanceOf(TrialsClientError))
    expect([status, server.asked.length]).toEqual([status, 1])
  }
})

it("asks again without a connection only if told to", async () => {
  hurried()
  const cut = await scripted("cut", list)
  const once = createTrialsClient(cut.url, { retry: retries() })
  expect(await rejection(once.registries.list())).toBeInstanceOf(TypeError)
  const again = await scripted("cut", list)
  const retry = retries({ network: true })
  expect((await createTrialsClient(again.url, { retry }).registries.list()).status).toBe(200)
})

it("an abort ends a wait at once", async () => {
  const server = await scripted({ status: 503, headers: { "retry-after": "60" } })
  const { registries } = createTrialsClient(server.url, { retry: retries({ network: true }) })
  const aborting = new AbortController()
  const waiting = rejection(registries.list({ fetchOptions: { signal: aborting.signal } }))
  await expect.poll(() => server.asked.length).toBe(1)
  aborting.abort(new Error("left"))
  expect(await waiting).toBe(aborting.signal.reason)
  const late = rejection(registries.list({ fetchOptions: { signal: AbortSignal.timeout(50) } }))
  expect(await late).toMatchObject({ name: "TimeoutError" })
  expect(server.asked).toHaveLength(2)
})
