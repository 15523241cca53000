import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, Scope } from "effect"
import { Agent, get } from "node:http"
import { connect } from "node:net"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, sampleDatabase } from "./Harness.js"
import { problemIn } from "./Wire.js"

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
        const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes))
        socket.on("data", (chunk) => (answer += chunk.toString()))
        socket.on("error", () => undefined)
        let sent = 0
        const dripping = setInterval(() => socket.write(slowly.charAt(sent++)), 1000)
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
      for (const { answer } of [...headers, ...bodies]) expect(problemIn(answer).status).toBe(408)
      // The API reads no body, so it answers before the body has arrived.
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
})
