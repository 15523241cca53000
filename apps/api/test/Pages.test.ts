import { expect, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { join } from "node:path"
import { apiOver, ask, sampleApi, sampleDatabase, syncInto, temporaryFolder } from "./Harness.js"
import { exchange, until } from "./Wire.js"
import { ApiServer } from "../src/ApiServer.js"

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** A page of each kind, but for the one of a run, whose id is not known before. */
const pages = [
  "/en",
  "/ko/changes",
  "/en/search?q=cohort",
  "/ko/trials/kdca/C130010",
  "/en/trials/kdca/C130010?asOf=2100-01-01",
  "/en/trials/kdca/C130010/compare?from=1&to=1",
  "/ko/registries",
  "/en/registries/kdca",
  "/ko/about"
]

const html = "text/html; charset=utf-8"

/** A request as a browser sends it, without what `fetch` does on its own. */
const visit = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  ask(path, { method, redirect: "manual", headers: { "cache-control": "max-age=0", ...headers } })

const looks = (found: boolean) =>
  Effect.map(ask("/metrics"), ({ text }) =>
    Number(
      new RegExp(`^trials_http_cache_looks_total\\{found="${found}"\\} (\\d+)`, "m").exec(text)?.[1] ?? 0
    )
  )

layer(sampleApi, { excludeTestServices: true })("pages", (it) => {
  it.effect("the root leads to the language that a visitor likes best", () =>
    Effect.gen(function* () {
      for (const [liked, place] of [
        [undefined, "/en"],
        ["ko-KR,ko;q=0.9,en;q=0.8", "/ko"],
        ["fr, en;q=0.5, ko;q=0.4", "/en"],
        ["ko;q=0, *", "/en"],
        ["nonsense;;q=x,,", "/en"]
      ] as const) {
        for (const method of ["GET", "HEAD"]) {
          const { headers, status, text } = yield* visit(
            "/?q=x",
            liked === undefined ? {} : { "accept-language": liked },
            method
          )
          expect([liked, status, headers.get("location"), text]).toEqual([liked, 302, place, ""])
          expect(headers.get("vary")).toContain("Accept-Language")
          expect(headers.get("cache-control")).toBe("no-store")
        }
      }
    })
  )

  it.effect("a page says what it is, first, again, and to whom has it, and each by GET and HEAD", () =>
    Effect.gen(function* () {
      const runs = yield* ask("/v1/runs")
      const publication = runs.headers.get("x-publication")
      for (const path of [...pages, `/en/runs/${runs.body.items[0].runId}`]) {
        const said = {
          "cache-control": "public, no-cache",
          "content-language": path.slice(1, 3),
          "content-security-policy": policy,
          "x-content-type-options": "nosniff",
          "x-publication": publication
        }
        const first = yield* visit(path)
        const tag = first.headers.get("etag") ?? ""
        expect([path, tag]).toEqual([path, expect.stringMatching(/^W\/"[\w-]+"$/)])
        for (const [method, given, status] of [
          ["GET", "", 200],
          ["HEAD", "", 200],
          ["GET", tag, 304],
          ["HEAD", tag, 304],
          ["GET", '"x"', 200]
        ] as const) {
          const { headers, text, ...answer } = yield* visit(
            path,
            given === "" ? {} : { "if-none-match": given },
            method
          )
          const names = Object.keys(said)
          expect([path, method, given, answer.status]).toEqual([path, method, given, status])
          expect([path, given, Object.fromEntries(names.map((name) => [name, headers.get(name)]))]).toEqual([
            path,
            given,
            said
          ])
          expect(headers.get("etag")).toBe(tag)
          if (status === 304 || method === "HEAD") expect(text).toBe("")
          else expect([headers.get("content-type"), text]).toEqual([html, first.text])
        }
        expect(first.text).toMatch(/^<!doctype html>/)
        expect(Object.keys(said).map((name) => first.headers.get(name))).toEqual(Object.values(said))
      }
    })
  )

  it.effect("a page is compressed as the visitor likes, and varies by nothing else", () =>
    Effect.gen(function* () {
      const path = "/en/trials/kdca/C130010"
      const plain = yield* visit(path, { "accept-encoding": "identity" })
      expect(plain.headers.get("content-encoding")).toBeNull()
      for (const coding of ["gzip", "br"]) {
        const { headers, text } = yield* visit(path, { "accept-encoding": coding, "accept-language": "ko" })
        expect([headers.get("content-encoding"), text]).toEqual([coding, plain.text])
        expect(headers.get("vary")).toContain("Accept-Encoding")
      }
    })
  )

  it.effect("what was read once is kept, in whatever order its parameters are", () =>
    Effect.gen(function* () {
      const [one, other] = ["/en/search?q=cohort&missing=true", "/en/search?missing=true&q=cohort"] as const
      const first = yield* visit(one)
      const before = yield* looks(true)
      expect((yield* visit(one)).text).toBe(first.text)
      expect(yield* looks(true)).toBe(before + 1)
      // The link to the other language repeats the address as it was.
      const main = (text: string) => /<main.*<\/main>/s.exec(text)?.[0]
      const again = yield* visit(other)
      expect(main(again.text)).toBe(main(first.text))
    })
  )

  it.effect(
    "a parameter that a page does not know is said on it, and one that cannot be is refused as a page",
    () =>
      Effect.gen(function* () {
        const unknown = yield* visit("/en/trials/kdca/C130010?utm_source=%3Cb%3E")
        expect(unknown.status).toBe(200)
        expect(unknown.text).toContain("<code>utm_source</code>")
        const wrong = yield* visit("/ko/search?phase=nonsense")
        expect([
          wrong.status,
          wrong.headers.get("content-language"),
          wrong.headers.get("content-type")
        ]).toEqual([400, "ko", html])
        expect(wrong.headers.get("cache-control")).toBe("no-store")
        expect(wrong.text).toMatch(
          /<(?:select|input)[^>]* name="phase"[^>]* aria-invalid="true"|aria-invalid="true"[^>]* name="phase"/
        )
        for (const path of ["/en/%zz", "/ko/trials/kdca/%ff", "/en/search?q=%00", "/web/%"]) {
          expect([path, (yield* visit(path)).status]).toEqual([path, 400])
        }
      })
  )

  it.effect("what is not there is a page of its language, with its status, that nobody keeps", () =>
    Effect.gen(function* () {
      for (const [path, language] of [
        ["/en/nothing", "en"],
        ["/ko/trials/kdca/C0", "ko"],
        ["/ko/registries/nope", "ko"],
        ["/en/runs/nope", "en"],
        ["/en/trials/kdca/C130010/compare?from=1&to=9", "en"]
      ] as const) {
        for (const method of ["GET", "HEAD", "GET"]) {
          const { headers, status, text } = yield* visit(path, { "if-none-match": "*" }, method)
          expect([path, status, headers.get("content-language")]).toEqual([path, 404, language])
          expect([path, headers.get("content-type"), headers.get("cache-control")]).toEqual([
            path,
            html,
            "no-store"
          ])
          expect(headers.get("content-security-policy")).toBe(policy)
          if (method === "GET") expect(text).toContain(`<html lang="${language}">`)
        }
      }
      for (const path of ["/fr", "/EN", "/enx", "/web/none.css"]) {
        const { body, status } = yield* visit(path)
        expect([path, status, body.type]).toEqual([path, 404, "/problems/path-not-found"])
      }
    })
  )

  it.effect("pages are only read, and one with a slash at its end leads to the one without", () =>
    Effect.gen(function* () {
      for (const path of ["/", "/en", "/ko/changes", "/web/style.css", "/robots.txt"]) {
        const { headers, status } = yield* visit(path, {}, "POST")
        expect([path, status, headers.get("allow")]).toEqual([path, 405, "GET, HEAD, OPTIONS"])
      }
      for (const [path, place] of [
        ["/en/", "/en"],
        ["/ko/search/?q=a%20b", "/ko/search?q=a%20b"],
        ["/en//evil.example//", "/en//evil.example"]
      ]) {
        const { headers, status } = yield* visit(path ?? "")
        expect([path, status, headers.get("location")]).toEqual([path, 308, place])
      }
    })
  )

  it.effect(
    "a Host or a proxy's header of anybody's making is nowhere in a page, a feed or where they lead",
    () =>
      Effect.gen(function* () {
        const { url } = yield* ApiServer
        const evil = "evil.example"
        for (const path of [
          "/",
          "/en/",
          ...pages,
          "/v1/changes.atom",
          "/robots.txt",
          "/en/nothing",
          "/web/style.css"
        ]) {
          const raw = [
            `GET ${path} HTTP/1.1`,
            `Host: ${evil}`,
            `X-Forwarded-Host: ${evil}`,
            `Forwarded: host=${evil}`,
            "Connection: close"
          ]
          const answer = yield* exchange(url, `${raw.join("\r\n")}\r\n\r\n`)
          expect(answer).toMatch(/^HTTP\/1\.1 (?:200|302|308|404) /)
          expect([path, answer.includes(evil)]).toEqual([path, false])
        }
      })
  )
})

it.scopedLive(
  "without a database a page says so, what needs none is there, and the page comes by itself",
  () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "trials.db")
      const api = yield* Layer.build(apiOver(file))
      yield* Effect.gen(function* () {
        for (const path of [...pages, "/en/runs/x"]) {
          const { headers, status, text } = yield* visit(path)
          expect([path, status, headers.get("retry-after")]).toEqual([path, 503, "1"])
          expect([path, headers.get("content-type")]).toEqual([path, html])
          expect(headers.get("content-language")).toBe(path.slice(1, 3))
          expect(headers.get("content-security-policy")).toBe(policy)
          expect(headers.get("cache-control")).toBe("no-store")
          expect(text).toContain("There is no database yet.")
        }
        const style = yield* visit("/web/style.css")
        expect([style.status, style.headers.get("content-type")]).toEqual([200, "text/css; charset=utf-8"])
        expect(style.headers.get("cache-control")).toBe("public, max-age=3600")
        const kept = yield* visit("/web/style.css", { "if-none-match": style.headers.get("etag") ?? "" })
        expect(kept.status).toBe(304)
        expect((yield* visit("/robots.txt")).status).toBe(200)
        const root = yield* visit("/", { "accept-language": "ko" })
        expect([root.status, root.headers.get("location")]).toEqual([302, "/ko"])
        yield* syncInto(file)
        yield* until(Effect.map(visit("/en/trials/kdca/C130010"), ({ status }) => status === 200))
      }).pipe(Effect.provide(api))
    })
)

