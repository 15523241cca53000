import { expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { EventEmitter } from "node:events"
import { get, type ServerResponse } from "node:http"
import { connect } from "node:net"
import { GiveWay } from "trials-domain/Sliced"
import { Admission } from "../src/admission/Admission.js"
import { ApiServer } from "../src/ApiServer.js"
import { Rounds } from "../src/connections/Rounds.js"
import { LazyDatabase } from "../src/LazyDatabase.js"
import * as Limits from "../src/Limits.js"
import { type ApiOptions, apiOver, ask, sampleDatabase } from "./Harness.js"
import { answersIn, elsewhere, exchange, request, serverRequests, serverSockets, until } from "./Wire.js"

/** An API whose reads wait until the test lets some go. Like a statement of SQLite, they cannot be interrupted. */
const held = (options: ApiOptions = {}) =>
  Effect.gen(function* () {
    const reads = { begun: 0 }
    const gate = yield* Effect.makeSemaphore(1_000_000)
    yield* gate.take(1_000_000)
    const before = Effect.zipRight(
      Effect.sync(() => (reads.begun += 1)),
      Effect.uninterruptible(gate.take(1))
    )
    const context = yield* Layer.build(apiOver(yield* sampleDatabase, { before, cacheBytes: 0, ...options }))
    const { url } = yield* Effect.provide(ApiServer, context)
    const arrived = yield* serverRequests(url)
    // Whatever fails, no read holds up the end of the test.
    yield* Effect.addFinalizer(() => gate.release(1_000_000))
    return { api: context, arrived, reads, let: (count: number) => gate.release(count) }
  })

/** The status of an answer to another client. */
const another = (path: string) =>
  Effect.flatMap(ApiServer, ({ url }) =>
    Effect.async<number | undefined>((resume) => {
      get(`${url}${path}`, elsewhere, (response) => {
        response.resume().on("end", () => resume(Effect.succeed(response.statusCode)))
      })
    })
  )

it.scopedLive("health is answered, and another client read next, while one client queues slow reads", () =>
  Effect.gen(function* () {
    const { api, arrived, let: go, reads } = yield* held()
    yield* Effect.gen(function* () {
      const statuses: Array<number> = []
      const retries: Array<string | null> = []
      const asking = yield* Effect.forEach(
        Array.from({ length: 100 }),
        () =>
          Effect.map(ask("/v1/trials?limit=1"), ({ headers, status }) => {
            statuses.push(status)
            if (status === 503) retries.push(headers.get("retry-after"))
          }),
        { concurrency: "unbounded" }
      ).pipe(Effect.fork)
      // Those beyond the 64 in hand are refused at once.
      yield* until(Effect.sync(() => statuses.length === 36))
      expect(statuses).toEqual(Array(36).fill(503))
      expect(retries).toEqual(Array(36).fill("1"))
      expect(reads.begun).toBe(1)
      expect((yield* ask("/healthz")).status).toBe(200)
      const other = yield* Effect.fork(another("/v1/trials"))
      yield* until(Effect.sync(() => arrived.length === 102))
      yield* go(2)
      expect(yield* Fiber.join(other)).toBe(200)
      expect(statuses.length).toBeLessThan(40)
      yield* go(1000)
      yield* Fiber.join(asking)
      expect(statuses.filter((status) => status === 200)).toHaveLength(64)
      // All places are free again.
      expect((yield* ask("/v1/trials")).status).toBe(200)
    }).pipe(Effect.provide(api))
  })
)

it.scopedLive("the bound in all holds for every client", () =>
  Effect.gen(function* () {
    const { api, arrived, let: go } = yield* held({ limits: { inAll: 2 } })
    yield* Effect.gen(function* () {
      const two = yield* Effect.fork(Effect.all([ask("/v1/trials"), ask("/v1/trials")], { concurrency: 2 }))
      yield* until(Effect.sync(() => arrived.length === 2))
      expect(yield* another("/v1/trials")).toBe(503)
      yield* go(1000)
      expect((yield* Fiber.join(two)).map(({ status }) => status)).toEqual([200, 200])
      expect(yield* another("/v1/trials")).toBe(200)
    }).pipe(Effect.provide(api))
  })
)

it.scopedLive("an answer that is due is refused, and its read never begins", () =>
  Effect.gen(function* () {
    const { api, let: go, reads } = yield* held({ limits: { answer: 300 } })
    yield* Effect.gen(function* () {
      const first = yield* Effect.fork(ask("/v1/trials"))
      yield* until(Effect.sync(() => reads.begun === 1))
      for (const { body, headers, status } of yield* Effect.all([ask("/v1/runs"), ask("/v1/changes")], {
        concurrency: 2
      })) {
        expect([status, headers.get("retry-after")]).toEqual([503, "1"])
        expect(body.detail).toMatch(/too long/)
      }
      yield* go(1000)
      expect((yield* Fiber.join(first)).status).toBe(503)
      expect((yield* ask("/v1/trials")).status).toBe(200)
      expect(reads.begun).toBe(2)
    }).pipe(Effect.provide(api))
  })
)

it.scopedLive("a read whose client has gone never begins", () =>
  Effect.gen(function* () {
    const { api, arrived, let: go, reads } = yield* held()
    yield* Effect.gen(function* () {
      const { url } = yield* ApiServer
      const sockets = yield* serverSockets(url)
      const first = yield* Effect.fork(ask("/v1/trials"))
      yield* until(Effect.sync(() => reads.begun === 1))
      const gone = connect(Number(new URL(url).port), "127.0.0.1", () => gone.write(request("/v1/trials")))
      yield* until(Effect.sync(() => arrived.length === 2))
      gone.destroy()
      yield* until(Effect.sync(() => sockets.some((socket) => socket.destroyed)))
      yield* go(1000)
      yield* Fiber.join(first)
      expect((yield* ask("/v1/trials")).status).toBe(200)
      expect(reads.begun).toBe(2)
    }).pipe(Effect.provide(api))
  })
)

it.scopedLive(
  "readiness comes before the line, is read once for all who ask, and is refused when it is due",
  () =>
    Effect.gen(function* () {
      const { api, arrived, let: go, reads } = yield* held({ limits: { ready: 2000 } })
      yield* Effect.gen(function* () {
        const asking = yield* Effect.fork(
          Effect.all(
            Array.from({ length: 20 }, () => ask("/v1/trials")),
            { concurrency: "unbounded" }
          )
        )
        yield* until(Effect.sync(() => reads.begun === 1))
        const ready = yield* Effect.fork(
          Effect.all(
            Array.from({ length: 20 }, () => ask("/readyz")),
            { concurrency: "unbounded" }
          )
        )
        yield* until(Effect.sync(() => arrived.length === 40))
        yield* go(2)
        for (const { status } of yield* Fiber.join(ready)) expect(status).toBe(200)
        // The reading of the first trials, of the readiness, and of the next trials, which waits.
        yield* until(Effect.sync(() => reads.begun === 3))
        const { body, headers, status } = yield* ask("/readyz")
        expect([status, headers.get("retry-after"), body.instance]).toEqual([503, "1", "/readyz"])
        yield* go(1000)
        yield* Fiber.join(asking)
        expect((yield* ask("/readyz")).status).toBe(200)
      }).pipe(Effect.provide(api))
    })
)

it.scopedLive("an answer that waits is not cut off when the body of its request is late", () =>
  Effect.gen(function* () {
    const { api, let: go, reads } = yield* held({ limits: { arrival: 500 } })
    const { url } = yield* Effect.provide(ApiServer, api)
    const raw = "GET /v1/trials?limit=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"
    const asking = yield* Effect.fork(exchange(url, raw))
    yield* until(Effect.sync(() => reads.begun === 1))
    yield* Effect.sleep("1 second")
    yield* go(1)
    const answer = yield* Fiber.join(asking)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answersIn(answer)).toBe(1)
  })
)

