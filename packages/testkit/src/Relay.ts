import { Effect } from "effect"
import { connect, createServer, type Socket } from "node:net"

/** What a client of PostgreSQL sent: the start of a connection, a request to cancel, or a message. */
export type Sent =
  | { readonly kind: "start"; readonly text: string }
  | { readonly kind: "cancel" }
  | { readonly kind: "message"; readonly type: string; readonly text: string }

/** What happens to it: it is passed on; it is kept, as in a network that loses it; the connection is cut. */
export type Fate = "pass" | "keep" | "cut"

// https://www.postgresql.org/docs/current/protocol-message-formats.html
const cancelCode = 80_877_102

const read = (message: Buffer, hasStarted: boolean): Sent => {
  if (hasStarted) {
    return {
      kind: "message",
      type: String.fromCharCode(message[0] ?? 0),
      text: message.subarray(5, -1).toString()
    }
  }
  return message.readInt32BE(4) === cancelCode
    ? { kind: "cancel" }
    : { kind: "start", text: message.subarray(8).toString() }
}

/** A relay in front of a server without TLS. It notes what clients send, and decides what becomes of it. */
export const relay = (server: string, fate: (sent: Sent) => Fate = () => "pass") =>
  Effect.gen(function* () {
    const sent: Array<Sent> = []
    const sockets = new Set<Socket>()
    const { hostname, port } = new URL(server)
    const listening = createServer((client) => {
      const upstream = connect(Number(port), hostname)
      let pending = Buffer.alloc(0)
      let hasStarted = false
      for (const [from, to] of [
        [client, upstream],
        [upstream, client]
      ] as const) {
        sockets.add(from)
        from.on("error", () => undefined)
        from.on("close", () => to.destroy())
      }
      upstream.on("data", (bytes) => client.write(bytes))
      client.on("data", (bytes) => {
        pending = Buffer.concat([pending, bytes])
        for (;;) {
          const head = hasStarted ? 1 : 0
          if (pending.length < head + 4) return
          const length = head + pending.readInt32BE(head)
          if (pending.length < length) return
          const message = pending.subarray(0, length)
          pending = pending.subarray(length)
          const found = read(message, hasStarted)
          hasStarted = true
          sent.push(found)
          const then = fate(found)
          if (then === "cut") return client.destroy()
          if (then === "pass") upstream.write(message)
        }
      })
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve))),
      () =>
        Effect.promise(
          () =>
            new Promise<void>((resolve) => {
              listening.close(() => resolve())
              for (const socket of sockets) socket.destroy()
            })
        )
    )
    const address = listening.address()
    const url = new URL(server)
    url.port = address !== null && typeof address === "object" ? String(address.port) : ""
    // A relay cannot see through TLS.
    url.searchParams.set("sslmode", "disable")
    return { url: url.toString(), sent }
  })
