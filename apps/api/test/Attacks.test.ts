import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { ApiServer } from "../src/ApiServer.js"
import { ask, sampleApi } from "./Harness.js"
import { exchange, request } from "./Wire.js"

const leaks = /select |sqlite|node_modules|\.ts\b|\.js\b|at .*:\d+:\d+|\/work|\/tmp|\/home/i

const refusesAs = (status: number, path: string, parameter?: string) =>
  Effect.gen(function* () {
    const answer = yield* ask(path)
    expect([path, answer.status]).toEqual([path, status])
    expect(answer.headers.get("content-type")).toContain("application/problem+json")
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.body).toMatchObject({ type: expect.stringMatching(/^\/problems\/[a-z-]+$/), status })
    expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(["title", "detail", "instance"]))
    expect(JSON.stringify({ ...answer.body, instance: "" })).not.toMatch(leaks)
    if (parameter !== undefined) {
      expect(answer.body.errors.map((each: { parameter: string }) => each.parameter)).toContain(parameter)
      expect(answer.body.detail).toContain(parameter)
    }
  })

const wire = (raw: string) => Effect.flatMap(ApiServer, ({ url }) => exchange(url, raw))

layer(sampleApi, { excludeTestServices: true })("attacks", (it) => {
  it.effect.each([
    "-1",
    "0",
    "1e3",
    "Infinity",
    "1.5",
    "%205%20",
    "xxx",
    "",
    "101",
    "0x10",
    "01",
    "%EF%BC%95",
    "+5"
  ])("limit=%s is refused", (limit) => refusesAs(400, `/v1/trials?limit=${limit}`, "limit"))

  it.effect.each([
    ["/v1/trials?limit=5&limit=6", "limit"],
    ["/v1/trials?q=a&q=b", "q"],
    ["/v1/trials?q[]=1", "q[]"],
    ["/v1/trials?a[]=1", "a[]"],
    ["/v1/trials?q[a]=1", "q[a]"],
    ["/v1/trials?nope=1", "nope"],
    ["/v1/trials?__proto__=1", "__proto__"],
    ["/v1/trials?constructor=1", "constructor"],
    ["/v1/trials?Limit=5", "Limit"],
    ["/v1/trials?missing=1", "missing"],
    ["/v1/trials?missing=TRUE", "missing"],
    ["/v1/trials?sort=title", "sort"],
    ["/v1/trials?sort=id;DROP%20TABLE%20trials", "sort"],
    ["/v1/trials?registry=kdca'--", "registry"],
    ["/v1/trials?updatedSince=yesterday", "updatedSince"],
    ["/v1/trials?updatedSince=2026-02-31T00:00:00Z", "updatedSince"],
    ["/v1/trials?updatedSince=2026-02-01T00:00:00+09:00", "updatedSince"],
    ["/v1/trials?q=", "q"],
    ["/v1/trials?q=%20", "q"],
    ["/v1/trials?title=%E2%80%8B", "title"],
    [`/v1/trials?q=${"a".repeat(501)}`, "q"],
    ["/v1/trials?cursor=abc", "cursor"],
    ["/v1/trials/recent?days=0", "days"],
    ["/v1/trials/recent?days=366", "days"],
    ["/v1/trials/recent?sort=id", "sort"],
    ["/v1/trials/kdca/C130010?q=1", "q"],
    ["/v1/trials/kdca/C130010?asOf=now", "asOf"],
    ["/v1/trials/kdca/C130010/diff", "from"],
    ["/v1/trials/kdca/C130010/diff?from=0&to=1", "from"],
    ["/v1/changes?after=-1", "after"],
    ["/v1/changes?after=99999999999", "after"],
    ["/v1/changes?after=2147483648", "after"],
    ["/v1/changes?after=1e2", "after"],
    ["/v1/changes?after=145:", "after"],
    ["/v1/changes?after=0:abc123", "after"],
    ["/v1/changes?after=145:abc'--", "after"],
    ["/v1/changes?limit=1001", "limit"],
    ["/v1/changes?kind=deleted", "kind"],
    ["/v1/changes?field=nope", "field"],
    ["/v1/changes?cursor=a", "cursor"],
    ["/v1/registries?q=1", "q"],
    ["/v1/registries/kdca/quality?limit=1", "limit"],
    ["/v1/runs?verdict=complete", "verdict"],
    ["/v1/runs/nope?x=1", "x"],
    ["/healthz?x=1", "x"],
    ["/readyz?x=1&x=2", "x"],
    ["/openapi.json?a[]=1", "a[]"],
    ["/postman.json?x", "x"],
    ["/docs?url=https://example.org", "url"],
    ["/docs/start.js?v=1", "v"],
    ["/docs/swagger-ui.css?v=1", "v"]
  ])("%s names %s", ([path, parameter]) => refusesAs(400, path ?? "", parameter))

  it.effect("text that looks like SQL, a pattern or search syntax is only text", () =>
    Effect.gen(function* () {
      const texts = [
        "' OR 1=1 --",
        '"',
        "NEAR(",
        "a AND b",
        "-x",
        "title:x",
        "%",
        "_",
        "\\",
        "*",
        "\u001b[31m",
        "<script>"
      ]
      for (const text of texts) {
        for (const name of ["studyType", "phase", "observationalModel", "scope"]) {
          const { body, status } = yield* ask(`/v1/trials?${new URLSearchParams({ [name]: text })}`)
          expect([name, text, status, body.errors[0].parameter]).toEqual([name, text, 400, name])
        }
        for (const name of ["q", "title", "department", "institution"]) {
          const answer = yield* ask(`/v1/trials?${new URLSearchParams({ [name]: text })}`)
          expect([name, text, answer.status]).toEqual([name, text, 200])
          const expected = answer.body.items.every((trial: unknown) => JSON.stringify(trial).includes(text))
          expect([name, text, expected]).toEqual([name, text, true])
        }
        const id = yield* ask(`/v1/trials/kdca/${encodeURIComponent(text)}`)
        expect([text, id.status]).toEqual([text, 404])
      }
    })
  )

  it.effect("a cursor that was changed anywhere, or belongs to another list, is refused", () =>
    Effect.gen(function* () {
      const { body } = yield* ask("/v1/trials?limit=5&sort=id")
      const cursor: string = body.nextCursor
      const other = (letter: string) => (letter === "A" ? "B" : "A")
      for (let at = 0; at < cursor.length; at += 1) {
        const changed = cursor.slice(0, at) + other(cursor.charAt(at)) + cursor.slice(at + 1)
        yield* refusesAs(400, `/v1/trials?limit=5&sort=id&cursor=${changed}`, "cursor")
      }
      yield* refusesAs(400, `/v1/trials?limit=5&sort=id&cursor=${cursor}x`, "cursor")
      yield* refusesAs(400, `/v1/trials?limit=5&cursor=${cursor}`, "cursor")
      yield* refusesAs(400, `/v1/trials?limit=5&sort=id&q=a&cursor=${cursor}`, "cursor")
      yield* refusesAs(400, `/v1/runs?cursor=${cursor}`, "cursor")
      const next = yield* ask(`/v1/trials?limit=7&sort=id&cursor=${cursor}`)
      expect([next.status, next.body.items[0].id]).toEqual([200, "C100007"])
    })
  )

  it.effect.each([
    "/nope",
    "/v1",
    "/v1/trial",
    "/V1/trials",
    "/v1/trials/kdca",
    "/docs/../package.json",
    "/docs/x.js"
  ])("%s is 404", (path) => refusesAs(404, path))

  it.effect.each([
    "/v1/trials?q=%00",
    "/v1/trials/kdca/%00",
    "/v1/trials?q=%",
    "/v1/trials?q=%zz",
    "/v1/trials/kdca/%ff"
  ])("%s is 400", (path) => refusesAs(400, path))

  it.effect("an overlong address is 414, and one that fills the headers is 431", () =>
    Effect.gen(function* () {
      yield* refusesAs(414, `/v1/trials?q=${"a".repeat(9000)}`)
      const answer = yield* wire(request(`/v1/trials?q=${"a".repeat(20_000)}`))
      expect(answer).toMatch(/^HTTP\/1\.1 431 /)
      expect(answer).toContain("application/problem+json")
    })
  )

  it.effect.each(["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])("%s is 405 with Allow", (method) =>
    Effect.gen(function* () {
      for (const path of ["/v1/trials", "/v1/trials/kdca/C130010", "/healthz", "/docs", "/openapi.json"]) {
        const answer = yield* wire(request(path, method, "X-HTTP-Method-Override: GET\r\n"))
        expect(answer).toMatch(/^HTTP\/1\.1 405 /)
        expect(answer).toMatch(/\r\nAllow: GET, HEAD, OPTIONS\r\n/)
        expect(answer).toContain("application/problem+json")
      }
    })
  )

  it.effect("a method override is ignored", () =>
    Effect.gen(function* () {
      const answer = yield* ask("/v1/trials?limit=1", { headers: { "x-http-method-override": "DELETE" } })
      expect(answer.status).toBe(200)
    })
  )

  it.effect("HEAD is GET without the body, OPTIONS is 204 with Allow", () =>
    Effect.gen(function* () {
      for (const path of ["/v1/trials?limit=1", "/v1/runs", "/openapi.json", "/docs", "/healthz"]) {
        const [get, head] = yield* Effect.all([ask(path), ask(path, { method: "HEAD" })])
        expect([path, head.status, head.text]).toEqual([path, get.status, ""])
        for (const name of ["content-type", "content-length", "etag", "cache-control"]) {
          expect([path, head.headers.get(name)]).toEqual([path, get.headers.get(name)])
        }
        const options = yield* ask(path, { method: "OPTIONS" })
        expect([path, options.status, options.text]).toEqual([path, 204, ""])
        expect(options.headers.get("allow")).toBe("GET, HEAD, OPTIONS")
      }
      expect((yield* ask("/nope", { method: "OPTIONS" })).status).toBe(404)
      expect((yield* ask("/nope", { method: "POST" })).status).toBe(404)
      expect((yield* ask("/v1/trials?limit=0", { method: "HEAD" })).status).toBe(400)
    })
  )

  it.effect("If-None-Match gives 304 for an unchanged trial, never for a missing one", () =>
    Effect.gen(function* () {
      // fetch adds its own Cache-Control to conditional requests.
      const asked = (id: string, tag: string) =>
        wire(request(`/v1/trials/kdca/${id}`, "GET", `If-None-Match: ${tag}\r\n`))
      const tag = /\r\nETag: (.+)\r\n/.exec(yield* asked("C130010", '"x"'))?.[1] ?? ""
      expect(tag).toMatch(/^W\/".+"$/)
      for (const given of [tag, `"x", ${tag}`, "*", tag.replace(/^W\//, "")]) {
        const same = yield* asked("C130010", given)
        expect([given, same.split("\r\n")[0]]).toEqual([given, "HTTP/1.1 304 Not Modified"])
        expect(same).toContain(`\r\nETag: ${tag}\r\n`)
        expect(same).toContain("\r\nCache-Control: public, no-cache\r\n")
        expect(same).toMatch(/\r\nVary: .*Accept/)
        expect(same.endsWith("\r\n\r\n")).toBe(true)
      }
      expect(yield* asked("nope", "*")).toMatch(/^HTTP\/1\.1 404 /)
      expect(yield* asked("C130011", tag)).toMatch(/^HTTP\/1\.1 200 /)
    })
  )

  it.effect.each([
    ["two Host headers", "GET /v1/trials HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"],
    ["no Host header", "GET /v1/trials HTTP/1.1\r\nConnection: close\r\n\r\n"],
    [
      "both a length and chunks",
      "GET /v1/trials HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ],
    ["a header with a bare newline", "GET /v1/trials HTTP/1.1\r\nHost: a\r\nX: \n Y\r\n : z\r\n\r\n"],
    ["no HTTP", "hello\r\n\r\n"]
  ])("%s is 400", ([, raw = ""]) =>
    Effect.gen(function* () {
      const answer = yield* wire(raw ?? "")
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).toContain("application/problem+json")
    })
  )

  it.effect("headers keep a browser from executing upstream text", () =>
    Effect.gen(function* () {
      const api = yield* ask("/v1/trials?limit=1")
      expect(api.headers.get("x-content-type-options")).toBe("nosniff")
      expect(api.headers.get("content-security-policy")).toContain("default-src 'none'")
      expect(api.headers.get("x-powered-by")).toBeNull()
      const page = yield* ask("/docs")
      expect(page.headers.get("content-security-policy")).toMatch(/script-src 'self'(;|$)/)
      const scripts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "")
      expect(scripts.length).toBeGreaterThan(3)
      for (const path of scripts) expect([path, (yield* ask(`/${path}`)).status]).toEqual([path, 200])
      expect(page.text).not.toMatch(/<script>|https?:\/\//)
    })
  )

  it.effect("a request keeps its own id if that is valid, and gets a new one otherwise", () =>
    Effect.gen(function* () {
      const own = yield* ask("/healthz", { headers: { "x-request-id": "abc-1" } })
      expect(own.headers.get("x-request-id")).toBe("abc-1")
      const other = yield* ask("/healthz", { headers: { "x-request-id": "a b<c>" } })
      expect(other.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/)
    })
  )
})
