import { SqlClient } from "@effect/sql"
import { expect, it, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, sampleApi, sampleDatabase, temporaryFolder } from "./Harness.js"
import { answersIn, exchange, problemIn, request } from "./Wire.js"

const wire = (raw: string) => Effect.flatMap(ApiServer, ({ url }) => exchange(url, raw))

const long = (length: number): string => `/v1/trials?q=${"a".repeat(length)}`

const nothing = "/nothing/here"
const one = "/v1/trials/kdca/C130010"
const file = "/docs/swagger-ui.css"
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
  ["417", request(one, "GET", "Expect: tea\r\n"), { status: 417, instance: one }],
  ["412", request(file, "GET", 'If-Match: "x"\r\n'), { status: 412, instance: file }],
  [
    "412 for a date",
    request(file, "GET", "If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT\r\n"),
    { status: 412, instance: file }
  ],
  ["416", request(file, "GET", "Range: bytes=99999999-\r\n"), { status: 416, instance: file }],
  [
    "400 for a coding without an end",
    request(one, "GET", "Transfer-Encoding: identity\r\n"),
    { status: 400 }
  ],
  ["405 for CONNECT", request("localhost:443", "CONNECT"), { status: 405, instance: "/" }],
  ["400 for HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", raw],
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
    Effect.map(wire(raw), (answer) => {
      expect(problemIn(answer)).toMatchObject(problem)
      expect(answersIn(answer)).toBe(1)
    })
  )

  it.effect("416 names the length of the file, 405 what may be asked", () =>
    Effect.gen(function* () {
      const range = yield* wire(request(file, "GET", "Range: bytes=99999999-\r\n"))
      expect(range).toMatch(/\r\nContent-Range: bytes \*\/\d{5,}\r\n/)
      // What describes the file does not describe its refusal.
      expect(range).not.toMatch(/\r\n(Last-Modified|Accept-Ranges|Cache-Control: public)/)
      expect(yield* wire(request("localhost:443", "CONNECT"))).toMatch(/\r\nAllow: GET, HEAD, OPTIONS\r\n/)
      const part = yield* wire(request(file, "GET", "Range: bytes=0-9\r\n"))
      expect(part).toMatch(/^HTTP\/1\.1 206 /)
    })
  )

  it.effect.each([
    ["an address", "/v1/trials?q=한"],
    ["a header that is too long", `${one} HTTP/1.1\r\nX-Long: ${"a".repeat(20_000)}\r\nX:`],
    ["a wrong parameter", "/v1/trials?limit=0"],
    ["an expectation", `${one} HTTP/1.1\r\nExpect: tea\r\nX:`]
  ])("HEAD has no body where %s is refused", ([, path = ""]) =>
    Effect.map(wire(request(path, "HEAD")), (answer) => {
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d .*\r\n/)
      expect(answer).toMatch(/\r\nContent-Length: [1-9]\d*\r\n/)
      expect(answer.endsWith("\r\n\r\n")).toBe(true)
      expect(answersIn(answer)).toBe(1)
    })
  )

  it.effect("a request to continue, or to change the protocol, is answered like any other", () =>
    Effect.gen(function* () {
      const go = yield* wire(
        request("/healthz", "GET", "Expect: 100-continue\r\nContent-Length: 2\r\n") + "{}"
      )
      expect(go).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
      const upgrade = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
      const both = yield* wire(upgrade + request("/nothing"))
      expect(both.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404"])
    })
  )

  it.effect("what may not be stored is never 304", () =>
    Effect.gen(function* () {
      for (const path of ["/healthz", "/readyz", "/nothing", "/v1/trials?limit=0"]) {
        const plain = yield* wire(request(path))
        const tag = /\r\nETag: (.+)\r\n/.exec(plain)?.[1] ?? "*"
        for (const given of ["*", tag]) {
          const answer = yield* wire(request(path, "GET", `If-None-Match: ${given}\r\n`))
          expect([path, answer.slice(0, 12)]).toEqual([path, plain.slice(0, 12)])
        }
      }
    })
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

it.scopedLive(
  "what is no request is logged and counted as the refusal of one is, and once for its connection",
  () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const publicUrl = "https://example.org/trials"
      const api = yield* Layer.build(apiOver(yield* sampleDatabase, { lines, publicUrl }))
      const raws = ["nonsense\r\n\r\n".repeat(50), request("localhost:443", "CONNECT"), request(long(20_000))]
      const refused = [
        ["malformed-request", 400, "HPE_INVALID_METHOD"],
        ["method-not-allowed", 405, undefined],
        ["head-too-long", 431, "HPE_HEADER_OVERFLOW"]
      ] as const
      for (const [n, raw] of raws.entries()) {
        const answer = yield* Effect.provide(wire(raw), api)
        const [, id] = /\r\nX-Request-Id: ([0-9a-f-]{36})\r\n/.exec(answer) ?? []
        const [kind, statusCode, reason] = refused[n] ?? []
        expect(problemIn(answer).type).toBe(`${publicUrl}/problems/${kind}`)
        const own = lines.map((line) => JSON.parse(line)).filter(({ reqId }) => reqId === id)
        expect(own).toEqual([expect.objectContaining({ level: 40, req: { id }, res: { statusCode } })])
        expect(own[0].reason).toBe(reason)
        expect(answer).toMatch(/\r\nDate: \w{3}, .* GMT\r\n/)
      }
      expect(lines.filter((line) => line.includes("no request"))).toHaveLength(raws.length)
      const metrics = yield* Effect.provide(wire(request("/metrics")), api)
      for (const [kind] of refused)
        expect(metrics).toMatch(
          new RegExp(`^trials_http_refusals_total\\{type="/problems/${kind}"\\} 1$`, "m")
        )
    })
)

it.scopedLive("500 for an unreadable row is a problem of the contract, and reveals nothing of the row", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    yield* Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql`UPDATE trial_versions SET content = '{"phases":"canary"}' WHERE id = 'C130010'`
    ).pipe(Effect.provide(Database.layerWriter({ url: Redacted.make(`sqlite:${file}`), init: false })))
    const lines: Array<string> = []
    const api = yield* Layer.build(apiOver(file, { lines }))
    const answer = yield* Effect.provide(wire(request(one)), api)
    expect(problemIn(answer)).toMatchObject({ status: 500, instance: one })
    expect(answer).not.toMatch(/canary|phases/)
    const id = /\r\nX-Request-Id: (\S+)\r\n/.exec(answer)?.[1] ?? "none"
    expect(lines.some((line) => line.includes(id) && line.includes("phases"))).toBe(true)
  })
)
