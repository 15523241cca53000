import { expect, it } from "@effect/vitest"
import { Effect, Either, Layer, Option } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer, get, request as send } from "node:http"
import { Agent } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { nameOf, problemNames, sectionOf } from "trials-contract"
import { Rate } from "../src/admission/Rate.js"
import * as TrustProxy from "../src/admission/TrustProxy.js"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, ask, sampleDatabase, sampleFile, syncInto, temporaryFolder } from "./Harness.js"
import { readMarkdown } from "./Markdown.js"
import { exchange, request, serverSockets } from "./Wire.js"

const wire = (raw: string) => Effect.flatMap(ApiServer, ({ url }) => exchange(url, raw))

const trusting = (text: string) => Either.getOrThrow(TrustProxy.parse(text))

const exposed = ["ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "X-Publication"]

it.scopedLive("a page of any origin reads every answer, a refusal of any kind too, and may ask before", () =>
  Effect.gen(function* () {
    const api = yield* Layer.build(apiOver(yield* sampleDatabase, { rateLimit: 4 }))
    const origin = "Origin: https://example.org\r\n"
    const raws = [
      request("/v1/trials?limit=1", "GET", origin),
      request("/v1/trials?limit=0", "GET", origin),
      request("/nothing", "GET", origin),
      request("/healthz", "POST", origin),
      "nonsense\r\n\r\n",
      request("/v1/trials?limit=1", "GET", origin),
      request("/v1/trials?limit=1", "GET", origin)
    ]
    const answers = yield* Effect.provide(Effect.forEach(raws, wire), api)
    expect(answers.map((answer) => answer.slice(9, 12))).toEqual([
      "200",
      "400",
      "404",
      "405",
      "400",
      "200",
      "429"
    ])
    for (const answer of answers) {
      expect(answer).toMatch(/\r\nAccess-Control-Allow-Origin: \*\r\n/i)
      const [, names = ""] = /\r\nAccess-Control-Expose-Headers: (.*)\r\n/i.exec(answer) ?? []
      expect(names.split(",")).toEqual(expect.arrayContaining(exposed))
    }
    // It is not counted: a page can then read that it sent too many.
    const asked = `${origin}Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: if-none-match\r\n`
    for (const path of ["/v1/trials", "/nothing"]) {
      const before = yield* Effect.provide(wire(request(path, "OPTIONS", asked)), api)
      expect(before).toMatch(/^HTTP\/1\.1 204 /)
      expect(before).toMatch(/\r\nAccess-Control-Allow-Headers: .*If-None-Match/)
      expect(before).toMatch(/\r\nAccess-Control-Allow-Methods: GET,HEAD\r\n/)
      expect(before).toMatch(/\r\nAllow: GET, HEAD, OPTIONS\r\n/)
    }
  })
)

it.scopedLive("a client has its requests a minute, whether they are answered, kept or refused", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    const api = yield* Layer.build(apiOver(file, { rateLimit: 4 }))
    yield* Effect.gen(function* () {
      const first = yield* ask("/v1/trials?limit=1")
      expect(first.headers.get("ratelimit-policy")).toBe('"client";q=4;w=60')
      expect(first.headers.get("ratelimit")).toMatch(/^"client";r=3;t=60$/)
      const again = { headers: { "if-none-match": first.headers.get("etag") ?? "" } }
      const more = [
        yield* ask("/v1/trials?limit=1", again),
        yield* ask("/v1/trials?limit=0"),
        yield* ask("/v1/trials?limit=1", { method: "HEAD" }),
        yield* ask("/v1/trials?limit=1")
      ]
      expect(more.map(({ status }) => status)).toEqual([304, 400, 200, 429])
      expect(more.map(({ headers }) => headers.get("ratelimit")?.slice(0, 12))).toEqual(
        [2, 1, 0, 0].map((left) => `"client";r=${left}`)
      )
      const { body, headers } = more[3] ?? first
      expect(body).toMatchObject({ type: "/problems/rate-limited", status: 429, instance: "/v1/trials" })
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(50)
      for (const path of ["/healthz", "/readyz", "/metrics", "/healthz/", "/readyz/"]) {
        expect([path, (yield* ask(path)).status]).toEqual([path, 200])
      }
    }).pipe(Effect.provide(api))
  })
)

