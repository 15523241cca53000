import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestFinished, vi } from "vitest"

/** What a scripted server answers to one request. */
export interface Line {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A request that it got. */
interface Got {
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** A server on this machine that answers line by line, and with its last line to the end; closed after the test. */
export const scripted = async (...lines: ReadonlyArray<Line | ((got: Got) => Line) | "cut">) => {
  const asked: Array<Got> = []
  const server = createServer(({ headers, socket, url = "" }, response): void => {
    const line = lines[Math.min(asked.length, lines.length - 1)] ?? {}
    asked.push({ url, headers })
    if (line === "cut") return void socket.destroy()
    const { body, headers: said, status = 200 } = typeof line === "function" ? line({ url, headers }) : line
    const type = status === 200 ? "application/json" : "application/problem+json"
    response.writeHead(status, { ...(status === 304 ? {} : { "content-type": type }), ...said })
    response.end(status === 304 ? undefined : JSON.stringify(body ?? { detail: "Not now." }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  )
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, asked }
}

/** Lets every wait of a client end at once, in this test. The list gets the seconds of each as it begins. */
export const hurried = (): ReadonlyArray<number> => {
  const seconds: Array<number> = []
  const { setTimeout: real } = globalThis
  const spy = vi.spyOn(globalThis, "setTimeout")
  spy.mockImplementation(((done: () => void, milliseconds = 0, ...more: ReadonlyArray<unknown>) => {
    // `fetch` has timers of its own.
    if (!/client\/Wait\./.test(new Error().stack ?? "")) return real(done, milliseconds, ...more)
    if (milliseconds > 0) seconds.push(milliseconds / 1000)
    return real(done, 0)
    // Node's own type has more, which nobody here uses.
  }) as typeof setTimeout)
  onTestFinished(() => void spy.mockRestore())
  return seconds
}
