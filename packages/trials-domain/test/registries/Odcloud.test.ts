import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, LogLevel, Redacted, Tracer } from "effect"
import { readFileSync } from "node:fs"
import * as OdcloudClient from "trials-domain/registries/kdca/OdcloudClient"
import { classify } from "trials-domain/registries/kdca/OdcloudFault"
import { RegistryClient } from "trials-domain/RegistryClient"
import { OdcloudUpstream } from "trials-domain/testing"

const key = "can+ary/Key123=="
const rows = Array.from({ length: 25 }, (_, n) => ({ 과제번호: `C${100000 + n}` }))
const old = { uddi: "uddi:00000000-0000-4000-8000-000000000001", date: "20200101" }
const newest = { uddi: "uddi:00000000-0000-4000-8000-000000000002", date: "20261101" }

const start = OdcloudUpstream.make({
  key,
  editions: [
    { ...newest, rows },
    { ...old, rows: rows.slice(0, 5) }
  ]
})

const client = (
  { baseUrl, specUrl }: OdcloudUpstream.OdcloudUpstream,
  more: Partial<OdcloudClient.OdcloudConfig> = {}
): Layer.Layer<RegistryClient> =>
  OdcloudClient.layer({
    serviceKey: Redacted.make(key),
    baseUrl,
    specUrl,
    dataset: "3074271",
    revision: "latest",
    pageSize: 10,
    deadline: Duration.seconds(20),
    firstWait: Duration.millis(1),
    ...more
  })

const edition = { id: newest.uddi, date: "2026-11-01", title: null }
const count = Effect.flatMap(RegistryClient, (registry) => registry.count(edition))

