import { Option, Schema } from "effect"
import type { ErrorRequestHandler, RequestHandler, Response } from "express"
import { RequestValidationError } from "@ts-rest/express"
import {
  type ParameterError,
  parameterErrors,
  parametersDetail,
  type Problem,
  problemType
} from "trials-contract"
import { instanceOf } from "./Answer.js"
import type { Raw } from "./connections/RawRefusal.js"
import { problem } from "./Refusal.js"

const allow = "GET, HEAD, OPTIONS"

const onlyReads = `This API only reads: ${allow}.`

/** The refusal of CONNECT, which Node does not treat as a request. */
export const notReading: Raw = { status: 405, detail: onlyReads, headers: { Allow: allow } }

const longestUrl = 8192

/** Sends problem details, which no cache may store. */
export const send = (res: Response, body: Problem): void => {
  res.status(body.status).set("Cache-Control", "no-store").type(problemType).send(JSON.stringify(body))
}

const decoded = Option.liftThrowable(decodeURIComponent)

const malformed = (url: string): string | null => {
  const text = decoded(url)
  if (Option.isNone(text)) return "The address has a % that is not followed by the UTF-8 of a character."
  return text.value.includes("\0") ? "The address holds a NUL, which no trial does." : null
}

/** Refuses a malformed request before anything reads it. */
export const properRequest: RequestHandler = (req, res, next) => {
  const hosts = req.rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === "host").length
  if (hosts > 1 || (hosts === 0 && req.httpVersion === "1.1")) {
    return send(res, problem(400, "A request has exactly one Host header.", instanceOf(req)))
  }
  if (req.originalUrl.length > longestUrl) {
    return send(res, problem(414, `An address has at most ${longestUrl} characters.`, instanceOf(req)))
  }
  const { expect = "100-continue", "transfer-encoding": coding = "chunked" } = req.headers
  // Where such a message ends is unknown, and so is where the next one begins.
  if (!/(?:^|,)\s*chunked\s*$/i.test(coding)) {
    res.set("Connection", "close")
    return send(res, problem(400, "A Transfer-Encoding ends with chunked.", instanceOf(req)))
  }
  if (expect.toLowerCase() !== "100-continue") {
    return send(res, problem(417, "Only 100-continue can be expected.", instanceOf(req)))
  }
  const wrong = malformed(req.originalUrl)
  return wrong === null ? next() : send(res, problem(400, wrong, instanceOf(req)))
}

/** Every path is read-only. */
export const readOnly: RequestHandler = (req, res, next) => {
  if (req.method === "GET" || req.method === "HEAD") return next()
  res.set("Allow", allow)
  if (req.method === "OPTIONS") res.status(204).end()
  else send(res, problem(405, onlyReads, instanceOf(req)))
}

/** Refuses every parameter, on a path that takes none. */
export const noParameters: RequestHandler = (req, res, next) => {
  const detail = "is unexpected: this path takes no parameters"
  const errors = Object.keys(req.query).map((parameter) => ({ parameter, detail }))
  if (errors.length === 0) return next()
  refuseAll(errors, req, res)
}

export const unknownPath: RequestHandler = (req, res) => {
  send(res, problem(404, "There is nothing at this path. /docs lists what there is.", instanceOf(req)))
}

const refuseAll = (
  errors: ReadonlyArray<ParameterError>,
  req: Parameters<typeof instanceOf>[0],
  res: Response
): void => {
  send(res, problem(400, parametersDetail(errors), instanceOf(req), errors))
}

/** Refuses a request that breaks the contract, with everything that is wrong with it. */
export const refuseParameters = (
  error: RequestValidationError,
  req: Parameters<typeof instanceOf>[0],
  res: Response
): void =>
  refuseAll(parameterErrors([error.query, error.pathParams].flatMap((part) => part?.issues ?? [])), req, res)

const refusals: Readonly<Record<number, string>> = {
  412: "The file is not in the state that the request names.",
  416: "The file has no such range."
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
    send(
      res,
      problem(500, `Something failed here that should not. Its id is in X-Request-Id.`, instanceOf(req))
    )
    return
  }
  const { headers = {}, status } = refusal
  // These describe the file, not the refusal.
  for (const name of ["ETag", "Last-Modified", "Accept-Ranges"]) res.removeHeader(name)
  const detail = refusals[status] ?? "The request is not one that this API can answer."
  send(res.set({ ...headers }), problem(status, detail, instanceOf(req)))
}
