/**
 * The contract without a server: what answers like `fetch`, of a function for each call.
 *
 * @module
 */
import type { BodyOf, CallsById, DecodedOf } from "./client/Calls.js"
import { contract } from "./contract.js"
import { operations } from "./Operations.js"
import { type ParameterError, parameterErrors, parametersDetail, type Problem } from "./Problem.js"
import { type ProblemName, problems, typeOf } from "./Problems.js"
import { answerType, type OperationId, problemType } from "./Routes.js"

/** The types of a call: its body, all calls by their ids, and what its parameters are decoded to. */
export type { BodyOf, CallsById, DecodedOf }

/** Thrown by what answers a call: the request is refused. */
export class Refused extends Error {
  readonly kind: ProblemName
  readonly errors: ReadonlyArray<ParameterError> | undefined
  readonly status: number

  constructor(
    kind: ProblemName,
    detail: string,
    errors?: ReadonlyArray<ParameterError>,
    status: number = problems[kind].status
  ) {
    super(detail)
    this.kind = kind
    this.errors = errors
    this.status = status
  }
}

/** What a call answers to its parameters, which the contract has decoded. */
export type Answers = {
  readonly [Id in OperationId]: (
    params: DecodedOf<CallsById[Id], "pathParams">,
    query: DecodedOf<CallsById[Id], "query">
  ) => BodyOf<CallsById[Id]> | Promise<BodyOf<CallsById[Id]>>
}

/** A call that is asked for. */
export interface AskedCall {
  readonly operation: OperationId
  readonly url: URL
}

const calls = Object.values(contract).flatMap((group) => Object.values(group))

const matchers = operations.map(({ operationId, path }) => ({
  operationId,
  query: calls.find((call) => call.operationId === operationId)?.query,
  form: new RegExp(`^${path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`)
}))

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>>) =>
  new Response(JSON.stringify(body), { status, headers: { "cache-control": "no-store", ...headers } })

const responseTo = ({ pathname }: URL, { errors, kind, message, status }: Refused): Response => {
  const problem: Problem = {
    type: typeOf(kind),
    title: problems[kind].title,
    status,
    detail: message,
    instance: pathname,
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

const malformed = "The address has a % that is not followed by the UTF-8 of a character."

const paramsOf = (form: RegExp, path: string) => {
  try {
    return Object.fromEntries(
      Object.entries(form.exec(path)?.groups ?? {}).map(([name, part]) => [name, decodeURIComponent(part)])
    )
  } catch {
    throw new Refused("malformed-request", malformed)
  }
}

/** What answers like `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/**
 * Answers requests for the calls of the contract, below any base URL: it finds the call, decodes its parameters, and refuses
 * what the contract does. `look` sees every call before it is answered, and may throw a refusal. What answers throw that is no
 * `Refused` is thrown on.
 */
export const answering =
  (answers: Answers, look: (call: AskedCall) => void = () => undefined): Fetch =>
  async (input, init = {}) => {
    const request = typeof input === "object" && "url" in input ? input : undefined
    const url = new URL(request?.url ?? String(input), "http://local.invalid")
    const method = (init.method ?? request?.method ?? "GET").toUpperCase()
    const answer = async () => {
      const path = url.pathname.slice(Math.max(url.pathname.indexOf("/v1/"), 0))
      const matcher = matchers.find(({ form }) => form.test(path))
      if (matcher === undefined) throw new Refused("path-not-found", "There is nothing at this path.")
      const { form, operationId, query: wanted } = matcher
      if (method !== "GET" && method !== "HEAD")
        throw new Refused("method-not-allowed", "This API only reads: GET, HEAD, OPTIONS.")
      look({ operation: operationId, url })
      const query = await wanted?.["~standard"].validate(queryOf(url))
      if (query?.issues !== undefined) {
        const errors = parameterErrors(query.issues)
        throw new Refused("invalid-parameters", parametersDetail(errors), errors)
      }
      // The operation id says of which call these are the parameters, which TypeScript cannot follow.
      const ask = answers[operationId] as (params: unknown, query: unknown) => unknown
      return json(200, await ask(paramsOf(form, path), query?.value), { "content-type": answerType })
    }
    const made = await answer().catch((error: unknown) => {
      if (error instanceof Refused) return responseTo(url, error)
      throw error
    })
    return method === "HEAD" ? new Response(null, made) : made
  }