it.scopedLive("behind proxies, a client is whom the trusted ones name", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    const statuses = (trust: string, chains: ReadonlyArray<string>) =>
      Effect.forEach(chains, (chain) =>
        Effect.map(ask("/healthz?x", { headers: { "x-forwarded-for": chain } }), ({ status }) => status)
      ).pipe(
        Effect.provide(
          apiOver(file, { rateLimit: 1, ...(trust === "" ? {} : { trustProxy: trusting(trust) }) })
        ),
        Effect.scoped
      )
    // A refusal of the parameter says that the client was let through.
    expect(yield* statuses("", ["192.0.2.1", "192.0.2.2"])).toEqual([400, 429])
    for (const trust of ["1", "loopback", "127.0.0.0/8, ::1"]) {
      expect(yield* statuses(trust, ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.9, 192.0.2.2"])).toEqual(
        [400, 400, 429, 429]
      )
    }
    expect(
      yield* statuses("1", ["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:100::1", "nonsense"])
    ).toEqual([400, 429, 400, 400])
  })
)

it("remembers so many clients, and forgets the first of them when there are more", () => {
  const rate = new Rate(2)
  expect([1, 2, 3].map(() => rate.take("first", 0).isOver)).toEqual([false, false, true])
  for (let n = 0; n < 200_000; n += 1) rate.take(`2001:db8:${n}::/56`, 1)
  expect(rate.size).toBeLessThanOrEqual(50_000)
  expect(rate.take("last", 2).isOver).toBe(false)
  expect(rate.take("last", 60_001)).toEqual({ isOver: false, left: 0, seconds: 1 })
  expect(rate.take("last", 60_002)).toEqual({ isOver: false, left: 1, seconds: 60 })
  rate.take("last", 120_003)
  rate.take("last", 180_004)
  expect(rate.size).toBeLessThanOrEqual(2)
})

