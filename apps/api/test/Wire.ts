import { Effect, Schedule, Schema } from "effect"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { type IncomingMessage, STATUS_CODES } from "node:http"
import { connect, type Socket } from "node:net"
import { nameOf, Problem, problems } from "trials-contract"
import { expect } from "vitest"

/** A request as it goes over the wire. */
export const request = (path: string, method = "GET", headers = ""): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Connection: close\r\n\r\n`

/** Sends from an address of this machine that counts as another client. */
export const elsewhere = { agent: false, localAddress: "127.0.0.2" } as const

/** Waits until something is so, for ten seconds at most. */
export const until = <R>(wanted: Effect.Effect<boolean, never, R>): Effect.Effect<void, never, R> =>
  wanted.pipe(
    Effect.repeat({ until: (is) => is, schedule: Schedule.spaced("10 millis") }),
    Effect.timeout("10 seconds"),
    Effect.orDie,
    Effect.asVoid
  )

/** Sends bytes as they are, and returns everything that comes until the connection is closed. */
export const exchange = (url: string, raw: string): Effect.Effect<string> =>
  Effect.async((resume) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(raw))
    const chunks: Array<Buffer> = []
    socket.on("data", (chunk) => chunks.push(chunk))
    // A reset after an answer counts as its end.
    socket.on("error", () => undefined)
    socket.on("close", () => resume(Effect.succeed(Buffer.concat(chunks).toString())))
  })

/** The messages of a channel of Node's, as they come. */
const messages = <A>(channel: string, take: (message: unknown) => A | null) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const taken: Array<A> = []
        const note = (message: unknown) => {
          const one = take(message)
          if (one !== null) taken.push(one)
        }
        subscribe(channel, note)
        return { taken, note }
      }),
      ({ note }) => Effect.sync(() => unsubscribe(channel, note))
    ),
    ({ taken }): ReadonlyArray<A> => taken
  )

const isOf = (url: string, { localPort }: Socket): boolean => localPort === Number(new URL(url).port)

/** The server's ends of the connections to a URL. */
export const serverSockets = (url: string) =>
  messages("net.server.socket", (message) => {
    const { socket } = message as { readonly socket: Socket }
    return isOf(url, socket) ? socket : null
  })

/** The requests that the server at a URL has begun. */
export const serverRequests = (url: string) =>
  messages("http.server.request.start", (message) => {
    const { request, socket } = message as { readonly request: IncomingMessage; readonly socket: Socket }
    return isOf(url, socket) ? request : null
  })

/** How many answers came over a connection. */
export const answersIn = (answers: string): number => answers.split(/HTTP\/1\.1 [2-5]\d\d /).length - 1

/** The problem in the last answer of a connection. It may have only the fields that the contract names. */
export const problemIn = (answers: string): Problem => {
  const raw = answers.slice(answers.lastIndexOf("HTTP/1.1 "))
  const [head = "", body = ""] = raw.split("\r\n\r\n")
  const problem = Schema.decodeUnknownSync(Schema.parseJson(Problem), { onExcessProperty: "error" })(body)
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n`))
  expect(head).toMatch(/\r\ncontent-type: application\/problem\+json(;|\r\n)/i)
  expect(head).toMatch(/\r\ncache-control: no-store(\r\n|$)/i)
  expect(head).toMatch(/\r\nx-request-id: [\w.-]+(\r\n|$)/i)
  expect(head).toMatch(/\r\nx-content-type-options: nosniff(\r\n|$)/i)
  expect(head).toMatch(/\r\ncontent-security-policy: default-src 'none'/i)
  expect(head).toMatch(/\r\naccess-control-allow-origin: \*(\r\n|$)/i)
  expect(head).toMatch(/\r\naccess-control-expose-headers: \S*Retry-After/i)
  const kind = nameOf(problem.type)
  expect(problem).toMatchObject({
    title: kind && problems[kind].title,
    status: kind && problems[kind].status
  })
  expect(problem.detail).toMatch(/^\S.*\.$/)
  return problem
}
