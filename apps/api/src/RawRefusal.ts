import { STATUS_CODES } from "node:http"
import type { Socket } from "node:net"
import { problemType } from "trials-contract"
import { safeLines } from "./Headers.js"
import { problem } from "./Refusal.js"

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

const headers = safeLines()

/** Answers input that Node refuses before there is a request. */
export const refuseRaw = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy()
    return
  }
  const code = error.code ?? ""
  const status = statuses[code] ?? 400
  const detail = ofAddress.has(code) ? unencoded : (details[status] ?? "")
  const body = JSON.stringify(problem(status, detail, "/"))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${problemType}\r\nCache-Control: no-store\r\n${headers}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  )
}
