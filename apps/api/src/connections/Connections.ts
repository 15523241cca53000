import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { notReading } from "../http/Guards.js"
import type { Limits } from "../Limits.js"
import { Connection } from "./Connection.js"
import { type RawRefusing, unparsed } from "./RawRefusal.js"
import type { Rounds } from "./Rounds.js"

/** Ends those that have been idle for longest, where too many are: each takes a descriptor of the system. */
const endIdle = (connections: Iterable<Connection>, most: number): void => {
  const idle = [...connections].flatMap((connection) => {
    const since = connection.idleSince
    return since === null ? [] : [{ connection, since }]
  })
  if (idle.length <= most) return
  idle.sort((one, other) => one.since - other.since)
  for (const { connection } of idle.slice(0, idle.length - most)) connection.end()
}

/** Serves an application over the connections of a server: each has one request in hand, and none is held open. */
export const serve = (
  server: Server,
  app: RequestListener,
  refusal: RawRefusing,
  rounds: Rounds,
  limits: Limits
): void => {
  const connections = new Map<Duplex, Connection>()
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    connections.get(request.socket)?.begin(request, response)
    app(request, response)
  }
  server.on("connection", (socket) => {
    rounds.accept()
    connections.set(socket, new Connection(socket, refusal, rounds, limits))
    socket.once("close", () => connections.delete(socket))
  })
  server.on("request", answer)
  // Where nobody listens to these, Node answers by itself, or not at all.
  server.on("checkExpectation", answer)
  server.on("connect", (_, socket) => connections.get(socket)?.refuse(notReading))
  server.on("clientError", (error, socket) => connections.get(socket)?.refuse(unparsed(error)))
  const checking = setInterval(() => {
    const now = performance.now()
    for (const connection of connections.values()) connection.check(now)
    endIdle(connections.values(), limits.idle)
  }, limits.write / 10)
  server.once("close", () => clearInterval(checking))
}
