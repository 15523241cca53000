import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Random, Redacted, TestClock, TestServices } from "effect"
import { readFileSync } from "node:fs"
import type { HttpLimits } from "../../src/registries/http/HttpRegistry.js"
import { classify } from "../../src/registries/kdca/OdcloudFault.js"
import { RegistryClient } from "../../src/registries/RegistryClient.js"
import { client, edition, key, newest, old, rows, start } from "./Portal.js"

const count = Effect.flatMap(RegistryClient, (registry) => registry.count(edition))

/** Returns once something sleeps on the test's clock until `wake`; never too early, however slow the machine is. */
const untilAsleep = (wake: number) =>
  Effect.repeat(Effect.zipLeft(TestClock.sleeps(), TestServices.provideLive(Effect.sleep("5 millis"))), {
    until: (sleeps) => [...sleeps].includes(wake)
  })

describe("the odcloud client", () => {
  it.scopedLive(
    "reads counts and pages, with the key, in either spelling, in a header and nowhere else",
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
            const first = yield* registry.page(revision, null, 10)
            expect(first).toMatchObject({ total: 25, next: "2" })
            const last = yield* registry.page(revision, "3", 10)
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
    "reports on every run that a named edition is not the newest, and what it assumes without a list",
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

  it.scopedLive("tries a passing failure five times, and continues when it passes", () =>
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

  it.scoped("doubles the wait from try to try, times a jitter of 0 to 1", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      upstream.script = () => ({ status: 503 })
      for (const jitter of [1, 0.5, 0.25]) {
        upstream.asked.length = 0
        const firstWait = Duration.seconds(8)
        const given = client(upstream, { limits: { firstWait, deadline: Duration.hours(1) } })
        const ended = yield* Effect.flip(Effect.provide(count, given)).pipe(
          Effect.withRandom(Random.fixed([jitter])),
          Effect.fork
        )
        for (const seconds of [8, 16, 32, 64]) {
          const wake = (yield* Clock.currentTimeMillis) + seconds * 1000 * jitter
          yield* untilAsleep(wake)
          yield* TestClock.setTime(wake)
        }
        expect((yield* Fiber.join(ended)).reason).toBe("server")
        expect(upstream.asked).toHaveLength(5)
      }
      // A jitter of 0 means no wait: even an hour is over immediately.
      upstream.asked.length = 0
      const patient = client(upstream, {
        limits: { firstWait: Duration.hours(1), deadline: Duration.minutes(1) }
      })
      const impatient = Effect.withRandom(Effect.provide(count, patient), Random.fixed([0]))
      expect((yield* Effect.flip(TestServices.provideLive(impatient))).reason).toBe("server")
      expect(upstream.asked).toHaveLength(5)
    })
  )

  it.scopedLive("keeps to its requests per second over all tries", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      for (const { at, first, requestsPerSecond, script } of [
        { requestsPerSecond: 4, first: 4, at: 10, script: () => undefined },
        { requestsPerSecond: 0.8, first: 1, at: 2, script: () => undefined },
        { requestsPerSecond: 4, first: 4, at: 10, script: () => ({ status: 503 }) }
      ]) {
        upstream.asked.length = 0
        upstream.script = script
        const given = client(upstream, { limits: { requestsPerSecond } })
        const began = performance.now()
        const calls = script() === undefined ? at : at / 5
        yield* Effect.provide(
          Effect.all(
            Array.from({ length: calls }, () => Effect.either(count)),
            { concurrency: "unbounded" }
          ),
          given
        )
        expect(upstream.asked).toHaveLength(at)
        // Each timer may be a millisecond early.
        const least = ((at - first) / requestsPerSecond) * 1000 - at
        expect(performance.now() - began).toBeGreaterThanOrEqual(least)
      }
    })
  )

  it.scopedLive("honours Retry-After in seconds and as a date, and backs off if it makes no sense", () =>
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

  it.scopedLive("ignores a Retry-After that is too long or ends after the deadline", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      upstream.script = (_, n) => (n === 1 ? { status: 429, headers: { "retry-after": "3600" } } : undefined)
      expect(
        yield* Effect.provide(count, client(upstream, { limits: { longestWait: Duration.millis(10) } }))
      ).toBe(25)
      upstream.asked.length = 0
      const ended = Effect.provide(count, client(upstream, { limits: { deadline: Duration.seconds(5) } }))
      expect((yield* Effect.flip(ended)).reason).toBe("quota")
      expect(upstream.asked).toHaveLength(1)
    })
  )

  it.scopedLive("stops immediately at a day's quota and at a refused key", () =>
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

  it.scopedLive("gives up on a page that drips, on an endless body, and at the total deadline", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      const reason = (limits: Partial<HttpLimits>) =>
        Effect.map(Effect.flip(Effect.provide(count, client(upstream, { limits }))), (error) => error.reason)
      upstream.script = () => ({ drip: true, body: '{"currentCount":1,"data":[' })
      const tryDeadline = Duration.millis(200)
      expect(yield* reason({ tryDeadline })).toBe("timeout")
      expect(upstream.asked).toHaveLength(5)
      upstream.asked.length = 0
      expect(yield* reason({ tryDeadline: Duration.seconds(30), deadline: Duration.millis(300) })).toBe(
        "timeout"
      )
      expect(upstream.asked).toHaveLength(1)
      upstream.script = () => ({ body: "x".repeat(10_000) })
      expect(yield* reason({ byteLimit: 5000 })).toBe("too-large")
    })
  )

  it.scopedLive("follows no redirect, and names only its host", () =>
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
})

