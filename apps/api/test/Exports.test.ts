import { expect, it, layer } from "@effect/vitest"
import * as SqlClient from "@effect/sql/SqlClient"
import { Chunk, Effect, Either, Fiber, Layer, Redacted, Stream } from "effect"
import { parquetReadObjects } from "hyparquet"
import { randomBytes } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { get, type IncomingMessage } from "node:http"
import { connect } from "node:net"
import { dirname, join } from "node:path"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import * as Database from "trials-database/Database"
import { csv } from "trials-export"
import type { Trial } from "trials-domain/Trial"
import * as TrustProxy from "../src/admission/TrustProxy.js"
import { ApiServer } from "../src/ApiServer.js"
import { type ApiOptions, apiOver, ask, sampleApi, sampleDatabase, sampleFile, syncInto } from "./Harness.js"
import { elsewhere, request, serverRequests, until } from "./Wire.js"

/** The bytes of a file that the API sends; fails if it was cut. */
const fetched = (path: string) =>
  Effect.flatMap(ApiServer, ({ url }) =>
    Effect.tryPromise(async () => {
      const response = await fetch(`${url}${path}`)
      return { status: response.status, headers: response.headers, bytes: await response.arrayBuffer() }
    })
  )

/** A file as it goes over the wire: `fetch` decodes. */
const coded = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  Effect.flatMap(ApiServer, ({ url }) =>
    Effect.async<{ readonly headers: IncomingMessage["headers"]; readonly bytes: Buffer }>((resume) => {
      get(`${url}${path}`, { headers, method, agent: false }, (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk) => chunks.push(chunk))
        response.on("end", () =>
          resume(Effect.succeed({ headers: response.headers, bytes: Buffer.concat(chunks) }))
        )
      })
    })
  )

/** What a client that reads nothing sees of its answer. */
const paused = (path: string, headers: Record<string, string> = {}) =>
  Effect.flatMap(ApiServer, ({ url }) =>
    Effect.acquireRelease(
      Effect.async<{ readonly response: IncomingMessage; readonly ended: Promise<string> }>((resume) => {
        const request = get(`${url}${path}`, { headers, agent: false }, (response) => {
          const ended = new Promise<string>((resolve) => {
            response.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"))
            response.on("end", () => resolve("end"))
          })
          resume(Effect.succeed({ response, ended }))
        })
        request.on("error", () => undefined)
      }),
      ({ response }) => Effect.sync(() => void response.destroy())
    )
  )

