import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { PassThrough } from "node:stream"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { examplesIn, run } from "trials-testkit/Readme"

const [example = ""] = examplesIn(fileURLToPath(new URL("../README.md", import.meta.url)))

it.scopedLive("the example of the README answers a client on its streams", () =>
  Effect.gen(function* () {
    const streams = { input: new PassThrough(), output: new PassThrough() }
    const served = run(
      example.replace(/process\.std(in|out)/g, (_, way) => `(await load("streams")).${way}put`),
      async (name) => (name === "streams" ? streams : import(name))
    )
    const request = {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" }
    }
    const ended = yield* Effect.fork(served)
    streams.input.write(
      `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: request })}\n`
    )
    const [answer] = yield* Effect.promise(
      () => new Promise<[Buffer]>((resolve) => streams.output.once("data", (data) => resolve([data])))
    )
    streams.input.end()
    yield* ended.await
    streams.output.end()
    void (yield* Effect.promise(() => text(streams.output)))
    expect(JSON.parse(String(answer))).toMatchObject({ id: 1, result: { serverInfo: { name: "trials" } } })
  })
)
