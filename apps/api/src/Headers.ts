import type { RequestHandler } from "express"
import helmet from "helmet"
import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"

/** Keeps a browser from doing what upstream text says. */
export const safe = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }
  },
  // A proxy that adds TLS sends this header itself.
  strictTransportSecurity: false
})

/** No cache keeps an answer that does not say so. */
export const notKept: RequestHandler = (_, res, next) => {
  res.set("Cache-Control", "no-store")
  next()
}

/** The headers of `safe` as lines, for an answer without a request. */
export const safeLines = (): string => {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  safe(request, response, () => undefined)
  return Object.entries(response.getHeaders())
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
    .join("")
}
