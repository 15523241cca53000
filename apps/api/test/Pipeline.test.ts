import { expect, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { connect } from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, ask, sampleApi, sampleDatabase } from "./Harness.js"
import { answersIn, exchange, request } from "./Wire.js"

const get = (path: string, headers = ""): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`

/** Requests for paths of which the answers tell the number. The last one closes the connection. */
const numbered = (path: string, count: number): string =>
  Array.from({ length: count - 1 }, (_, n) => get(`${path}${n}`)).join("") + request(`${path}${count - 1}`)

const numbersIn = (answers: string): ReadonlyArray<number> =>
  [...answers.matchAll(/"instance":"[^"]*?(\d+)"/g)].map(([, n]) => Number(n))

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, n) => n)

const wire = (raw: string) => Effect.flatMap(ApiServer, ({ url }) => exchange(url, raw))

layer(sampleApi, { excludeTestServices: true })("a client that pipelines and reads", (it) => {
  it.effect("gets all its answers, in order", () =>
    Effect.gen(function* () {
      expect(numbersIn(yield* wire(numbered("/nothing/", 1600)))).toEqual(upTo(1600))
      expect(numbersIn(yield* wire(numbered("/v1/trials/kdca/none-", 150)))).toEqual(upTo(150))
    })
  )

  it.effect("gets them when each byte comes on its own", () =>
    Effect.gen(function* () {
      const { url } = yield* ApiServer
      const raw = numbered("/nothing/", 3)
      const answers = yield* Effect.async<string>((resume) => {
        let all = ""
        const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", noDelay: true })
        socket.on("data", (chunk) => (all += chunk.toString()))
        socket.on("close", () => resume(Effect.succeed(all)))
        const send = (n: number): void => {
          if (n < raw.length) socket.write(raw.charAt(n), () => setImmediate(() => send(n + 1)))
        }
        send(0)
      })
      expect(numbersIn(answers)).toEqual([0, 1, 2])
    })
  )

  it.effect("gets them when requests have bodies, with empty lines in them", () =>
    Effect.gen(function* () {
      const lines = "\r\n\r\nGET /no HTTP/1.1\r\n\r\n\n\n"
      const chunked = `${lines.length.toString(16)}\r\n${lines}\r\n0\r\n\r\n`
      const body = (n: number) =>
        get(`/nothing/${n}`, `Content-Length: ${lines.length}\r\n`) +
        lines +
        get(`/nothing/${n + 1}`, "Transfer-Encoding: chunked\r\n") +
        chunked
      const raw = body(0) + body(2) + get("/nothing/4", "Content-Length: 200000\r\n") + "\n".repeat(200_000)
      expect(numbersIn(yield* wire(raw + request("/nothing/5")))).toEqual(upTo(6))
    })
  )

  it.effect("gets nothing after the answer that closes the connection", () =>
    Effect.gen(function* () {
      const answers = yield* wire(get("/nothing/0") + request("/nothing/1") + numbered("/nothing/", 10))
      expect(numbersIn(answers)).toEqual([0, 1])
      expect(answersIn(answers)).toBe(2)
    })
  )

  it.effect("may leave in the middle", () =>
    Effect.gen(function* () {
      const { url } = yield* ApiServer
      yield* Effect.forEach(
        upTo(20),
        () =>
          Effect.async<void>((resume) => {
            const socket = connect(Number(new URL(url).port), "127.0.0.1", () =>
              socket.write(get("/v1/trials").repeat(200))
            )
            socket.on("error", () => undefined)
            socket.once("data", () => socket.destroy())
            socket.on("close", () => resume(Effect.void))
          }),
        { concurrency: "unbounded" }
      )
      expect((yield* ask("/healthz")).status).toBe(200)
    })
  )
})

it.scopedLive("has one request in hand", () =>
  Effect.gen(function* () {
    // A second one in hand would be refused.
    const api = yield* Layer.build(apiOver(yield* sampleDatabase, { limits: { perAddress: 1 } }))
    const answers = yield* Effect.provide(wire(get("/v1/runs").repeat(50) + request("/v1/runs")), api)
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(Array(51).fill("HTTP/1.1 200"))
  })
)

/** The bytes that the process holds. */
const memory = (): number => {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
  setFlagsFromString("--no-expose-gc")
  const { external, heapUsed } = process.memoryUsage()
  return external + heapUsed
}

it.scopedLive("takes little memory if it never reads", () =>
  Effect.gen(function* () {
    const api = yield* Layer.build(apiOver(yield* sampleDatabase))
    const { url } = yield* Effect.provide(ApiServer, api)
    const before = memory()
    const raw = Buffer.from(get("/nothing").repeat(1600))
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        upTo(50).map(() => {
          const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(raw)).pause()
          return socket.on("error", () => undefined)
        })
      ),
      (all) => Effect.sync(() => all.forEach((socket) => socket.destroy()))
    )
    yield* Effect.sleep("1 second")
    expect((yield* Effect.provide(ask("/healthz"), api)).status).toBe(200)
    expect(memory() - before).toBeLessThan(100e6)
  })
)