layer(sampleApi, { excludeTestServices: true })("exports", (it) => {
  it.effect("in each format are the trials of the lists, each as its own address gives it", () =>
    Effect.gen(function* () {
      const { body: list } = yield* ask("/v1/trials?sort=id&limit=100")
      const { body: rest } = yield* ask(`/v1/trials?sort=id&limit=100&cursor=${list.nextCursor}`)
      const lines = yield* ask("/v1/export.ndjson")
      const trials: ReadonlyArray<Trial> = lines.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      const ids = [...list.items, ...rest.items].map(({ id }: Trial) => id)
      expect(ids).toHaveLength(145)
      expect(trials.map(({ id }) => id)).toEqual(ids)
      for (const [n, line] of lines.text.split("\n").entries())
        if (n % 20 === 0) expect((yield* ask(`/v1/trials/kdca/${ids[n]}`)).text).toBe(line)

      const records = yield* fetched("/v1/export.csv?excel=true&missing=true")
      const written = yield* Stream.runCollect(csv({ excel: true })(Stream.make(trials)))
      expect(
        Buffer.compare(Buffer.from(records.bytes), Buffer.concat([...Chunk.toReadonlyArray(written)]))
      ).toBe(0)
      const groups = yield* fetched("/v1/export.parquet?registry=kdca")
      const rows = yield* Effect.promise(() => parquetReadObjects({ file: groups.bytes }))
      expect(rows.map(({ id, title }) => [id, title])).toEqual(trials.map(({ id, title }) => [id, title]))

      const day = new Date().toISOString().slice(0, 10)
      for (const [{ headers, status }, type, name] of [
        [lines, "application/x-ndjson", `trials-${day}.ndjson`],
        [records, "text/csv; charset=utf-8", `trials-${day}.csv`],
        [groups, "application/vnd.apache.parquet", `trials-kdca-${day}.parquet`]
      ] as const) {
        expect(status).toBe(200)
        expect(headers.get("content-type")).toBe(type)
        expect(headers.get("content-disposition")).toBe(`attachment; filename="${name}"`)
        expect(headers.get("x-publication")).toMatch(/^\d+$/)
        expect(headers.get("content-length")).toBe(null)
      }
    })
  )

  it.effect("are coded as the client likes, and HEAD says so; Parquet is as it is", () =>
    Effect.gen(function* () {
      for (const format of ["csv", "ndjson"]) {
        const path = `/v1/export.${format}`
        const whole = yield* coded(path)
        for (const [accepted, coding, decoded] of [
          ["gzip", "gzip", gunzipSync],
          ["gzip, br", "br", brotliDecompressSync],
          ["identity, gzip;q=0.5", undefined, (same: Buffer) => same]
        ] as const) {
          const given = { "Accept-Encoding": accepted }
          const packed = yield* coded(path, given)
          const head = yield* coded(path, given, "HEAD")
          expect(decoded(packed.bytes).equals(whole.bytes)).toBe(true)
          for (const { headers } of [packed, head]) {
            expect([accepted, headers["content-encoding"], headers.vary]).toEqual([
              accepted,
              coding,
              "Accept-Encoding"
            ])
            expect(headers["content-disposition"]).toBe(whole.headers["content-disposition"])
          }
          if (coding !== undefined) expect(packed.bytes.length).toBeLessThan(whole.bytes.length / 3)
        }
      }
      const { headers } = yield* coded("/v1/export.parquet", { "Accept-Encoding": "gzip, br" })
      expect([headers["content-encoding"], headers.vary]).toEqual([undefined, undefined])
    })
  )

  it.effect(
    "take the filters of the lists, and an instant; anything else is refused before a file begins",
    () =>
      Effect.gen(function* () {
        const count = (query: string) =>
          Effect.map(ask(`/v1/export.ndjson?${query}`), ({ status, text }) => [
            status,
            text.split("\n").length - 1
          ])
        const { body } = yield* ask("/v1/trials?studyType=observational&limit=1")
        expect(yield* count("studyType=observational")).toEqual([200, body.total.value])
        expect(yield* count("asOf=2020-01-01T00:00:00Z")).toEqual([200, 0])
        expect(yield* count("asOf=2100-01-01T00:00:00Z")).toEqual([200, 145])
        for (const [query, parameter] of [
          ["limit=1", "limit"],
          ["cursor=x", "cursor"],
          ["sort=id", "sort"],
          ["asOf=yesterday", "asOf"],
          ["scope=nowhere", "scope"],
          ["excel=true", "excel"]
        ]) {
          const { body, status } = yield* ask(`/v1/export.ndjson?${query}`)
          expect([status, body.errors.map(({ parameter }: { parameter: string }) => parameter)]).toEqual([
            400,
            [parameter]
          ])
        }
        expect((yield* ask("/v1/export.csv", { method: "POST" })).status).toBe(405)
        expect((yield* ask("/v1/export.xml")).status).toBe(404)
        const head = yield* ask("/v1/export.csv", { method: "HEAD" })
        expect([head.status, head.text, head.headers.get("content-type")]).toEqual([
          200,
          "",
          "text/csv; charset=utf-8"
        ])
        for (const name of ["content-disposition", "x-publication"])
          expect(head.headers.get(name)).toBe((yield* ask("/v1/export.csv")).headers.get(name))
        for (const wrong of ["q=%20", "scope=nowhere"])
          expect((yield* ask(`/v1/export.csv?${wrong}`, { method: "HEAD" })).status).toBe(400)
      })
  )
})

/** An API whose reads wait until the test lets some go. */
const held = (options: ApiOptions = {}) =>
  Effect.gen(function* () {
    const reads = { begun: 0 }
    const gate = yield* Effect.makeSemaphore(1_000_000)
    yield* gate.take(1_000_000)
    const before = Effect.zipRight(
      Effect.sync(() => (reads.begun += 1)),
      gate.take(1)
    )
    const api = yield* Layer.build(apiOver(yield* sampleDatabase, { before, ...options }))
    yield* Effect.addFinalizer(() => gate.release(1_000_000))
    return { api, reads, let: (count: number) => gate.release(count) }
  })

