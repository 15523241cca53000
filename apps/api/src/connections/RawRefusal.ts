import { randomUUID } from "node:crypto"
import { STATUS_CODES } from "node:http"
import type { Logger } from "pino"
import { type ProblemName, problems, problemType } from "trials-contract"
import { commonHeaders, lines } from "../http/Headers.js"
import { problem } from "../http/Refusal.js"
import type { Metrics } from "../telemetry/Metrics.js"

/** A refusal of input for which there is no request. */
export interface Raw {
  readonly kind: ProblemName
  readonly detail: string
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  /** The parser's code for what it does not take. */
  readonly reason?: string
}

const kinds = {
  HPE_HEADER_OVERFLOW: ["head-too-long", "The address and the headers together are too long."],
  ERR_HTTP_REQUEST_TIMEOUT: ["request-too-slow", "The request took too long to arrive."]
} as const satisfies Readonly<Record<string, readonly [ProblemName, string]>>

const isKnown = (code: string): code is keyof typeof kinds => Object.hasOwn(kinds, code)

const unencoded =
  "The address holds a character that must be percent-encoded: a space, or one beyond ASCII. curl does so with " +
  "-G --data-urlencode 'title=…'."

// llhttp's codes for a character that no address has, and for a space in one (what follows is not the HTTP version).
const ofAddress: ReadonlySet<string> = new Set(["HPE_INVALID_URL", "HPE_INVALID_CONSTANT"])

/** The refusal of what Node's parser does not take. */
export const unparsed = ({ code = "" }: NodeJS.ErrnoException): Raw => {
  const [kind, detail] = isKnown(code)
    ? kinds[code]
    : (["malformed-request", ofAddress.has(code) ? unencoded : "This is not an HTTP request."] as const)
  return { kind, detail, reason: code }
}

const common = lines(commonHeaders)

/** Where refusals are noted, and what their types begin with. */
export interface RawRefusalOptions {
  readonly log: Logger
  readonly metrics: Metrics
  /** What addresses that the API tells begin with; empty: they are relative. */
  readonly publicUrl: string
}

/** Makes a refusal as it goes over the wire. */
export type RawRefusing = (refusal: Raw, toHead: boolean) => string

/**
 * Makes refusals, each counted and logged as those of requests are. One is the last answer of its connection, so there is one line
 * in the log for each connection at most.
 */
export const rawRefusals =
  ({ log, metrics, publicUrl }: RawRefusalOptions): RawRefusing =>
  ({ detail, headers = [], kind, reason }, toHead) => {
    const { type, ...rest } = problem(kind, detail, "/")
    const { status } = problems[kind]
    const id = randomUUID()
    metrics.refused(type)
    // What was sent may be no request, with no method and no address to log.
    log.warn(
      { reqId: id, req: { id }, res: { statusCode: status }, problem: kind, reason },
      "no request completed"
    )
    const body = JSON.stringify({ type: publicUrl + type, ...rest })
    return (
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nDate: ${new Date().toUTCString()}\r\nContent-Type: ${problemType}\r\n${common}X-Request-Id: ${id}\r\n` +
      `${lines(headers)}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${toHead ? "" : body}`
    )
  }