it.scopedLive("behind a proxy with a prefix every link has it, and a page knows its whole address", () =>
  Effect.gen(function* () {
    const publicUrl = "https://host.example/trials"
    const api = yield* Layer.build(apiOver(yield* sampleDatabase, { publicUrl }))
    yield* Effect.gen(function* () {
      for (const path of [...pages, "/en/nothing"]) {
        const { text } = yield* visit(path)
        const links = [...text.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, address = ""]) => address)
        const inside = links.filter((address) => !/^(?:https?:|mailto:|#|\?)/.test(address))
        expect([path, inside.filter((address) => !address.startsWith("/trials/"))]).toEqual([path, []])
        expect(inside.length).toBeGreaterThan(5)
        // What search engines shall leave out has no address of its own.
        if (text.includes('content="noindex"')) continue
        const [below = ""] = path.split("?")
        expect(text).toContain(`<link rel="canonical" href="${publicUrl}${below}`)
      }
      const root = yield* visit("/")
      expect(root.headers.get("location")).toBe("/trials/en")
      const slash = yield* visit("/ko/")
      expect(slash.headers.get("location")).toBe("/trials/ko")
    }).pipe(Effect.provide(api))
  })
)

it.scopedLive("a page takes one place among the answers, and one of a visitor's requests", () =>
  Effect.gen(function* () {
    const limits = { perAddress: 1 }
    const api = yield* Layer.build(apiOver(yield* sampleDatabase, { limits, rateLimit: 100 }))
    const left = yield* Effect.forEach(
      ["/en", "/en/changes", "/en/trials/kdca/C130010", "/en", "/web/style.css"],
      (path) =>
        Effect.map(visit(path), ({ headers, status }) => [status, headers.get("ratelimit")?.split(";")[1]])
    ).pipe(Effect.provide(api))
    expect(left).toEqual([99, 98, 97, 96, 95].map((each) => [200, `r=${each}`]))
  })
)

it.scopedLive(
  "a page that is still the same says so with its own headers, where it was not kept either",
  () =>
    Effect.gen(function* () {
      const api = yield* Layer.build(apiOver(yield* sampleDatabase, { cacheBytes: 0 }))
      yield* Effect.gen(function* () {
        for (const path of ["/ko/about", "/en/trials/kdca/C130010"]) {
          const first = yield* visit(path)
          const again = yield* visit(path, { "if-none-match": first.headers.get("etag") ?? "" })
          expect([path, again.status]).toEqual([path, 304])
          for (const name of ["content-security-policy", "content-language", "etag", "vary"])
            expect([path, name, again.headers.get(name)]).toEqual([path, name, first.headers.get(name)])
          expect(first.headers.get("content-security-policy")).toBe(policy)
        }
      }).pipe(Effect.provide(api))
    })
)