it.scopedLive(
  "an answer that gives way lets one that waits be read, and goes on; a client that has gone does not",
  () =>
    Effect.gen(function* () {
      const database = Layer.mock(LazyDatabase, { readsAtOnce: 1, moment: () => null, program: "" })
      const layer = Layer.provide(Admission.layer(Limits.defaults, new Rounds()), database)
      yield* Effect.gen(function* () {
        const { inTurn } = yield* Admission
        const read: Array<string> = []
        const note = (what: string) => Effect.sync(() => void read.push(what))
        const readerOf = (client: string) => ({
          client,
          // Nothing else of a response is looked at.
          response: Object.assign(new EventEmitter(), { destroyed: false }) as unknown as ServerResponse & {
            destroyed: boolean
          }
        })
        const long = readerOf("long")
        const started = yield* Deferred.make<void>()
        const asked = yield* Effect.fork(
          inTurn(
            long,
            Effect.gen(function* () {
              const giveWay = yield* GiveWay
              yield* note("first step")
              yield* Deferred.succeed(started, undefined)
              yield* Effect.yieldNow()
              yield* giveWay
              yield* note("second step")
              long.response.destroyed = true
              yield* giveWay
              yield* note("third step")
            })
          )
        )
        yield* Deferred.await(started)
        yield* inTurn(readerOf("other"), note("another answer"))
        yield* until(Effect.sync(() => read.includes("second step")))
        yield* inTurn(readerOf("third"), note("a last one"))
        expect(read).toEqual(["first step", "another answer", "second step", "a last one"])
        yield* Fiber.interrupt(asked)
      }).pipe(Effect.provide(layer))
    })
)