interface SeenLive {
  readonly id: string
  readonly status: number
  readonly body: unknown
  readonly kind: "auth" | "gone" | "badRequest" | "quota" | "transient"
}

const seenLive: ReadonlyArray<SeenLive> = JSON.parse(
  readFileSync(new URL("./fixtures/odcloud-errors.json", import.meta.url), "utf8")
)

const reasonOf = { auth: "key", gone: "gone", badRequest: "request", quota: "quota", transient: "server" }

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

const statuses = [200, 400, 401, 403, 404, 429, 500, 503]

// What the command makes of a reason is shown in apps/batch/test/UpstreamAnswers.test.ts.
describe("an answer that is no page", () => {
  const means = (status: number, body: string) => {
    const { passing, reason } = classify({ status, body })
    return [reason, passing]
  }

  it.each(seenLive.map((each) => [each.id, each] as const))(
    "%s, as seen live",
    (_, { body, kind, status }) => {
      const text = typeof body === "string" ? body : JSON.stringify(body)
      expect(means(status, text)).toEqual([reasonOf[kind], kind === "transient"])
    }
  )

  it.each(Object.entries(codes))("a body's code %s is %s whatever the status", (code, reason) => {
    for (const status of statuses)
      expect([status, means(status, `{"code":${code},"msg":"x"}`)]).toEqual([
        status,
        [reason, reason === "server"]
      ])
  })

  it.each([
    [200, "", "network", true],
    [200, '{"currentCount": 1, "data": [', "network", true],
    [200, "{}", "malformed", false],
    [200, "[]", "malformed", false],
    [200, "null", "malformed", false],
    [200, "42", "malformed", false],
    [200, "plain words", "malformed", false],
    [200, '{"code":77}', "malformed", false],
    [200, "<html>busy</html>", "server", true],
    [200, "  <?xml version='1.0'?><e/>", "server", true],
    [204, "", "malformed", false],
    [401, "", "key", false],
    [403, "<html>", "key", false],
    [404, "<html>", "gone", false],
    [408, "", "timeout", true],
    [418, "", "request", false],
    [429, "", "quota", true],
    [500, "", "server", true],
    [502, "<html>", "server", true],
    [503, "<html>", "server", true]
  ])("status %s and %j is %s", (status, body, reason, passing) => {
    expect(means(status, body)).toEqual([reason, passing])
  })
})
