import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { RequestListener, Server } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { createMock } from "trials-contract/mock"
import { examplesIn, run } from "trials-testkit/Readme"

const [example = ""] = examplesIn(fileURLToPath(new URL("../README.md", import.meta.url)))

it.scopedLive("the example of the README serves the pages", () =>
  Effect.gen(function* () {
    const api = yield* Effect.acquireRelease(
      Effect.promise(() => createMock().listen()),
      ({ close }) => Effect.promise(close)
    )
    const http = yield* Effect.promise(() => import("node:http"))
    const made: { server: Server | null } = { server: null }
    const createServer = (listener: RequestListener) => (made.server = http.createServer(listener))
    yield* run(
      example.replace("http://localhost:3000", api.url).replace(".listen(8080)", ".listen(0)"),
      async (name) => (name === "node:http" ? { createServer } : import(name))
    )
    const { server } = made
    if (server === null) throw new Error("The example makes no server.")
    yield* Effect.addFinalizer(() => Effect.sync(() => server.close().closeAllConnections()))
    const { port } = server.address() as AddressInfo // it listens on a port
    const page = yield* Effect.promise(() => fetch(`http://localhost:${port}/ko`))
    expect([page.status, page.headers.get("content-language")]).toEqual([200, "ko"])
  })
)
