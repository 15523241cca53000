import { expect, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { get, type IncomingHttpHeaders } from "node:http"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, ask, sampleApi, sampleDatabase } from "./Harness.js"

interface Seen {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** Sends a request as it is: `fetch` adds headers and decodes. */
const plain = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  Effect.flatMap(ApiServer, ({ url }) =>
    Effect.async<Seen>((resume) => {
      get(`${url}${path}`, { headers, method, agent: false }, (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk) => chunks.push(chunk))
        response.on("end", () =>
          resume(
            Effect.succeed({
              status: response.statusCode ?? 0,
              headers: response.headers,
              bytes: Buffer.concat(chunks)
            })
          )
        )
      })
    })
  )

const one = "/v1/trials/kdca/C130010"

const kept = [
  "/v1/trials?limit=3",
  "/v1/trials/recent?days=365",
  one,
  `${one}?asOf=2100-01-01T00:00:00Z`,
  `${one}/history`,
  `${one}/diff?from=1&to=1`,
  `${one}/related`,
  "/v1/identifiers/C130010",
  "/v1/changes?limit=3",
  "/v1/registries/kdca/quality",
  "/v1/runs",
  "/openapi.json",
  "/docs",
  "/problems"
]

for (const [name, cacheBytes] of [
  ["with a cache", undefined],
  ["without one", 0]
] as const) {
  const api = Layer.unwrapScoped(Effect.map(sampleDatabase, (file) => apiOver(file, { cacheBytes })))
  layer(api, { excludeTestServices: true })(`conditions, ${name}`, (it) => {
    it.effect("what a client has is not sent again, by GET and HEAD, first and again", () =>
      Effect.gen(function* () {
        for (const path of kept) {
          const { headers } = yield* plain(path)
          const { etag = "" } = headers
          expect([path, etag]).toEqual([path, expect.stringMatching(/^W\/"[\w-]+"$/)])
          for (const method of ["GET", "HEAD"]) {
            // Every fetch with If-None-Match sends the second header.
            for (const given of [etag, `"x", ${etag.slice(2)}`, "*"]) {
              const again = yield* plain(
                path,
                { "If-None-Match": given, "Cache-Control": "no-cache" },
                method
              )
              expect([path, given, again.status, again.bytes.length]).toEqual([path, given, 304, 0])
              expect(again.headers).toMatchObject({
                etag,
                "cache-control": "public, no-cache",
                vary: "Accept, Accept-Encoding"
              })
              expect(again.headers["x-publication"]).toBe(headers["x-publication"])
            }
            const other = yield* plain(path, { "If-None-Match": '"x", W/"y"' }, method)
            expect([path, other.status]).toEqual([path, 200])
          }
        }
      })
    )

    it.effect("only a list of tags says what a client has; anything else is ignored", () =>
      Effect.gen(function* () {
        for (const path of ["/v1/trials?limit=3", one, "/problems", "/docs/swagger-ui.css"]) {
          const { etag = "" } = (yield* plain(path)).headers
          const strong = etag.replace("W/", "")
          for (const [given, status] of [
            [`${etag},"x"`, 304],
            [`"a,b" ,\t${strong} , `, 304],
            [`, ,${strong}`, 304],
            [`"\u00e9", ${strong}`, 304],
            [strong.slice(1, -1), 200],
            [`x ${etag}`, 200],
            [`${etag} x`, 200],
            [`${etag} "x"`, 200],
            [`w/${strong}`, 200],
            [`W/ ${strong}`, 200],
            [`"a b", ${etag}`, 200],
            [`"x, ${etag}`, 200],
            [`"x${etag}`, 200],
            [`*, ${etag}`, 200],
            ['"*"', 200],
            ["**", 200]
          ] as const) {
            const answer = yield* plain(path, { "If-None-Match": given })
            expect([path, given, answer.status]).toEqual([path, given, status])
          }
        }
      })
    )

    it.effect("no two addresses share a tag", () =>
      Effect.gen(function* () {
        const tags = yield* Effect.forEach(kept, (path) =>
          Effect.map(plain(path), ({ headers }) => headers.etag)
        )
        // An instant in the future gives the trial as it is, whose bytes are its tag.
        expect(new Set(tags).size).toBe(kept.length - 1)
        const [list, lines] = [
          yield* plain("/v1/changes?limit=3"),
          yield* plain("/v1/changes?limit=3", { Accept: "application/x-ndjson" })
        ]
        expect(lines.headers.etag).not.toBe(list.headers.etag)
        expect(lines.headers["x-next-after"]).toMatch(/^3:/)
        const again = yield* plain("/v1/changes?limit=3", { Accept: "application/x-ndjson" })
        expect(again.headers).toMatchObject({
          etag: lines.headers.etag,
          "content-type": "application/x-ndjson; charset=utf-8",
          "x-next-after": lines.headers["x-next-after"]
        })
        expect(again.bytes.equals(lines.bytes)).toBe(true)
      })
    )

    it.effect("a refusal is never 304", () =>
      Effect.gen(function* () {
        const list = (yield* plain("/v1/trials")).headers.etag ?? ""
        for (const [path, status] of [
          ["/v1/trials?limit=0", 400],
          ["/v1/trials?cursor=x", 400],
          ["/v1/trials?phase=nonsense", 400],
          [`${one}0`, 404],
          ["/v1/runs/nope", 404],
          ["/v1/changes?after=999", 410],
          ["/healthz", 200],
          ["/metrics", 200]
        ] as const) {
          for (const given of ["*", list]) {
            const answer = yield* plain(path, { "If-None-Match": given })
            expect([path, given, answer.status]).toEqual([path, given, status])
            expect([path, answer.headers["cache-control"]]).toEqual([path, "no-store"])
          }
        }
      })
    )

    it.effect(
      "long answers are compressed as the client likes, with one tag, and HEAD says what GET would",
      () =>
        Effect.gen(function* () {
          const path = "/v1/trials?limit=50"
          const { bytes, headers } = yield* plain(path)
          const codings = [
            ["gzip", "gzip", gunzipSync],
            ["br", "br", brotliDecompressSync],
            ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
            ["br;q=0, *", "gzip", gunzipSync],
            ["identity, gzip;q=0.5", undefined, (same: Buffer) => same],
            ["zstd", undefined, (same: Buffer) => same]
          ] as const
          for (const [accepted, coding, decoded] of [...codings, ...codings]) {
            const given = { "Accept-Encoding": accepted }
            const answer = yield* plain(path, given)
            expect([accepted, answer.headers["content-encoding"]]).toEqual([accepted, coding])
            expect([accepted, decoded(answer.bytes).equals(bytes)]).toEqual([accepted, true])
            expect(answer.headers.etag).toBe(headers.etag)
            expect(answer.headers["content-length"]).toBe(String(answer.bytes.length))
            const head = yield* plain(path, given, "HEAD")
            for (const name of ["content-encoding", "content-length", "content-type", "etag", "vary"]) {
              expect([name, head.headers[name]]).toEqual([name, answer.headers[name]])
            }
            const { etag = "" } = answer.headers
            expect((yield* plain(path, { ...given, "If-None-Match": etag })).status).toBe(304)
          }
          for (const file of ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"]) {
            const whole = yield* plain(file)
            const packed = yield* plain(file, { "Accept-Encoding": "br, gzip" })
            expect(packed.headers).toMatchObject({
              "content-encoding": "br",
              "content-type": whole.headers["content-type"],
              "cache-control": "public, max-age=3600",
              vary: "Accept-Encoding",
              etag: whole.headers.etag
            })
            expect(packed.bytes.length).toBeLessThan(whole.bytes.length / 3)
            expect(brotliDecompressSync(packed.bytes).equals(whole.bytes)).toBe(true)
            const part = yield* plain(file, { "Accept-Encoding": "br", Range: "bytes=10-19" })
            expect([part.status, part.headers["content-encoding"]]).toEqual([206, undefined])
            expect(part.bytes.equals(whole.bytes.subarray(10, 20))).toBe(true)
            // The weak tag is not one by which parts can be put together.
            const resumed = { Range: "bytes=10-19", "If-Range": whole.headers.etag ?? "" }
            expect((yield* plain(file, resumed)).status).toBe(200)
            const conditional = { Range: "bytes=10-19", "If-None-Match": `x ${whole.headers.etag}` }
            expect((yield* plain(file, conditional)).status).toBe(206)
            const since = { "If-Modified-Since": new Date(Date.now() + 86_400_000).toUTCString() }
            expect((yield* plain(file, { Range: "bytes=10-19", ...since })).status).toBe(304)
            expect((yield* plain(file, { ...conditional, ...since })).status).toBe(206)
          }
          const short = yield* plain("/v1/trials?limit=1&q=nothing-has-this", { "Accept-Encoding": "gzip" })
          expect(short.headers["content-encoding"]).toBeUndefined()
          expect(short.headers["content-length"]).toBe(String(short.bytes.length))
          const page = yield* plain("/openapi.json", { "Accept-Encoding": "gzip" })
          expect(JSON.parse(gunzipSync(page.bytes).toString()).openapi).toBe("3.1.0")
        })
    )
  })
}

