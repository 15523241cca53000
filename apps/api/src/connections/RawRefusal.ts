import { STATUS_CODES } from "node:http"
import { type ProblemName, problems, problemType } from "trials-contract"
import { commonHeaders, lines } from "../Headers.js"
import { problem } from "../Refusal.js"

/** A refusal of input for which there is no request. */
export interface Raw {
  readonly kind: ProblemName
  readonly detail: string
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
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
  return { kind, detail }
}

const common = lines(commonHeaders)

/** A refusal as it goes over the wire. It is the last answer of its connection. */
export const rawRefusal = ({ detail, headers = [], kind }: Raw, toHead: boolean): string => {
  const body = JSON.stringify(problem(kind, detail, "/"))
  const { status } = problems[kind]
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${problemType}\r\n${common}` +
    `${lines(headers)}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${toHead ? "" : body}`
  )
}