/** A proxy that takes a prefix away and passes the rest on. */
const behindPrefix = (prefix: string, url: string) =>
  Effect.acquireRelease(
    Effect.async<ReturnType<typeof createServer>>((resume) => {
      const proxy = createServer((from, to) => {
        const path = from.url ?? ""
        if (!path.startsWith(`${prefix}/`)) return void to.writeHead(404).end("elsewhere")
        get(`${url}${path.slice(prefix.length)}`, { headers: from.headers }, (answer) => {
          to.writeHead(answer.statusCode ?? 0, answer.headers)
          answer.pipe(to)
        })
      }).listen(0, "127.0.0.1", () => resume(Effect.succeed(proxy)))
    }),
    (proxy) =>
      Effect.sync(() => {
        proxy.close()
        proxy.closeAllConnections()
      })
  ).pipe(Effect.map((proxy) => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}`))

it.scopedLive("everything is found behind a proxy that takes a prefix away", () =>
  Effect.gen(function* () {
    const api = yield* Layer.build(apiOver(yield* sampleDatabase))
    const { url } = yield* Effect.provide(ApiServer, api)
    const base = yield* behindPrefix("/registry-api", url)
    const ok = (address: URL) =>
      Effect.promise(async () => {
        const response = await fetch(address)
        expect([address.pathname, response.status]).toEqual([address.pathname, 200])
        return { text: await response.text(), address: new URL(response.url) }
      })
    for (const start of ["docs", "docs/"]) {
      const page = yield* ok(new URL(`${base}/${start}`))
      const links = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = ""]) => link)
      expect(links.length).toBeGreaterThan(3)
      for (const link of links) yield* ok(new URL(link, page.address))
      const script = yield* ok(new URL("docs/start.js", page.address))
      const [, description = ""] = /url: "([^"]+)"/.exec(script.text) ?? []
      const document = yield* ok(new URL(description, page.address))
      const { servers } = JSON.parse(document.text)
      expect(new URL(servers[0].url, document.address).href).toBe(`${base}/`)
    }
    const list = yield* Effect.promise(() => fetch(`${base}/v1/trials?limit=3&sort=id`))
    const [, next = ""] = /^<([^>]+)>; rel="next"$/.exec(list.headers.get("link") ?? "") ?? []
    const first = yield* Effect.promise(() => list.json())
    const second = JSON.parse((yield* ok(new URL(next, list.url))).text)
    expect([second.items.length, second.items[0].id > first.items[2].id]).toEqual([3, true])
    const refused = yield* Effect.promise(async () => (await fetch(`${base}/v1/trials?limit=0`)).json())
    yield* ok(new URL(`${base}${refused.type}`))
  })
)

it.scopedLive("types of problems and links begin with the address that people use", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    // A second version of a trial, so that its history has a next page.
    const edition = `${file}.json`
    writeFileSync(edition, readFileSync(sampleFile, "utf8").replace("조직구증식증", "조직구 증식증"))
    yield* syncInto(file, edition)
    const publicUrl = "https://example.org/registry-api"
    const api = yield* Layer.build(apiOver(file, { publicUrl, rateLimit: 9 }))
    const tags = yield* Effect.gen(function* () {
      const seen: Array<string | null> = []
      for (const asked of ["limit=3&sort=id", "limit=3&sort=id", "sort=id&limit=3"]) {
        const { body, headers } = yield* ask(`/v1/trials?${asked}`)
        const link = `${publicUrl}/v1/trials?limit=3&sort=id&cursor=${body.nextCursor}`
        expect(headers.get("link")).toBe(`<${link}>; rel="next"`)
        seen.push(headers.get("etag"))
      }
      const history = yield* ask("/v1/trials/kdca/%43130010/history?limit=1")
      expect(history.headers.get("link")).toContain(
        `<${publicUrl}/v1/trials/kdca/C130010/history?limit=1&cursor=`
      )
      for (const [path, name, accept = "*/*"] of [
        ["/v1/trials?limit=0", "invalid-parameters"],
        ["/v1/trials/kdca/nope", "trial-not-found"],
        ["/v1/export.csv?scope=nowhere", "unknown-code"],
        ["/v1/changes?after=999", "position-gone", "application/x-ndjson"],
        ["/nothing", "path-not-found"],
        ["/nothing", "rate-limited"]
      ] as const) {
        const { body } = yield* ask(path, { headers: { accept } })
        expect([path, body.type, nameOf(body.type)]).toEqual([path, `${publicUrl}/problems/${name}`, name])
      }
      const { text } = yield* ask("/metrics")
      for (const name of ["trial-not-found", "position-gone"])
        expect(valueOf(text, "trials_http_refusals_total", `{type="/problems/${name}"}`)).toBe(1)
      return new Set(seen)
    }).pipe(Effect.provide(api))
    expect(tags.size).toBe(1)
    // Who kept an answer without the address does not take it for one with it.
    const other = yield* Layer.build(apiOver(file))
    const { headers } = yield* Effect.provide(ask("/v1/trials?limit=3&sort=id"), other)
    expect([tags.has(headers.get("etag")), headers.get("link")]).toEqual([
      false,
      expect.stringMatching(/^<\?/)
    ])
  })
)

it.scopedLive("each type of problem says what it means, as docs/errors.md does", () =>
  Effect.gen(function* () {
    const api = yield* Layer.build(apiOver(join(yield* temporaryFolder, "none.db")))
    const list = yield* Effect.provide(ask("/problems"), api)
    const document = readMarkdown("docs/errors.md")
    const documented = [...document.matchAll(/^## (.+)$/gm)].map(([, name]) => name)
    expect(documented).toEqual(problemNames)
    expect([...list.text.matchAll(/^\/problems\/(\S+)/gm)].map(([, name]) => name)).toEqual(problemNames)
    for (const name of problemNames) {
      const { headers, status, text } = yield* Effect.provide(ask(`/problems/${name}`), api)
      expect([name, status, text]).toEqual([name, 200, sectionOf(name)])
      expect(headers.get("content-type")).toBe("text/plain; charset=utf-8")
      expect(document).toContain(text)
    }
    expect((yield* Effect.provide(ask("/problems/nope"), api)).status).toBe(404)
  })
)

it.scopedLive("a target that names the server, as proxies send it, is the same as its path", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const api = yield* Layer.build(apiOver(yield* sampleDatabase, { lines }))
    yield* Effect.gen(function* () {
      const path = "/v1/trials?limit=1"
      const tagOf = (answer: string) => /\r\nETag: (.+)\r\n/.exec(answer)?.[1]
      const plain = yield* wire(request(path))
      const tag = tagOf(plain)
      expect(tag).toMatch(/^W/)
      for (const server of ["http://localhost", "HTTPS://example.org:8443", "http://me@[::1]"]) {
        expect(tagOf(yield* wire(request(server + path)))).toBe(tag)
        const again = yield* wire(request(server + path, "GET", `If-None-Match: ${tag}\r\n`))
        expect(again).toMatch(/^HTTP\/1\.1 304 /)
      }
      expect(yield* wire(request("http://localhost/nothing"))).toContain('"instance":"/nothing"')
      for (const bare of ["http://localhost", "http://localhost?x=1"])
        expect(yield* wire(request(bare))).toMatch(/^HTTP\/1\.1 302 .*\r\nLocation: \/en\r\n/s)
      const { text } = yield* ask("/metrics")
      // The first one was read.
      expect(valueOf(text, "trials_http_cache_looks_total", '{found="true"}')).toBe(6)
      expect(lines.join("")).not.toMatch(/"url":"http/i)
      for (const other of ["*", "ftp://localhost/v1/trials", "http:///v1/trials"])
        expect([other, yield* wire(request(other))]).toEqual([
          other,
          expect.stringMatching(/^HTTP\/1\.1 404 /)
        ])
    }).pipe(Effect.provide(api))
  })
)

const valueOf = (text: string, name: string, labels = ""): number =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${name}${labels} `))
      ?.split(" ")
      .at(-1)
  )

