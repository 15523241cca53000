import { expect, it } from "vitest"
import { createTrialsClient } from "../src/client/index.js"
import { contract } from "../src/contract.js"
import { createMock } from "../src/mock/index.js"
import { operations } from "../src/Operations.js"
import type { Route } from "../src/Routes.js"
import { strict } from "../src/validate.js"
import { rejection } from "./Responses.js"

const params = { registry: "kdca", id: "C130010" }

// Strict, so that every answer here is one of the contract.
const { fetch } = createMock()
const { orThrow, ...client } = createTrialsClient("", { fetch, validate: strict })

it("the contract has the calls and the statuses of the table of routes, and no others", () => {
  const calls = Object.values(contract).flatMap((group) => Object.values(group))
  expect(calls.map(({ method, operationId, path }) => ({ method, operationId, path }))).toEqual(
    operations.map(({ method, operationId, path }) => ({ method, operationId, path }))
  )
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  const common = ["200", "400", "404", "405", "408", "414", "417", "429", "431", "500", "503"]
  for (const call of calls) {
    const { alsoRefuses = [] }: Route = call
    expect(Object.keys(call.responses).sort()).toEqual([...common, ...alsoRefuses.map(String)].sort())
  }
})

it("lists, sorts, filters and pages", async () => {
  const ids = async (query: Parameters<typeof orThrow.trials.list>[0]) =>
    (await orThrow.trials.list(query)).items.map(({ id }) => id)
  expect(await ids({ query: { limit: 2 } })).toEqual(["C130010", "C130012"])
  expect((await ids({ query: { sort: "updatedAt" } })).at(-1)).toBe("C130010")
  expect(await ids({ query: { title: "한국인", department: "cardiology" } })).toEqual(["C130012", "C130002"])
  expect(await ids({ query: { studyType: "기타" } })).toEqual(await ids({ query: { studyType: "other" } }))
  expect(await ids({ query: { phase: "2" } })).toEqual(["C140009"])
  expect(await ids({ query: { q: "치매", sort: "id" } })).toEqual(["C150009", "C160027"])
  expect(await ids({ query: { q: "치매", sort: "id", missing: true } })).toContain("C160028")
  expect(await ids({ query: { updatedSince: "2026-11-01T00:00:00Z" } })).toEqual(["C130010", "C130012"])

  const found: Array<string> = []
  let cursor: string | null = null
  do {
    const query = { sort: "id", limit: 5, ...(cursor === null ? {} : { cursor }) } as const
    const page = await orThrow.trials.list({ query })
    expect(page.total).toEqual({ value: 13, relation: "eq" })
    found.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(found).toEqual(await ids({ query: { sort: "id", limit: 100 } }))
})

it("has the past of a trial, the feed, the registries and the ledger", async () => {
  expect((await orThrow.trials.recent()).items.map(({ id }) => id)).toEqual(["C130010", "C130012"])
  expect((await orThrow.trials.get({ params })).enrollment).toBe(120)
  const then = await orThrow.trials.get({ params, query: { asOf: "2026-11-01T00:00:00Z" } })
  expect(then.enrollment).toBe(100)
  const history = await orThrow.trials.history({ params })
  expect(history.items.map(({ kind }) => kind)).toEqual(["edited", "created"])
  const { changes } = await orThrow.trials.diff({ params, query: { from: 1, to: 2 } })
  expect(changes).toEqual([
    { field: "enrollment", from: 100, to: 120 },
    { field: "enrollmentRaw", from: "100", to: "120" }
  ])

  expect((await orThrow.trials.related({ params })).items).toEqual([])
  const known = async (identifier: string) =>
    (await orThrow.identifiers.get({ params: { identifier } })).items.map(({ kind, trial }) => [
      kind,
      trial.id
    ])
  expect(await known("c-130 010")).toEqual([["own", "C130010"]])
  expect(await known("NCT01234567")).toEqual([])
  // As the API reads it.
  const labelled = await orThrow.identifiers.get({ params: { identifier: "EudraCT:2014-001234-12" } })
  expect(labelled.identifier).toBe("201400123412")

  const first = await orThrow.changes.list({ query: { limit: 14 } })
  const rest = await orThrow.changes.list({ query: { after: first.nextAfter } })
  expect(rest.items.map(({ kind, seq }) => [seq, kind])).toEqual([
    [15, "edited"],
    [16, "disappeared"]
  ])
  expect(await orThrow.changes.list({ query: { after: rest.nextAfter } })).toEqual({
    items: [],
    nextAfter: rest.nextAfter,
    nextCursor: null
  })
  const back = await orThrow.changes.list({ query: { order: "newest", q: "한국인", limit: 1 } })
  expect(back.nextAfter).toBe(rest.nextAfter)
  const further = { order: "newest", q: "한국인", cursor: back.nextCursor ?? "" } as const
  const all = [...back.items, ...(await orThrow.changes.list({ query: further })).items]
  expect(all.length).toBeGreaterThan(1)
  expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).sort((a, b) => b - a))
  expect(all.every(({ trial }) => trial.title.includes("한국인"))).toBe(true)
  expect(await orThrow.changes.summary({ query: { kind: "edited" } })).toMatchObject({
    complete: true,
    kinds: [{ value: "edited", count: 1 }],
    registries: [{ value: "kdca" }]
  })
  const edits = await orThrow.changes.list({ query: { field: "enrollment", kind: "edited" } })
  expect(edits.items.map(({ id }) => id)).toEqual(["C130010"])

  expect((await orThrow.changes.list({ query: { silent: true } })).items).toEqual([])
  expect((await orThrow.changes.list({ query: { mass: true } })).items.map(({ id }) => id)).toEqual([
    "C130010"
  ])

  expect((await orThrow.registries.list()).items[0]?.trials).toEqual({ listed: 13, missing: 1 })
  const quality = await orThrow.registries.quality({ params })
  expect(quality.findings.map(({ code }) => code)).toContain("duration-unparsable")
  const runs = (await orThrow.runs.list()).items
  expect(runs.map(({ verdict }) => verdict)).toEqual(["complete", "complete", "quarantined", "complete"])
  const run = await orThrow.runs.get({ params: { id: runs[2]?.runId ?? "" } })
  expect(run.reason?.code).toBe("shrink")
})