describe("the odcloud client", () => {
  it.scopedLive(
    "reads counts and pages, with the key in a header, in either spelling, and nowhere else",
    () =>
      Effect.gen(function* () {
        const upstream = yield* start
        for (const serviceKey of [key, encodeURIComponent(key)]) {
          yield* Effect.gen(function* () {
            const registry = yield* RegistryClient
            const { how, notes, revision } = yield* registry.resolve(null)
            expect({ how, notes, id: revision.id, date: revision.date }).toEqual({
              how: "newest",
              notes: [],
              id: newest.uddi,
              date: "2026-11-01"
            })
            expect(yield* registry.count(revision)).toBe(25)
            const first = yield* registry.page(revision, null)
            expect(first).toMatchObject({ total: 25, next: "2" })
            const last = yield* registry.page(revision, "3")
            expect(last).toMatchObject({ total: 25, next: null, records: rows.slice(20) })
          }).pipe(Effect.provide(client(upstream, { serviceKey: Redacted.make(serviceKey) })))
        }
        expect(
          upstream.asked.filter(({ spec }) => spec).every(({ authorization }) => authorization === null)
        ).toBe(true)
        expect(upstream.asked.map(({ path }) => path).join()).not.toContain("canary")
      })
  )

  it.scopedLive(
    "says on every run that a named edition is not the newest, and what it assumes without a list",
    () =>
      Effect.gen(function* () {
        const upstream = yield* start
        const resolve = (revision: string) =>
          Effect.flatMap(RegistryClient, (registry) =>
            registry.resolve({ id: old.uddi, date: "2020-01-01", title: null })
          ).pipe(Effect.provide(client(upstream, { revision })))
        const pinned = yield* resolve(old.uddi)
        expect(pinned).toMatchObject({ how: "named", revision: { id: old.uddi, date: "2020-01-01" } })
        expect(pinned.notes.join()).toContain(newest.uddi)
        expect((yield* resolve(newest.uddi)).notes).toEqual([])
        upstream.script = ({ spec }) => (spec ? { status: 500 } : undefined)
        const assumed = yield* resolve("latest")
        expect(assumed).toMatchObject({ how: "assumed", revision: { id: old.uddi } })
        expect(assumed.notes).toHaveLength(1)
      })
  )

  it.scopedLive("tries a passing failure five times, and reads on when it passes", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      upstream.script = (_, n) =>
        n < 5
          ? [
              { status: 503 },
              { body: "<html>", status: 200 },
              { cut: true, body: '{"currentCount": 1, "da' },
              { status: 500, body: '{"code":-999}' }
            ][n - 1]
          : undefined
      expect(yield* Effect.provide(count, client(upstream))).toBe(25)
      expect(upstream.asked).toHaveLength(5)
      upstream.script = () => ({ status: 502 })
      upstream.asked.length = 0
      expect((yield* Effect.flip(Effect.provide(count, client(upstream)))).reason).toBe("server")
      expect(upstream.asked).toHaveLength(5)
    })
  )

  it.scopedLive("honours Retry-After in seconds and as a date, and backs off where it makes no sense", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      const inTwoSeconds = new Date(Date.now() + 2000).toUTCString()
      for (const retryAfter of ["1", inTwoSeconds]) {
        const until = retryAfter === "1" ? Date.now() + 1000 : Date.parse(inTwoSeconds)
        upstream.asked.length = 0
        upstream.script = (_, n) =>
          n === 1 ? { status: 429, headers: { "retry-after": retryAfter } } : undefined
        expect(yield* Effect.provide(count, client(upstream))).toBe(25)
        // A timer may be a millisecond early.
        expect(Date.now()).toBeGreaterThanOrEqual(until - 5)
      }
      for (const header of [{}, { "retry-after": "-5" }, { "retry-after": "soon" }]) {
        upstream.asked.length = 0
        upstream.script = () => ({ status: 429, headers: header })
        expect((yield* Effect.flip(Effect.provide(count, client(upstream)))).reason).toBe("quota")
        expect(upstream.asked).toHaveLength(5)
      }
    })
  )

  it.scopedLive("obeys no Retry-After longer than it may, nor one that ends after the deadline", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      upstream.script = (_, n) => (n === 1 ? { status: 429, headers: { "retry-after": "3600" } } : undefined)
      expect(yield* Effect.provide(count, client(upstream, { longestWait: Duration.millis(10) }))).toBe(25)
      upstream.asked.length = 0
      const ended = Effect.provide(count, client(upstream, { deadline: Duration.seconds(5) }))
      expect((yield* Effect.flip(ended)).reason).toBe("quota")
      expect(upstream.asked).toHaveLength(1)
    })
  )

  it.scopedLive("stops at once at a day's quota and at a key that is refused", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      for (const [code, reason] of [
        [-10, "quota"],
        [-4, "key"],
        [-401, "key"]
      ] as const) {
        upstream.asked.length = 0
        upstream.script = () => ({ status: 429, headers: { "retry-after": "1" }, body: `{"code":${code}}` })
        expect((yield* Effect.flip(Effect.provide(count, client(upstream)))).reason).toBe(reason)
        expect(upstream.asked).toHaveLength(1)
      }
    })
  )

  it.scopedLive("gives up a page that drips, a body without end, and all tries at the total deadline", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      const reason = (more: Partial<OdcloudClient.OdcloudConfig>) =>
        Effect.map(Effect.flip(Effect.provide(count, client(upstream, more))), (error) => error.reason)
      upstream.script = () => ({ drip: true, body: '{"currentCount":1,"data":[' })
      const pageDeadline = Duration.millis(200)
      expect(yield* reason({ pageDeadline })).toBe("timeout")
      expect(upstream.asked).toHaveLength(5)
      upstream.asked.length = 0
      expect(yield* reason({ pageDeadline: Duration.seconds(30), deadline: Duration.millis(300) })).toBe(
        "timeout"
      )
      expect(upstream.asked).toHaveLength(1)
      upstream.script = () => ({ body: "x".repeat(10_000) })
      expect(yield* reason({ byteLimit: 5000 })).toBe("too-large")
    })
  )

  it.scopedLive("follows no redirect, and names no more than its host", () =>
    Effect.gen(function* () {
      const target = yield* start
      const upstream = yield* start
      upstream.script = () => ({ status: 302, headers: { location: `${target.baseUrl}/steal?path` } })
      const error = yield* Effect.flip(Effect.provide(count, client(upstream)))
      expect(error.reason).toBe("redirect")
      expect(error.message).toContain("127.0.0.1")
      expect(error.message).not.toContain("steal")
      expect(target.asked).toEqual([])
    })
  )

  it.scopedLive("lets no key out through any failure: not in errors, logs or spans", () =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const tracer = Tracer.make({
        span: (name, parent, context, links, startTime, kind) => {
          const span = Tracer.externalSpan({ spanId: "1", traceId: "1" })
          said.push(name)
          const attributes = new Map<string, unknown>()
          return {
            ...span,
            _tag: "Span",
            name,
            parent,
            context,
            links,
            kind,
            status: { _tag: "Started", startTime },
            attributes,
            end: () => void said.push(JSON.stringify([...attributes])),
            attribute: (at, value) => void said.push(`${at}=${String(value)}`),
            event: (at, _, more) => void said.push(`${at} ${JSON.stringify(more)}`),
            addLinks: () => undefined
          }
        },
        context: (run) => run()
      })
      const logger = Logger.make(({ cause, message }) => void said.push(String(message) + String(cause)))
      const upstream = yield* start
      const body = `{"code":-1,"msg":"your key was ${key}"}`
      for (const scripted of [
        { status: 500, body },
        { status: 401, body },
        { status: 302, headers: { location: `http://127.0.0.1:1/?serviceKey=${key}` } },
        { status: 200, body: `<error>${key}</error>` },
        { status: 200, body: `{"currentCount": 3, "data": [], "key": "${key}"` }
      ]) {
        upstream.script = () => scripted
        const error = yield* Effect.flip(Effect.provide(count, client(upstream))).pipe(
          Effect.withTracer(tracer),
          Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
          Logger.withMinimumLogLevel(LogLevel.All)
        )
        said.push(String(error), JSON.stringify(error), error.stack ?? "")
      }
      const all = said.join("\n")
      expect(all).toContain("OdcloudClient.request")
      for (const form of [key, encodeURIComponent(key), Buffer.from(key).toString("base64"), "ary/Key123"]) {
        expect(all).not.toContain(form)
      }
    })
  )
})

