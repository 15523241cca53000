import { expect, it } from "vitest"
import { createTrialsClient, TrialsClientError, type TrialsClientOptions } from "../src/client/index.js"
import { createMock } from "../src/mock/index.js"
import { giving, rejection } from "./Responses.js"

const params = { registry: "kdca", id: "C130010" }

/** A client whose requests are kept. */
const watched = (baseUrl: string, options: TrialsClientOptions = {}) => {
  const asked: Array<{ readonly url: string; readonly init: RequestInit }> = []
  const client = createTrialsClient(baseUrl, {
    ...options,
    fetch: (url, init) => {
      asked.push({ url, init })
      return giving({})()
    }
  })
  return { client, asked }
}

it("asks below any base URL, with what is defined", async () => {
  for (const [base, before] of [
    ["http://localhost:3000", "http://localhost:3000"],
    ["https://host/prefix/", "https://host/prefix"],
    ["/api", "/api"],
    ["/", ""],
    ["", ""]
  ] as const) {
    const { asked, client } = watched(base)
    await client.trials.list()
    await client.trials.list({ query: { q: "a b+한", limit: 5, missing: false, title: undefined } })
    await client.trials.history({ params })
    expect(asked.map(({ url }) => url)).toEqual([
      `${before}/v1/trials`,
      `${before}/v1/trials?q=a+b%2B%ED%95%9C&limit=5&missing=false`,
      `${before}/v1/trials/kdca/C130010/history`
    ])
  }
})

it("a parameter cannot lead to another path", async () => {
  const { asked, client } = watched("")
  for (const id of ["../../runs", "a/b", "a?b", "a#b", "%2e%2e", "...", "한글"]) {
    await client.runs.get({ params: { id } })
    expect(new URL(asked.at(-1)?.url ?? "", "http://a").pathname).toBe(`/v1/runs/${encodeURIComponent(id)}`)
  }
  const before = asked.length
  for (const id of ["", ".", "..", "\ud800"]) {
    const error = await rejection(client.trials.get({ params: { registry: id, id: "runs" } }))
    expect(error).toBeInstanceOf(TrialsClientError)
    expect(error).toMatchObject({ reason: "parameter", status: undefined })
    expect(String(error)).toContain("parameter registry")
  }
  expect(asked.length).toBe(before)
})

it("sends headers of the client and of the call, and what fetch takes", async () => {
  const { asked, client } = watched("", { headers: { Authorization: "one", "X-Kept": "yes" } })
  const { signal } = new AbortController()
  await client.runs.list({
    fetchOptions: { signal, headers: { authorization: "two" }, credentials: "include" }
  })
  const init = asked[0]?.init
  expect(init).toMatchObject({ method: "GET", signal, credentials: "include" })
  expect(Object.fromEntries(new Headers(init?.headers))).toEqual({
    accept: "application/json, application/problem+json",
    authorization: "two",
    "x-kept": "yes"
  })
})

it("calls the global fetch of the moment, and no fetch as a method", async () => {
  const before = globalThis.fetch
  try {
    const client = createTrialsClient("")
    globalThis.fetch = createMock().fetch
    expect((await client.registries.list()).status).toBe(200)
  } finally {
    globalThis.fetch = before
  }
  const client = createTrialsClient("", {
    async fetch(this: unknown) {
      expect(this).toBeUndefined()
      return giving({ items: [] })()
    }
  })
  expect((await client.registries.list()).status).toBe(200)
})

const problem = { type: "about:blank", title: "t", status: 503, detail: "Ask later.", instance: "/" }

// What the contract does not have, and what each says.
const foreign = [
  ["a page", giving("<!doctype html>", 200, "text/html; charset=utf-8"), "content-type", 200],
  ["a refusal of a proxy", giving("<h1>503</h1>", 503, "text/html"), "content-type", 503],
  ["a refusal in JSON", giving({ message: "no" }, 503, "application/json"), "content-type", 503],
  ["an answer as a problem", giving(problem, 200, "application/problem+json"), "content-type", 200],
  ["an answer of a type that begins alike", giving({}, 200, "application/json-seq"), "content-type", 200],
  ["no JSON", giving('{"items": [', 200), "json", 200],
  ["nothing", giving("", 200), "json", 200],
  ["a list", giving([], 200), "body", 200],
  ["null", giving("null", 503), "body", 503],
  ["a forbidden", giving("Forbidden", 403, "text/plain"), "status", 403],
  ["a bad gateway", giving("<h1>502</h1>", 502, "text/html"), "status", 502],
  ["a new status", giving({}, 201), "status", 201],
  ["a gone of another call", giving({ ...problem, status: 410 }, 410), "status", 410]
] as const

