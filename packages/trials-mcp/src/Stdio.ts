import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio"
import type { Readable, Writable } from "node:stream"
import { makeServer, type ServerOptions } from "./Server.js"

/** Whom a server on standard streams talks to. */
export interface StdioOptions extends ServerOptions {
  readonly input: Readable
  /** It carries the protocol and nothing else. */
  readonly output: Writable
  /** Gets what is wrong with the messages, for a log. */
  readonly onError?: (error: Error) => void
}

/** Serves one client over two streams until its input ends, or the signal aborts. */
export const serveOn = async (
  { input, onError, output, ...options }: StdioOptions,
  signal?: AbortSignal
): Promise<void> => {
  const ended = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) input.once(event, () => resolve())
    output.once("error", () => resolve())
    signal?.addEventListener("abort", () => resolve(), { once: true })
    if (input.readableEnded || input.destroyed || signal?.aborted === true) resolve()
  })
  const handle = serveStdio(() => makeServer(options), {
    transport: new StdioServerTransport(input, output),
    maxSubscriptions: 0,
    ...(onError === undefined ? {} : { onerror: onError })
  })
  await ended
  await handle.close()
}