it.scopedLive(
  "two are sent at once; a client that leaves gives its place back, and nothing more is read for it",
  () =>
    Effect.gen(function* () {
      const { api, let: go, reads } = yield* held({ trustProxy: Either.getOrThrow(TrustProxy.parse("1")) })
      yield* Effect.gen(function* () {
        const { url } = yield* ApiServer
        const arrived = yield* serverRequests(url)
        const first = yield* Effect.fork(paused("/v1/export.csv", { "Accept-Encoding": "br" }))
        yield* go(1)
        // The header of a CSV is sent before its first page is read, also where it is coded.
        const { response } = yield* Fiber.join(first)
        yield* until(Effect.sync(() => reads.begun === 2))
        // A client has one.
        const further = yield* ask("/v1/export.ndjson")
        expect([further.status, further.body.detail]).toEqual([
          503,
          expect.stringMatching(/^A client has one export at a time/)
        ])
        // It waits for its turn, which is the first one's.
        const second = get(`${url}/v1/export.csv`, elsewhere).on("error", () => undefined)
        yield* until(Effect.sync(() => arrived.length === 3))
        const third = { "x-forwarded-for": "2001:db8::1" }
        const refused = yield* ask("/v1/export.parquet", { headers: third })
        expect(refused.headers.get("retry-after")).toBe("10")
        expect([refused.status, refused.body.status]).toEqual([503, 503])
        expect((yield* ask("/healthz")).status).toBe(200)
        response.destroy()
        second.destroy()
        const again = yield* Effect.fork(
          Effect.repeat(ask("/v1/export.ndjson"), { until: ({ status }) => status === 200 })
        )
        yield* until(Effect.sync(() => reads.begun === 3))
        yield* go(2)
        expect((yield* Fiber.join(again)).text.split("\n")).toHaveLength(146)
        expect(reads.begun).toBe(4)
      }).pipe(Effect.provide(api))
    })
)

it.scopedLive("a client has one export, whatever its address within what counts as one client", () =>
  Effect.gen(function* () {
    const trustProxy = Either.getOrThrow(TrustProxy.parse("1"))
    const limits = { exports: 10 }
    const { api, let: go, reads } = yield* held({ trustProxy, limits })
    yield* Effect.gen(function* () {
      const { url } = yield* ApiServer
      const arrived = yield* serverRequests(url)
      const from = (address: string) => ask("/v1/export.csv", { headers: { "x-forwarded-for": address } })
      const first = yield* Effect.fork(from("2001:db8:0:1::1"))
      yield* until(Effect.sync(() => reads.begun === 1))
      expect((yield* from("2001:db8:0:2::1")).status).toBe(503)
      const other = yield* Effect.fork(from("2001:db8:0:100::1"))
      yield* until(Effect.sync(() => arrived.length === 3))
      yield* go(1000)
      expect([(yield* Fiber.join(first)).status, (yield* Fiber.join(other)).status]).toEqual([200, 200])
      expect((yield* from("2001:db8:0:2::1")).status).toBe(200)
    }).pipe(Effect.provide(api))
  })
)

it.scopedLive("a defect before the first byte is told by an answer that says nothing of the file", () =>
  Effect.gen(function* () {
    const reads = { begun: 0 }
    // The state is read, and the first page is not.
    const before = Effect.suspend(() => (reads.begun++ === 0 ? Effect.void : Effect.dieMessage("broken")))
    const api = yield* Layer.build(apiOver(yield* sampleDatabase, { before }))
    const given = { "Accept-Encoding": "gzip" }
    const { bytes, headers } = yield* Effect.provide(coded("/v1/export.ndjson", given), api)
    expect(JSON.parse(String(bytes))).toMatchObject({ status: 500, type: "/problems/internal-error" })
    for (const name of ["content-encoding", "content-disposition", "x-publication"])
      expect([name, headers[name]]).toEqual([name, undefined])
  })
)

it.scopedLive("one whose database is restored before the first byte says to ask again", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    const reads = { begun: 0 }
    // The feed ends before the place where it ended as the export began.
    const shortened = Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql`UPDATE trial_versions SET seq = 0 WHERE seq = (SELECT max(seq) FROM trial_versions)`
    ).pipe(Effect.provide(Database.layerWriter({ url: Redacted.make(`sqlite:${file}`) })), Effect.orDie)
    const before = Effect.suspend(() => (reads.begun++ === 1 ? shortened : Effect.void))
    const api = yield* Layer.build(apiOver(file, { before }))
    const { body, headers, status } = yield* Effect.provide(ask("/v1/export.ndjson"), api)
    expect(body).toMatchObject({
      type: "/problems/database-away",
      detail: expect.stringMatching(/Ask again\.$/)
    })
    expect([status, body.errors, headers.get("retry-after")]).toEqual([503, undefined, "10"])
    expect((yield* Effect.provide(ask("/v1/export.ndjson"), api)).status).toBe(200)
  })
)

