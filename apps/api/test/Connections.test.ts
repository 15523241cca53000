import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, Scope } from "effect"
import { Agent, get } from "node:http"
import { connect, type Socket } from "node:net"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, sampleDatabase } from "./Harness.js"
import { answersIn, exchange, problemIn, request, serverSockets } from "./Wire.js"

/**
 * Sends bytes, then one byte of `slowly` a second. Returns the answer and the milliseconds until the connection was
 * closed.
 */
const until = (url: string, bytes: string, slowly = "") =>
  Effect.promise(
    () =>
      new Promise<{ readonly answer: string; readonly millis: number }>((resolve) => {
        const start = Date.now()
        let answer = ""
        let sent = 0
        let dripping: NodeJS.Timeout | undefined
        const socket = connect(Number(new URL(url).port), "127.0.0.1", () => {
          socket.write(bytes)
          dripping = setInterval(() => socket.write(slowly.charAt(sent++)), 1000)
        })
        socket.on("data", (chunk) => (answer += chunk.toString()))
        socket.on("error", () => undefined)
        socket.on("close", () => {
          clearInterval(dripping)
          resolve({ answer, millis: Date.now() - start })
        })
      })
  )

describe.concurrent("connections", () => {
  it.scopedLive("slow headers and slow bodies are closed within 12 seconds", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(apiOver(yield* sampleDatabase))
      const { url } = yield* Effect.provide(ApiServer, context)
      const head = (method: string) => `${method} /v1/trials?limit=1 HTTP/1.1\r\nHost: localhost\r\n`
      const slowly = "x".repeat(100)
      const body = `Content-Length: ${slowly.length}\r\n\r\n`
      const [headers, bodies] = yield* Effect.all(
        [
          Effect.all(
            [until(url, head("GET")), until(url, "GET"), until(url, `${head("GET")}X-A: `, slowly)],
            { concurrency: 3 }
          ),
          Effect.all(
            [
              until(url, head("GET") + body, slowly),
              until(url, head("POST") + body, slowly),
              until(url, `${head("POST")}Transfer-Encoding: chunked\r\n\r\n64\r\n`, slowly)
            ],
            { concurrency: 3 }
          )
        ],
        { concurrency: 2 }
      )
      // Twice the promised time, as for every deadline here.
      for (const { millis } of [...headers, ...bodies]) expect(millis).toBeLessThan(24_000)
      for (const { answer } of headers) expect(problemIn(answer).status).toBe(408)
      // The API reads no body, so it answers before the body has arrived. There is no second answer.
      expect(bodies.map(({ answer }) => answersIn(answer))).toEqual([1, 1, 1])
      expect(bodies.map(({ answer }) => answer.slice(0, 12))).toEqual([
        "HTTP/1.1 200",
        "HTTP/1.1 405",
        "HTTP/1.1 405"
      ])
    })
  )

  it.scopedLive("stops within 5 seconds, with idle connections kept alive and a half-sent request", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(apiOver(yield* sampleDatabase), scope)
      const { url } = yield* Effect.provide(ApiServer, context)
      const agent = new Agent({ keepAlive: true })
      yield* Effect.promise(
        () =>
          new Promise<void>((resolve, reject) => {
            get(`${url}/v1/trials`, { agent }, (response) => response.resume().on("end", resolve)).on(
              "error",
              reject
            )
          })
      )
      const half = connect(Number(new URL(url).port), "127.0.0.1", () =>
        half.write("GET /v1/trials HTTP/1.1\r\n")
      )
      half.on("error", () => undefined)
      yield* Effect.sleep("100 millis")
      const start = Date.now()
      yield* Scope.close(scope, Exit.void)
      expect(Date.now() - start).toBeLessThan(10_000)
      agent.destroy()
      half.destroy()
      const refused = yield* Effect.promise(() =>
        fetch(url).then(
          () => false,
          () => true
        )
      )
      expect(refused).toBe(true)
    })
  )

  it.scopedLive("nobody holds a connection open by never closing it, or by never reading", () =>
    Effect.gen(function* () {
      const limits = { arrival: 1000, write: 1000, linger: 200 }
      const context = yield* Layer.build(apiOver(yield* sampleDatabase, { limits }))
      const { url } = yield* Effect.provide(ApiServer, context)
      const sockets = yield* serverSockets(url)
      const large = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
      const holders: ReadonlyArray<readonly [raw: string, reads: boolean]> = [
        ["", true],
        ["GET /he", true],
        ["nonsense\r\n\r\n", true],
        [request("/healthz"), true],
        [request("/healthz", "POST", "Content-Length: 10\r\n"), true],
        ["CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", true],
        ["GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: identity\r\n\r\n", true],
        [large.repeat(20), false],
        [large.repeat(1600), false]
      ]
      const open = yield* Effect.acquireRelease(
        Effect.sync(() =>
          holders.map(([raw, reads]) => {
            const { port } = new URL(url)
            const socket: Socket = connect(
              { port: Number(port), host: "127.0.0.1", allowHalfOpen: true },
              () => socket.write(raw)
            )
            socket.on("error", () => undefined)
            return reads ? socket.resume() : socket.pause()
          })
        ),
        (all) => Effect.sync(() => all.forEach((socket) => socket.destroy()))
      )
      // Twice the longest of these times: to arrive, or to be written, and to linger.
      yield* Effect.sleep("3 seconds")
      expect(sockets).toHaveLength(open.length)
      expect(sockets.filter((socket) => !socket.destroyed)).toEqual([])
    })
  )

  it.scopedLive("a slow client that does read gets all of a large file", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(apiOver(yield* sampleDatabase, { limits: { write: 300 } }))
      const { url } = yield* Effect.provide(ApiServer, context)
      const file = "/docs/swagger-ui-bundle.js"
      for (const accepts of ["", "Accept-Encoding: gzip\r\n"]) {
        const whole = yield* exchange(url, request(file, "GET", accepts))
        const length = Number(/\r\nContent-Length: (\d+)\r\n/.exec(whole)?.[1])
        const received = yield* Effect.async<number>((resume) => {
          let bytes = 0
          const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1" }, () =>
            socket.write(
              `GET ${file} HTTP/1.1\r\nHost: localhost\r\n${accepts}\r\n`.repeat(3) +
                request(file, "GET", accepts)
            )
          )
          socket.on("data", (chunk) => {
            bytes += chunk.length
            socket.pause()
            setTimeout(() => socket.resume(), 2)
          })
          socket.on("close", () => resume(Effect.succeed(bytes)))
        })
        expect(received).toBeGreaterThan(4 * length)
      }
    })
  )
})
