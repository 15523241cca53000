/**
 * A mock of the trials API: every call of the contract, answered from real answers of a few trials. For tests and for
 * developing a front end. Needs no network and no database.
 *
 * @module
 */
import { wait } from "../client/Wait.js"
import { contract } from "../contract.js"
import { operations } from "../Operations.js"
import { parameterErrors, parametersDetail, type ParameterError, type Problem } from "../Problem.js"
import { type ProblemName, problemNames, problems, typeOf } from "../Problems.js"
import { answerType, type OperationId, problemType } from "../Routes.js"
import { questions, Refused } from "./Answers.js"

/** A call that the mock was asked. */
export interface MockCall {
  readonly operation: OperationId
  readonly url: URL
}

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
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** Answers on a port of this machine: a free one, if none is given. Needs Node. */
  readonly listen: (port?: number) => Promise<MockServer>
}

/** The kind of a refusal that a caller chose by its status alone. */
const kindOf = (status: number): ProblemName =>
  problemNames.find((name) => problems[name].status === status) ?? "internal-error"

const calls = Object.values(contract).flatMap((group) => Object.values(group))

const matchers = operations.map(({ operationId, path }) => ({
  operationId,
  query: calls.find((call) => call.operationId === operationId)?.query,
  form: new RegExp(`^${path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`)
}))

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>>) =>
  new Response(JSON.stringify(body), { status, headers: { "cache-control": "no-store", ...headers } })

const refused = (
  url: URL,
  name: ProblemName,
  detail: string,
  errors?: ReadonlyArray<ParameterError>,
  status: number = problems[name].status
) => {
  const problem: Problem = {
    type: typeOf(name),
    title: problems[name].title,
    status,
    detail,
    instance: url.pathname,
    ...(errors === undefined ? {} : { errors })
  }
  return json(status, problem, {
    "content-type": problemType,
    ...(status === 405 ? { allow: "GET, HEAD, OPTIONS" } : {}),
    ...(status === 429 || status === 503 ? { "retry-after": "1" } : {})
  })
}

/** The query of an address. A parameter that is given twice is a list, which the contract refuses. */
const queryOf = ({ searchParams }: URL) =>
  Object.fromEntries(
    [...searchParams.keys()].map((name) => {
      const all = searchParams.getAll(name)
      return [name, all.length === 1 ? all[0] : all]
    })
  )

const answer = async (url: URL, method: string, refuse: MockOptions["refuse"]): Promise<Response> => {
  const path = url.pathname.slice(Math.max(url.pathname.indexOf("/v1/"), 0))
  const matcher = matchers.find(({ form }) => form.test(path))
  if (matcher === undefined) return refused(url, "path-not-found", "There is nothing at this path.")
  if (method !== "GET" && method !== "HEAD")
    return refused(url, "method-not-allowed", "This API only reads: GET, HEAD, OPTIONS.")
  const status = refuse?.({ operation: matcher.operationId, url })
  if (status !== undefined) {
    return refused(url, kindOf(status), "The mock refuses this call, as it was told to.", undefined, status)
  }
  const query = await matcher.query?.["~standard"].validate(queryOf(url))
  if (query?.issues !== undefined) {
    const errors = parameterErrors(query.issues)
    return refused(url, "invalid-parameters", parametersDetail(errors), errors)
  }
  // The operation id says of which call these are the parameters, which TypeScript cannot follow.
  const question = questions[matcher.operationId] as (params: unknown, query: unknown) => unknown
  try {
    const params = Object.entries(matcher.form.exec(path)?.groups ?? {}).map(([name, part]) => [
      name,
      decodeURIComponent(part)
    ])
    return json(200, question(Object.fromEntries(params), query?.value), { "content-type": answerType })
  } catch (error) {
    if (error instanceof URIError)
      return refused(
        url,
        "malformed-request",
        "The address has a % that is not followed by the UTF-8 of a character."
      )
    if (!(error instanceof Refused)) throw error
    const { kind, message: detail, parameter } = error
    const errors = parameter === undefined ? undefined : [{ parameter, detail }]
    return refused(url, kind, detail, errors)
  }
}

/** Makes a mock of the API. */
export const createMock = ({ delay = 0, refuse }: MockOptions = {}): Mock => {
  const mockFetch: Mock["fetch"] = async (input, init = {}) => {
    const request = typeof input === "object" && "url" in input ? input : undefined
    await wait(delay / 1000, init.signal ?? request?.signal)
    const url = new URL(request?.url ?? String(input), "http://mock.invalid")
    const method = (init.method ?? request?.method ?? "GET").toUpperCase()
    const made = await answer(url, method, refuse)
    return method === "HEAD" ? new Response(null, made) : made
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