for (const [name, fetch, reason, status] of foreign) {
  it(`${name} is an error, whoever asks`, async () => {
    const { orThrow, ...client } = createTrialsClient("https://host/prefix", { fetch })
    for (const call of [client.trials.list, orThrow.trials.list]) {
      const error = await rejection(call({ query: { q: "a secret" } }))
      expect(error).toBeInstanceOf(TrialsClientError)
      expect(error).toMatchObject({
        name: "TrialsClientError",
        reason,
        status,
        url: "https://host/prefix/v1/trials",
        contentType: (await fetch()).headers.get("content-type")
      })
      expect(String(error)).toMatch(
        new RegExp(`^TrialsClientError: GET https://host/prefix/v1/trials answered ${status}`)
      )
      expect(String(error)).not.toContain("secret")
    }
  })
}

it("an error has the problem that came with a status the contract does not have", async () => {
  const fetch = giving({ ...problem, status: 403, detail: "Not from here." }, 403)
  const error = await rejection(createTrialsClient("", { fetch }).runs.list())
  expect(error).toMatchObject({ reason: "status", problem: { status: 403, detail: "Not from here." } })
  expect(String(error)).toContain("Not from here.")
})

it("a content type may have parameters and any case, and a response may have none", async () => {
  const client = (type: string | null) => createTrialsClient("", { fetch: giving({ items: [] }, 200, type) })
  expect((await client("Application/JSON; charset=utf-8").registries.list()).status).toBe(200)
  const untyped = async () => new Response(new TextEncoder().encode("{}"))
  expect(await rejection(createTrialsClient("", { fetch: untyped }).registries.list())).toMatchObject({
    reason: "content-type",
    contentType: null
  })
})

it("a refusal is an answer, and an error in the throwing form", async () => {
  const { orThrow, ...client } = createTrialsClient("", {
    fetch: async () =>
      new Response(JSON.stringify(problem), {
        status: 503,
        headers: { "content-type": "application/problem+json", "retry-after": "7" }
      })
  })
  expect(await client.trials.get({ params })).toMatchObject({ status: 503, body: problem })
  const error = await rejection(orThrow.trials.get({ params }))
  expect(error).toBeInstanceOf(TrialsClientError)
  expect(error).toMatchObject({
    reason: "refused",
    status: 503,
    problem,
    message: "Ask later. (Retry-After: 7)"
  })
  expect(error instanceof TrialsClientError && error.headers?.get("retry-after")).toBe("7")
  // A gateway's problem may have next to nothing in it.
  const bare = createTrialsClient("", { fetch: giving({ title: "Busy" }, 503) })
  expect((await bare.runs.list()).body).toEqual({
    type: "about:blank",
    title: "Busy",
    status: 503,
    detail: "The server answered with the status 503.",
    instance: "/v1/runs"
  })
})

it("aborts, timeouts and failures of the network stay as fetch throws them", async () => {
  const server = await createMock({ delay: 2000 }).listen()
  try {
    const { orThrow, ...client } = createTrialsClient(server.url)
    for (const call of [client.runs.list, orThrow.runs.list]) {
      const aborting = new AbortController()
      setTimeout(() => aborting.abort(), 20)
      const aborted = await rejection(call({ fetchOptions: { signal: aborting.signal } }))
      expect(aborted).toMatchObject({ name: "AbortError" })
      const late = await rejection(call({ fetchOptions: { signal: AbortSignal.timeout(20) } }))
      expect(late).toMatchObject({ name: "TimeoutError" })
    }
  } finally {
    await server.close()
  }
  expect(await rejection(createTrialsClient(server.url).runs.list())).toBeInstanceOf(TypeError)
  // While a body arrives, too.
  const cut = new AbortController()
  const body = new ReadableStream({
    start: (stream) => cut.signal.addEventListener("abort", () => stream.error(cut.signal.reason))
  })
  const fetch = async () => new Response(body, { headers: { "content-type": "application/json" } })
  const reading = rejection(createTrialsClient("", { fetch }).runs.list())
  cut.abort()
  expect(await reading).toBe(cut.signal.reason)
})