const fixtures: ReadonlyArray<{ id: string; status: number; body: unknown; kind: string }> = JSON.parse(
  readFileSync(new URL("../fixtures/odcloud-errors.json", import.meta.url), "utf8")
)
const reasonOfKind: Readonly<Record<string, string>> = {
  auth: "key",
  gone: "gone",
  badRequest: "request",
  quota: "quota",
  transient: "server"
}

describe("an answer that is no page", () => {
  const reason = (status: number, body: string) =>
    classify({ status, body, retryAfter: null, location: null }, 0).error.reason

  it.each(fixtures.map((each) => [each.id, each] as const))("%s", (_, { body, kind, status }) => {
    expect(reason(status, typeof body === "string" ? body : JSON.stringify(body))).toBe(reasonOfKind[kind])
  })

  const codes = {
    "-401": "key",
    "-4": "key",
    "-3": "gone",
    "-9": "gone",
    "-10": "quota",
    "-2": "request",
    "-1": "server",
    "-999": "server"
  }
  const statuses = [200, 400, 401, 403, 404, 500]
  it.each(
    statuses.flatMap((status) =>
      Object.entries(codes).map(([code, expected]) => [status, code, expected] as const)
    )
  )("status %s with code %s is %s, whatever the status", (status, code, expected) => {
    expect(reason(status, JSON.stringify({ code: Number(code), msg: "…" }))).toBe(expected)
  })

  it.each([
    [200, "", "network"],
    [200, '{"currentCount": 1, "data": [', "network"],
    [200, "{}", "malformed"],
    [200, "[]", "malformed"],
    [200, "null", "malformed"],
    [200, '{"code":77}', "malformed"],
    [200, "<html>busy</html>", "server"],
    [200, "  <?xml version='1.0'?><e/>", "server"],
    [401, "", "key"],
    [404, "<html>", "gone"],
    [429, "", "quota"],
    [500, "", "server"],
    [503, "<html>", "server"]
  ])("status %s and %j is %s", (status, body, expected) => {
    expect(reason(status, body)).toBe(expected)
  })
})
