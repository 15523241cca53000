import { STATUS_CODES } from "node:http"
import { problemType } from "trials-contract"
import { safeLines } from "../Headers.js"
import { problem } from "../Refusal.js"

/** A refusal of input for which there is no request. */
export interface Raw {
  readonly status: number
  readonly detail: string
  readonly headers?: Readonly<Record<string, string>>
}

const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408
}

const details: Readonly<Record<number, string>> = {
  400: "This is not an HTTP request.",
  408: "The request took too long to arrive.",
  431: "The address and the headers together are too long."
}

const unencoded =
  "The address holds a character that must be percent-encoded: a space, or one beyond ASCII. curl does so with " +
  "-G --data-urlencode 'title=…'."

// llhttp's codes for a character that no address has, and for a space in one (what follows is not the HTTP version).
const ofAddress: ReadonlySet<string> = new Set(["HPE_INVALID_URL", "HPE_INVALID_CONSTANT"])

/** The refusal of what Node's parser does not take. */
export const unparsed = ({ code = "" }: NodeJS.ErrnoException): Raw => {
  const status = statuses[code] ?? 400
  return { status, detail: ofAddress.has(code) ? unencoded : (details[status] ?? "") }
}

const safe = safeLines()

/** A refusal as it goes over the wire. It is the last answer of its connection. */
export const rawRefusal = ({ detail, headers = {}, status }: Raw, toHead: boolean): string => {
  const body = JSON.stringify(problem(status, detail, "/"))
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${problemType}\r\nCache-Control: no-store\r\n${safe}` +
    `${own.join("")}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${toHead ? "" : body}`
  )
}
