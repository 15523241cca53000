import { Effect } from "effect"
import { connect } from "node:net"

/** A request as it goes over the wire. */
export const request = (path: string, method = "GET", headers = ""): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Connection: close\r\n\r\n`

/** Sends bytes as they are, and gives back all that comes until the connection is closed. */
export const exchange = (url: string, raw: string): Effect.Effect<string> =>
  Effect.async((resume) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(raw))
    const chunks: Array<Buffer> = []
    socket.on("data", (chunk) => chunks.push(chunk))
    // A reset after an answer is as good as an end.
    socket.on("error", () => undefined)
    socket.on("close", () => resume(Effect.succeed(Buffer.concat(chunks).toString())))
  })
