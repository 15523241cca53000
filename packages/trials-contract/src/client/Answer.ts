import type { Problem } from "../Problem.js"
import { answerType, type Operation, problemType, refusals, type Route } from "../Routes.js"
import { filled, gaps, isObject } from "./Gaps.js"
import { TrialsClientError, type TrialsClientReason } from "./TrialsClientError.js"
import type { Validation } from "./Validation.js"

const typeOf = (headers: Headers): string =>
  headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? ""

const elsewhere = "A proxy or another server may have answered: check the base URL."
// No type of an answer has 304, as every caller would have to tell it apart. Only who sends the header gets it.
const unchanged =
  "Nothing is new since your If-None-Match: keep what you have, or leave that header to a `store`."

/** A problem with all of its members, of which RFC 9457 requires none. */
const wholeProblem = (body: object, status: number, url: string): Problem => ({
  type: "about:blank",
  title: `Status ${status}`,
  status,
  detail: `The server answered with the status ${status}.`,
  instance: url,
  ...body
})

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a response says. With the status 200 the body is what the contract says, with any other a problem. */
export interface AnyAnswer {
  /** What was asked, without its query, which may hold what a person typed. */
  readonly url: string
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

/** A refusal as an error. */
export const refusal = ({ body, headers, status, url }: AnyAnswer): TrialsClientError => {
  // `read` gives no other body with a status that is not 200.
  const problem = body as Problem
  return new TrialsClientError("refused", problem.detail, { url, status, headers, problem })
}

/** Reads a response to a call. Throws where it is not in the contract. */
export const read = async (
  route: Operation,
  url: string,
  response: Response,
  validation: Validation | undefined,
  chosen: boolean
): Promise<AnyAnswer> => {
  const { headers, status } = response
  // An abort or a lost connection is an error of fetch, and stays one.
  const text = await response.text()
  const type = typeOf(headers)
  const json = parsed(text)
  const problem =
    type === problemType && isObject(json) && status !== 200 ? wholeProblem(json, status, url) : undefined
  const failed = (reason: TrialsClientReason, what: string, cause?: unknown) =>
    new TrialsClientError(reason, `${route.method} ${url} answered ${status}${what}`, {
      url,
      status,
      headers,
      problem,
      cause
    })

  const { alsoRefuses = [] }: Route = route
  if (![200, ...refusals, ...alsoRefuses].includes(status)) {
    const said = status === 304 ? unchanged : (problem?.detail ?? elsewhere)
    throw failed("status", `, which the contract does not have. ${said}`)
  }
  const wanted = status === 200 ? answerType : problemType
  if (type !== wanted) {
    const what = type === "" ? " without a content type" : ` as ${type}`
    throw failed("content-type", `${what}, where the contract has ${wanted}. ${elsewhere}`)
  }
  if (json === undefined) {
    throw failed("json", " with a body that is not JSON. It may have been cut off on its way: ask again.")
  }
  if (!isObject(json)) throw failed("body", ` with a body that is not an object. ${elsewhere}`)
  // What else there is was not asked for.
  if (chosen && status === 200) return { url, status, body: json, headers }
  try {
    const whole = validation?.codes === "closed" ? json : (problem ?? filled(json, gaps[route.operationId]))
    const body = validation === undefined ? whole : await validation.check(route.operationId, status, whole)
    return { url, status, body, headers }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw failed("body", ` with a body that the contract does not have: ${why}`, cause)
  }
}