it.scopedLive(
  "metrics tell of the ledger, of requests and of refusals, also while the database is away",
  () =>
    Effect.gen(function* () {
      const file = yield* sampleDatabase
      const api = yield* Layer.build(apiOver(file, { rateLimit: 20 }))
      const metrics = Effect.provide(ask("/metrics"), api)
      yield* Effect.provide(
        Effect.forEach(
          [
            "/v1/trials/kdca/C130010",
            "/v1/trials/kdca/C130010",
            "/v1/trials/kdca/C130011",
            "/v1/trials/kdca/nope",
            ...Array.from({ length: 5 }, (_, n) => `/nothing/${n}`)
          ],
          (path) => ask(path)
        ),
        api
      )
      const { headers, status, text } = yield* metrics
      expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"])
      expect(headers.get("ratelimit")).toBeNull()
      expect(valueOf(text, "trials_database_up")).toBe(1)
      expect(valueOf(text, "trials_trials", '{registry="kdca",state="listed"}')).toBe(145)
      expect(valueOf(text, "trials_runs", '{registry="kdca",verdict="complete"}')).toBe(1)
      const proven = valueOf(text, "trials_last_proven_timestamp_seconds", '{registry="kdca"}')
      expect(Math.abs(proven - Date.now() / 1000)).toBeLessThan(60)
      const route = "trials_http_request_duration_seconds_count"
      expect(valueOf(text, route, '{route="/v1/trials/:registry/:id",status="200"}')).toBe(3)
      expect(valueOf(text, route, '{route="other",status="404"}')).toBe(5)
      expect(valueOf(text, "trials_http_refusals_total", '{type="/problems/trial-not-found"}')).toBe(1)
      expect(valueOf(text, "trials_http_cache_looks_total", '{found="true"}')).toBe(1)
      expect(text).toMatch(/^process_resident_memory_bytes \d+/m)
      expect(text).not.toMatch(/C130010|nothing/)
      // Without a database, the last values stay.
      const gone = yield* Layer.build(apiOver(join(yield* temporaryFolder, "none.db")))
      const without = yield* Effect.provide(ask("/metrics"), gone)
      expect([without.status, valueOf(without.text, "trials_database_up")]).toEqual([200, 0])
    })
)

it.scopedLive(
  "a connection waits for its next request for as long as it is told, but not too many at once",
  () =>
    Effect.gen(function* () {
      const limits = { keepAlive: 90_000, idle: 20, write: 2000 }
      const api = yield* Layer.build(apiOver(yield* sampleDatabase, { limits, staleAfter: Option.none() }))
      const { url } = yield* Effect.provide(ApiServer, api)
      const sockets = yield* serverSockets(url)
      const agent = yield* Effect.acquireRelease(
        Effect.sync(() => new Agent({ keepAlive: true, maxFreeSockets: 1000 })),
        (agent) => Effect.sync(() => agent.destroy())
      )
      const visit = Effect.async<string | undefined>((resume) => {
        send(`${url}/healthz`, { agent }, (response) => {
          response.on("end", () => resume(Effect.succeed(String(response.headers["keep-alive"])))).resume()
        }).end()
      })
      const said = yield* Effect.all(
        Array.from({ length: 60 }, () => visit),
        { concurrency: 60 }
      )
      expect(new Set(said)).toEqual(new Set(["timeout=90"]))
      expect(sockets).toHaveLength(60)
      yield* Effect.sleep("1 second")
      expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(20)
      expect(yield* visit).toBe("timeout=90")
    })
)