layer(sampleApi, { excludeTestServices: true })("the ages of registries", (it) => {
  it.effect("are another answer each second, with another tag, and never an older one", () =>
    Effect.gen(function* () {
      let last = { age: -1, tag: "" }
      for (const end = Date.now() + 1500; Date.now() < end;) {
        const { body, headers } = yield* ask("/v1/registries")
        const age: number = body.items[0].ageSeconds
        const least = Math.floor((Date.now() - Date.parse(body.items[0].lastProvenAt) - 100) / 1000)
        expect(age).toBeGreaterThanOrEqual(least)
        const tag = headers.get("etag") ?? ""
        if (age !== last.age) expect(tag).not.toBe(last.tag)
        last = { age, tag }
        yield* Effect.sleep("40 millis")
      }
      expect(last.age).toBeGreaterThanOrEqual(1)
    })
  )
})

it.scopedLive("two APIs over one database, and one after a restart, give the same tags", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    const tags = Effect.forEach(kept, (path) => Effect.map(plain(path), ({ headers }) => headers.etag))
    const first = yield* Layer.build(apiOver(file))
    const before = yield* Effect.provide(tags, first)
    for (const options of [{}, { cacheBytes: 0 }]) {
      expect(yield* Effect.scoped(Effect.provide(tags, apiOver(file, options)))).toEqual(before)
    }
    // Another program says of the registries what it knows of them.
    const known = Effect.scoped(Effect.provide(tags, apiOver(file, { known: [] })))
    const other = yield* known
    expect(other.filter((tag) => before.includes(tag)).length).toBeLessThan(kept.length - 6)
  })
)
