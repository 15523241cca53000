import { expect, it } from "@effect/vitest"
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { Effect, Layer } from "effect"
import { join } from "node:path"
import { ApiServer } from "../src/ApiServer.js"
import { type ApiOptions, apiOver, sampleDatabase, temporaryFolder } from "./Harness.js"
import { exchange, until } from "./Wire.js"

/** The API, over no database unless there is one. */
const serving = (options: ApiOptions = {}, database?: string) =>
  Effect.gen(function* () {
    const file = database ?? join(yield* temporaryFolder, "none.db")
    const api = yield* Layer.build(apiOver(file, options))
    return (yield* Effect.provide(ApiServer, api)).url
  })

const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })

interface Message {
  readonly method?: string
  readonly path?: string
  readonly host?: string
  readonly headers?: string
  readonly body?: string
}

/** A message as it goes over the wire. */
const message = ({
  body = ping,
  headers = "",
  host = "localhost:3000",
  method = "POST",
  path = "/mcp"
}: Message) =>
  `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`

const closing = (asked: Message) =>
  message({ ...asked, headers: `${asked.headers ?? ""}Connection: close\r\n` })

const statusOf = (answer: string) => Number(answer.slice(9, 12))

/** The JSON of an answer. */
const said = (answer: string) => {
  const body = answer.slice(answer.indexOf("\r\n\r\n"))
  return JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1))
}

it.scopedLive("clients of either protocol list the tools and call one", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const url = yield* serving({ lines }, yield* sampleDatabase)
    for (const mode of ["legacy", "auto"] as const) {
      yield* Effect.promise(async () => {
        const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode } })
        await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)))
        const { tools } = await client.listTools()
        expect(tools.map(({ name }) => name)).toHaveLength(7)
        const { content, isError } = await client.callTool({
          name: "get_trial",
          arguments: { identifier: "C130010" }
        })
        expect(isError ?? false).toBe(false)
        expect(content).toMatchObject([{ type: "text", text: expect.stringContaining('"id":"C130010"') }])
        await client.close()
      })
    }
    // They are logged and counted as every other request is.
    yield* until(
      Effect.sync(() =>
        lines.some((line) => line.includes('"url":"/mcp"') && line.includes('"statusCode":200'))
      )
    )
    const metrics = yield* Effect.promise(async () => (await fetch(`${url}/metrics`)).text())
    expect(metrics).toMatch(/trials_http_request_duration_seconds_count\{route="\/mcp",status="200"\} \d/)
  })
)

it.scopedLive("only hosts and origins that it knows are answered", () =>
  Effect.gen(function* () {
    const url = yield* serving({ publicUrl: "https://trials.example.org/api", mcpHosts: ["further.example"] })
    const statuses = (asked: ReadonlyArray<Message>) =>
      Effect.forEach(asked, (each) => Effect.map(exchange(url, closing(each)), statusOf))
    const known = ["localhost:1", "127.0.0.1:3000", "[::1]", "trials.example.org", "FURTHER.example:8443"]
    expect(yield* statuses(known.map((host) => ({ host })))).toEqual(known.map(() => 200))
    const others = [
      "evil.example",
      "localhost.evil.example",
      "evil.example:3000",
      "",
      "a b",
      "127.0.0.1@evil.example",
      "evil.example@localhost",
      "localhost/evil",
      "localhost#a",
      "%6cocalhost",
      "localhost:1:2"
    ]
    expect(yield* statuses(others.map((host) => ({ host })))).toEqual(others.map(() => 403))
    const from = (origin: string) => ({ headers: `Origin: ${origin}\r\n` })
    const pages = ["http://localhost:6274", "https://trials.example.org"]
    expect(yield* statuses(pages.map(from))).toEqual([200, 200])
    const strangers = [
      "https://evil.example",
      "null",
      "http://localhost.evil.example",
      "file://",
      "http://evil@localhost",
      "chrome-extension://localhost"
    ]
    expect(yield* statuses(strangers.map(from))).toEqual(strangers.map(() => 403))
    const answer = yield* exchange(url, closing({ host: "evil.example" }))
    expect(said(answer)).toMatchObject({
      jsonrpc: "2.0",
      id: null,
      error: { message: expect.stringContaining("TRIALS_MCP_HOSTS") }
    })
    // Where it listens to everybody, this machine's names are for anybody to claim.
    const open = yield* serving({ host: "0.0.0.0" })
    expect(statusOf(yield* exchange(open, closing({})))).toBe(403)
  })
)