it("refuses as the API does", async () => {
  const wrong = await client.trials.list({ query: { limit: 0, q: " " } })
  expect(wrong.status === 400 && wrong.body.errors?.map(({ parameter }) => parameter)).toEqual(["q", "limit"])
  const cursor = await client.trials.list({ query: { cursor: "x" } })
  expect(cursor.status === 400 && cursor.body.errors?.[0]?.parameter).toBe("cursor")
  const nope = { registry: "kdca", id: "a/b" }
  const missing = [
    await client.trials.get({ params: nope }),
    await client.trials.history({ params: nope }),
    await client.trials.related({ params: nope }),
    await client.trials.get({ params, query: { asOf: "2020-01-01T00:00:00Z" } }),
    await client.trials.diff({ params, query: { from: 1, to: 9 } }),
    await client.registries.quality({ params: { registry: "nope" } }),
    await client.runs.get({ params: { id: "nope" } })
  ]
  expect(missing.map(({ status }) => status)).toEqual(missing.map(() => 404))
  expect(missing.map(({ body }) => "type" in body && body.type)).toEqual([
    ...Array.from({ length: 4 }, () => "/problems/trial-not-found"),
    "/problems/version-not-found",
    "/problems/registry-not-found",
    "/problems/run-not-found"
  ])
  for (const after of ["17", "16:other1"]) {
    expect((await client.changes.list({ query: { after } })).status).toBe(410)
  }
  expect((await fetch("/v2/trials")).status).toBe(404)
  expect((await fetch("/v1/runs/%E0")).status).toBe(400)
  const posted = await fetch("https://host/prefix/v1/trials", { method: "POST" })
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"])
  const head = await fetch(new Request("https://host/v1/runs", { method: "HEAD" }))
  expect([head.status, await head.text()]).toEqual([200, ""])
})

it("refuses with any status, and waits, as told", async () => {
  let status: number | undefined = 429
  const mock = createMock({
    delay: 30,
    refuse: ({ operation }) => (operation === "runs" ? status : undefined)
  })
  const { registries, runs } = createTrialsClient("", { fetch: mock.fetch, validate: strict })
  const began = performance.now()
  const refused = await runs.list()
  expect(performance.now() - began).toBeGreaterThan(25)
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"])
  expect(refused.body).toMatchObject({ type: "/problems/rate-limited", status: 429 })
  expect((await registries.list()).status).toBe(200)
  status = undefined
  expect((await runs.list()).status).toBe(200)

  const aborting = new AbortController()
  const waiting = rejection(runs.list({ fetchOptions: { signal: aborting.signal } }))
  aborting.abort()
  expect(await waiting).toBe(aborting.signal.reason)
  expect(await rejection(runs.list({ fetchOptions: { signal: aborting.signal } }))).toBe(
    aborting.signal.reason
  )
})

it("answers over HTTP, to a page from anywhere", async () => {
  const server = await createMock().listen()
  try {
    const over = createTrialsClient(server.url, { validate: strict })
    const answer = await over.trials.list({ query: { q: "치매" } })
    expect(answer.status === 200 && answer.body).toEqual(await orThrow.trials.list({ query: { q: "치매" } }))
    expect(answer.headers.get("access-control-allow-origin")).toBe("*")
    expect((await over.runs.get({ params: { id: "nope" } })).status).toBe(404)
    await expect(createMock().listen(Number(new URL(server.url).port))).rejects.toMatchObject({
      code: "EADDRINUSE"
    })
  } finally {
    await server.close()
  }
})
