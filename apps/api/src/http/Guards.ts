import { Option, Schema } from "effect"
import type { ErrorRequestHandler, RequestHandler } from "express"
import { RequestValidationError } from "@ts-rest/express"
import type { IncomingMessage, ServerResponse } from "node:http"
import {
  type ParameterError,
  parameterErrors,
  parametersDetail,
  type Problem,
  type ProblemName,
  problemType
} from "trials-contract"
import type { Raw } from "../connections/RawRefusal.js"
import { allow } from "./Headers.js"
import { problem } from "./Refusal.js"
import { visitOf } from "./Visit.js"

const onlyReads = `This API only reads: ${allow}.`

/** The refusal of CONNECT, which Node does not treat as a request. */
export const notReading: Raw = {
  kind: "method-not-allowed",
  detail: onlyReads,
  headers: [["Allow", allow]]
}

const longestUrl = 8192

/** The address of a request. Express changes `url` where an application is mounted. */
export const addressOf = (request: IncomingMessage & { readonly originalUrl?: string }): string =>
  request.originalUrl ?? request.url ?? "/"

/** The path of a request, as a problem's `instance` names it. */
export const instanceOf = (request: IncomingMessage & { readonly originalUrl?: string }): string =>
  addressOf(request).split("?", 1)[0]?.slice(0, 500) ?? "/"

const refusals = new WeakMap<ServerResponse, string>()

/** The type of the problem that a response was; undefined where it was none. */
export const refusalOf = (response: ServerResponse): string | undefined => refusals.get(response)

// What may be set by the time an answer fails.
const ofAnswers = [
  "ETag",
  "Last-Modified",
  "Accept-Ranges",
  "Content-Disposition",
  "Content-Encoding",
  "X-Publication"
]

/**
 * Sends problem details, which no cache may store, in place of an answer. The type begins with the address that people use, where
 * that is known; it is counted without it. Where asking again may help, it says after how many seconds.
 */
export const send = (response: ServerResponse, body: Problem, retryAfter = 1): void => {
  const { publicUrl } = visitOf(response.req)
  const bytes = Buffer.from(JSON.stringify({ ...body, type: publicUrl + body.type }))
  refusals.set(response, body.type)
  response.statusCode = body.status
  for (const name of ofAnswers) response.removeHeader(name)
  if (body.status === 429 || body.status === 503) response.setHeader("Retry-After", retryAfter)
  response.setHeader("Cache-Control", "no-store")
  response.setHeader("Content-Type", `${problemType}; charset=utf-8`)
  response.setHeader("Content-Length", bytes.length)
  response.end(bytes)
}

const decoded = Option.liftThrowable(decodeURIComponent)

const malformed = (url: string): string | null => {
  // Most addresses have nothing to decode.
  if (!url.includes("%")) return null
  const text = decoded(url)
  if (Option.isNone(text)) return "The address has a % that is not followed by the UTF-8 of a character."
  return text.value.includes("\0") ? "The address holds a NUL, which no trial does." : null
}

/** What is wrong with a request before anything reads it; null where it is well formed. */
export const improper = (request: IncomingMessage): readonly [ProblemName, string] | null => {
  const hosts = request.rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === "host").length
  if (hosts > 1 || (hosts === 0 && request.httpVersion === "1.1")) {
    return ["malformed-request", "A request has exactly one Host header."]
  }
  const url = addressOf(request)
  if (url.length > longestUrl) {
    return ["address-too-long", `An address has at most ${longestUrl} characters.`]
  }
  const { expect = "100-continue" } = request.headers
  if (!endsChunked(request)) return ["malformed-request", "A Transfer-Encoding ends with chunked."]
  if (expect.toLowerCase() !== "100-continue") {
    return ["expectation-failed", "Only 100-continue can be expected."]
  }
  const wrong = malformed(url)
  return wrong === null ? null : ["malformed-request", wrong]
}

/** Where a message ends whose coding does not end with chunked is unknown, and so is where the next one begins. */
export const endsChunked = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*chunked\s*$/i.test(headers["transfer-encoding"] ?? "chunked")

/** Every path is read-only. */
export const readOnly: RequestHandler = (req, res, next) => {
  if (req.method === "GET" || req.method === "HEAD") return next()
  res.set("Allow", allow)
  if (req.method === "OPTIONS") res.status(204).end()
  else send(res, problem("method-not-allowed", onlyReads, instanceOf(req)))
}

/** Refuses every parameter, on a path that takes none. */
export const noParameters: RequestHandler = (req, res, next) => {
  const detail = "is unexpected: this path takes no parameters"
  const errors = Object.keys(req.query).map((parameter) => ({ parameter, detail }))
  if (errors.length === 0) return next()
  refuseAll(errors, req, res)
}

/** Refuses a path that there is not. */
export const unknownPath = (req: IncomingMessage, res: ServerResponse): void => {
  const detail = "There is nothing at this path. /docs lists what there is."
  send(res, problem("path-not-found", detail, instanceOf(req)))
}

const refuseAll = (
  errors: ReadonlyArray<ParameterError>,
  req: Parameters<typeof instanceOf>[0],
  res: ServerResponse
): void => {
  send(res, problem("invalid-parameters", parametersDetail(errors), instanceOf(req), errors))
}

/** Refuses parameters with what the contract's schemas say of them. */
export const refuseIssues = (
  issues: Parameters<typeof parameterErrors>[0],
  req: Parameters<typeof instanceOf>[0],
  res: ServerResponse
): void => refuseAll(parameterErrors(issues), req, res)

/** Refuses a request that breaks the contract, with everything that is wrong with it. */
export const refuseParameters = (
  error: RequestValidationError,
  req: Parameters<typeof instanceOf>[0],
  res: ServerResponse
): void =>
  refuseIssues(
    [error.query, error.pathParams].flatMap((part) => part?.issues ?? []),
    req,
    res
  )

const ofFiles: Readonly<Record<number, readonly [ProblemName, string]>> = {
  404: ["path-not-found", "There is nothing at this path. /docs lists what there is."],
  412: ["precondition-failed", "The file is not in the state that the request names."],
  416: ["range-not-satisfiable", "The file has no such range."]
}

/** An error of Express or its parts that tells what is wrong with the request. */
const asRefusal = Schema.decodeUnknownOption(
  Schema.Struct({
    status: Schema.Int.pipe(Schema.between(400, 499)),
    headers: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String }))
  })
)

/**
 * Answers after an error. One that carries a status of its own refuses the request. Any other is a defect: the log has
 * its details, the client learns only that it happened.
 */
export const failure: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const refusal = Option.getOrNull(asRefusal(error))
  if (refusal === null) req.log.error({ err: error }, "A request met a defect.")
  if (res.headersSent) return next(error)
  if (refusal === null) {
    const detail = "Something failed here that should not. Its id is in X-Request-Id."
    send(res, problem("internal-error", detail, instanceOf(req)))
    return
  }
  const { headers = {}, status } = refusal
  const other = ["malformed-request", "The request is not one that this API can answer."] as const
  const [kind, detail] = ofFiles[status] ?? other
  send(res.set({ ...headers }), problem(kind, detail, instanceOf(req)))
}
