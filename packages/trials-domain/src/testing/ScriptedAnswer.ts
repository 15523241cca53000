import type { ServerResponse } from "node:http"

/** One answer of an upstream in tests. */
export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds to wait before sending anything. */
  readonly delay?: number
  /** Sends one byte a second. */
  readonly drip?: boolean
  /** Cuts the connection in the middle of the body. */
  readonly cut?: boolean
}

/** Sends an answer; its delay is for the caller. */
export const send = (
  response: ServerResponse,
  { body = "", cut, drip, headers, status = 200 }: ScriptedAnswer
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers })
  if (cut === true) {
    response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy())
  } else if (drip === true) {
    let sent = 0
    const timer = setInterval(() => response.write(body.charAt((sent += 1)) || " "), 1000)
    response.on("close", () => clearInterval(timer))
  } else {
    response.end(body)
  }
}
