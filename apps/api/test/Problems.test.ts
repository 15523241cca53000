import { SqlClient } from "@effect/sql"
import { expect, it, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, sampleApi, sampleDatabase, temporaryFolder } from "./Harness.js"
import { exchange, problemIn, request } from "./Wire.js"

const wire = (raw: string) => Effect.flatMap(ApiServer, ({ url }) => exchange(url, raw))

const long = (length: number): string => `/v1/trials?q=${"a".repeat(length)}`

const nothing = "/nothing/here"
const one = "/v1/trials/kdca/C130010"
const parameter = expect.objectContaining({ parameter: "limit" })

const raw = { status: 400, instance: "/" }
const encode = expect.stringMatching(/percent-encoded.*curl.*-G --data-urlencode 'title=…'/)

type Case = readonly [name: string, raw: string, problem: object]

const refusals: ReadonlyArray<Case> = [
  ["400", request("/v1/trials?limit=0"), { status: 400, instance: "/v1/trials", errors: [parameter] }],
  ["400 for a broken address", request("/v1/trials?q=%zz"), { status: 400, instance: "/v1/trials" }],
  ["400 for bytes that are not HTTP", "nonsense\r\n\r\n", { ...raw, detail: "This is not an HTTP request." }],
  ["400 for letters beyond ASCII", request("/v1/trials?title=한국인"), { ...raw, detail: encode }],
  ["400 for a space in an address", request("/v1/trials?title=a b"), { ...raw, detail: encode }],
  ["404 for a path", request(nothing), { status: 404, instance: nothing }],
  ["404 for a trial", request(`${one}0`), { status: 404, instance: `${one}0` }],
  ...["POST", "PUT", "PATCH", "DELETE", "TRACE"].map((method): Case => [
    `405 for ${method}`,
    request(one, method),
    { status: 405, instance: one }
  ]),
  ["414", request(long(9000)), { status: 414, instance: "/v1/trials" }],
  ["431 for an address", request(long(20_000)), { status: 431, instance: "/" }],
  [
    "431 for a header",
    request(one, "GET", `X-Long: ${"a".repeat(20_000)}\r\n`),
    { status: 431, instance: "/" }
  ]
]

// Connections.test.ts covers the refusals of slow requests.
layer(sampleApi, { excludeTestServices: true })("a refusal is a problem of the contract", (it) => {
  it.effect.each([...refusals])("%s", ([, raw, problem]) =>
    Effect.map(wire(raw), (answer) => expect(problemIn(answer)).toMatchObject(problem))
  )
})

const paths = ["/v1/trials", one, `${one}/history`, "/v1/changes", "/v1/registries", "/v1/runs", "/readyz"]

it.scopedLive("503 without a database is a problem of the contract", () =>
  Effect.gen(function* () {
    const api = yield* Layer.build(apiOver(join(yield* temporaryFolder, "none.db")))
    for (const instance of paths) {
      const answer = yield* Effect.provide(wire(request(instance)), api)
      expect(problemIn(answer)).toMatchObject({ status: 503, instance })
      expect(answer).toMatch(/\r\nRetry-After: \d+\r\n/)
    }
  })
)

it.scopedLive("500 for an unreadable row is a problem of the contract, and reveals nothing of the row", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    yield* Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql`UPDATE trial_versions SET content = '{"phases":"canary"}' WHERE id = 'C130010'`
    ).pipe(Effect.provide(Database.writer({ url: Redacted.make(`sqlite:${file}`), init: false })))
    const lines: Array<string> = []
    const api = yield* Layer.build(apiOver(file, { lines }))
    const answer = yield* Effect.provide(wire(request(one)), api)
    expect(problemIn(answer)).toMatchObject({ status: 500, instance: one })
    expect(answer).not.toMatch(/canary|phases/)
    const id = /\r\nX-Request-Id: (\S+)\r\n/.exec(answer)?.[1] ?? "none"
    expect(lines.some((line) => line.includes(id) && line.includes("phases"))).toBe(true)
  })
)
