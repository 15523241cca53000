/**
 * A mock of the trials API: every call of the contract, answered from real answers of a few trials. For tests and for
 * developing a front end. Needs no network and no database.
 *
 * @module
 */
import { wait } from "../client/Wait.js"
import { answering, type AskedCall, type Fetch, Refused } from "../Answering.js"
import { type ProblemName, problemNames, problems } from "../Problems.js"
import { questions } from "./Answers.js"

/** A call that the mock was asked. */
export type MockCall = AskedCall

/** How a mock differs from an API in which all goes well. */
export interface MockOptions {
  /** Milliseconds before each answer. */
  readonly delay?: number
  /** The status with which to refuse a call; undefined to answer it. */
  readonly refuse?: (call: MockCall) => number | undefined
}

/** A mock as a server on this machine. */
export interface MockServer {
  readonly url: string
  /** Stops listening. */
  readonly close: () => Promise<void>
}

/** A mock of the API. */
export interface Mock {
  /** Answers like `fetch`, at any base URL. */
  readonly fetch: Fetch
  /** Answers on a port of this machine: a free one, if none is given. Needs Node. */
  readonly listen: (port?: number) => Promise<MockServer>
}

/** The kind of a refusal that a caller chose by its status alone. */
const kindOf = (status: number): ProblemName =>
  problemNames.find((name) => problems[name].status === status) ?? "internal-error"

/** Makes a mock of the API. */
export const createMock = ({ delay = 0, refuse }: MockOptions = {}): Mock => {
  const answer = answering(questions, (call) => {
    const status = refuse?.(call)
    if (status === undefined) return
    const detail = "The mock refuses this call, as it was told to."
    throw new Refused(kindOf(status), detail, undefined, status)
  })
  const mockFetch: Mock["fetch"] = async (input, init) => {
    const request = typeof input === "object" && "url" in input ? input : undefined
    await wait(delay / 1000, init?.signal ?? request?.signal)
    return answer(input, init)
  }
  const listen = async (port = 0): Promise<MockServer> => {
    // Not an import, so that this module loads in a browser too.
    const server = process.getBuiltinModule("node:http").createServer((request, response) => {
      const respond = async () => {
        const made = await mockFetch(`http://localhost${request.url}`, { method: request.method ?? "GET" })
        // A front end under development comes from another port.
        const headers = {
          ...Object.fromEntries(made.headers),
          "access-control-allow-origin": "*",
          "access-control-expose-headers": "*"
        }
        response.writeHead(made.status, headers).end(await made.text())
      }
      respond().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
    })
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject).listen(port, "localhost", resolve)
    })
    const address = server.address()
    const taken = typeof address === "object" && address !== null ? address.port : port
    return {
      url: `http://localhost:${taken}`,
      close: () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        })
    }
  }
  return { fetch: mockFetch, listen }
}