it.scopedLive("one whose time is over is cut, and its client sees it", () =>
  Effect.gen(function* () {
    const { api, let: go } = yield* held({ limits: { export: 500 } })
    yield* Effect.gen(function* () {
      for (const format of ["csv", "ndjson", "parquet"]) {
        yield* go(1)
        const sent = yield* Effect.exit(fetched(`/v1/export.${format}`))
        // Only the header of a CSV was sent by then.
        expect([format, sent._tag === "Failure" || sent.value.status === 503]).toEqual([format, true])
        expect([format, sent._tag]).toEqual([format, format === "csv" ? "Failure" : "Success"])
        if (sent._tag === "Failure") continue
        for (const name of ["content-disposition", "content-encoding"])
          expect([format, sent.value.headers.get(name)]).toEqual([format, null])
      }
    }).pipe(Effect.provide(api))
  })
)

const same = () => "가".repeat(10_000)
const random = () => randomBytes(22_500).toString("base64url")

/** A database with the sample and so many trials with long titles, made of the sample's. */
const longTrials = (count: number, title: () => string) =>
  Effect.gen(function* () {
    const database = yield* sampleDatabase
    const sample: { readonly data: ReadonlyArray<Record<string, unknown>> } = JSON.parse(
      readFileSync(sampleFile, "utf8")
    )
    const data = Array.from({ length: count }, (_, n) => ({
      ...sample.data[n % sample.data.length],
      과제명: title(),
      과제번호: `D${String(n).padStart(7, "0")}`
    }))
    const file = join(dirname(database), "many.json")
    writeFileSync(
      file,
      JSON.stringify({ ...sample, currentCount: count, perPage: count, totalCount: count, data })
    )
    yield* syncInto(database, file, { limits: { allowShrink: true } })
    return database
  })

it.scopedLive("a client that reads slowly but steadily gets all of it", () =>
  Effect.gen(function* () {
    // A page is more than the system takes at once.
    const api = yield* Layer.build(apiOver(yield* longTrials(200, same), { limits: { write: 100 } }))
    const { url } = yield* Effect.provide(ApiServer, api)
    const seen = yield* Effect.async<{ readonly bytes: number; readonly end: string }>((resume) => {
      let bytes = 0
      const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1" })
      const end = (how: string) => () => resume(Effect.succeed({ bytes, end: how }))
      socket.on("error", end("error")).on("end", end("end"))
      socket.on("data", (chunk) => {
        bytes += chunk.length
        socket.pause()
        setTimeout(() => socket.resume(), 2)
      })
      socket.write(request("/v1/export.ndjson"))
    })
    expect([seen.end, seen.bytes > 6_000_000]).toEqual(["end", true])
  })
)

// Texts that no coding makes shorter take long to make.
const codings = [
  ["", same],
  ["gzip", random],
  ["br", random]
] as const
const tried = process.env["TRIALS_FAULTS"] === "long" ? codings : codings.slice(0, 1)

it.scopedLive.each(tried)(
  "a client that reads nothing is cut by a reset, and its place is free: %s",
  ([coding, title]) =>
    Effect.gen(function* () {
      const limits = { write: 500, exports: 1 }
      const api = yield* Layer.build(apiOver(yield* longTrials(400, title), { limits }))
      yield* Effect.gen(function* () {
        const { ended, response } = yield* paused("/v1/export.ndjson?missing=true", {
          "Accept-Encoding": coding
        })
        expect([response.statusCode, response.headers["content-encoding"] ?? ""]).toEqual([200, coding])
        expect((yield* ask("/v1/export.ndjson")).status).toBe(503)
        // HEAD says what is to come without a place.
        const head = yield* ask("/v1/export.ndjson", { method: "HEAD" })
        expect([head.status, head.headers.get("content-type")]).toEqual([200, "application/x-ndjson"])
        yield* until(Effect.map(ask("/v1/export.ndjson?q=nothing-has-this"), ({ status }) => status === 200))
        response.resume()
        expect(yield* Effect.promise(() => ended)).toBe("ECONNRESET")
        const whole = yield* ask("/v1/export.ndjson?missing=true")
        expect(whole.text.split("\n")).toHaveLength(546)
      }).pipe(Effect.provide(api))
    })
)