it.scopedLive("what is no single message of a fitting size is refused", () =>
  Effect.gen(function* () {
    const url = yield* serving()
    const large = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "ping",
      params: { text: "x".repeat(65_536) }
    })
    const inChunks =
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    const chunked = inChunks + `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`
    const asked = {
      large: closing({ body: large }),
      chunked,
      "no chunks": `${inChunks}zz\r\nhello\r\n0\r\n\r\n`,
      "no JSON": closing({ body: "{" }),
      batch: closing({ body: `[${ping},${ping}]` }),
      deep: closing({ body: `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}` }),
      "no type": closing({}).replace("application/json", "text/plain")
    }
    const statuses = yield* Effect.forEach(Object.values(asked), (raw) =>
      Effect.map(exchange(url, raw), statusOf)
    )
    expect(Object.fromEntries(Object.keys(asked).map((name, n) => [name, statuses[n]]))).toEqual({
      large: 413,
      chunked: 413,
      "no chunks": 400,
      "no JSON": 400,
      batch: 400,
      deep: 400,
      "no type": 415
    })
    for (const method of ["GET", "DELETE", "PUT"]) {
      const answer = yield* exchange(url, closing({ method }))
      expect([method, statusOf(answer)]).toEqual([method, 405])
      expect(answer).toMatch(/\r\nAllow: POST, OPTIONS\r\n/)
    }
    const preflight = { method: "OPTIONS", headers: "Access-Control-Request-Method: POST\r\n" }
    for (const asked of [{ method: "OPTIONS" }, preflight]) {
      const answer = yield* exchange(url, closing(asked))
      expect(answer).toMatch(/^HTTP\/1\.1 204 .*\r\nAllow: POST, OPTIONS\r\n/s)
      expect(answer).not.toMatch(/Access-Control-Allow/i)
    }
  })
)

it.scopedLive("a body may come in any pieces, and the next request right behind it", () =>
  Effect.gen(function* () {
    const url = yield* serving()
    const spaced = JSON.stringify(JSON.parse(ping), null, 2).replaceAll("\n", "\r\n\r\n")
    const chunks = [...spaced].map((each) => `1\r\n${each}\r\n`).join("")
    const chunked =
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n" +
      `Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`
    const health = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    const all = message({ body: spaced }) + health + chunked + health + closing({})
    const answers = yield* exchange(url, all)
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      "200",
      "200",
      "200",
      "200",
      "200"
    ])
    expect(answers.match(/"result":\{\}|\{"status":"ok"\}/g)).toEqual([
      '"result":{}',
      '{"status":"ok"}',
      '"result":{}',
      '{"status":"ok"}',
      '"result":{}'
    ])
  })
)

it.scopedLive("a message that does not arrive is given up, and a client has its requests a minute", () =>
  Effect.gen(function* () {
    const slow = yield* serving({ limits: { arrival: 300 } })
    const began = performance.now()
    const answer = yield* exchange(slow, message({}).slice(0, -1))
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(performance.now() - began).toBeLessThan(3000)
    const limited = yield* serving({ rateLimit: 2 })
    const statuses = yield* Effect.forEach([1, 2, 3], () =>
      Effect.map(exchange(limited, closing({})), statusOf)
    )
    expect(statuses).toEqual([200, 200, 429])
  })
)

it.scopedLive("a client has so many messages in hand, arriving or answered, and no more", () =>
  Effect.gen(function* () {
    const url = yield* serving({ limits: { arrival: 1500 } })
    const unfinished = message({}).slice(0, -1)
    const statuses = yield* Effect.all(
      Array.from({ length: 40 }, () => Effect.map(exchange(url, unfinished), statusOf)),
      { concurrency: "unbounded" }
    )
    // Those in hand do not arrive in time; the others need not wait for that.
    expect([408, 503].map((wanted) => statuses.filter((status) => status === wanted).length)).toEqual([32, 8])
    expect(statusOf(yield* exchange(url, closing({})))).toBe(200)
  })
)
