import express, { type Express, type Request, type RequestHandler } from "express"
import helmet from "helmet"
import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"

/** Keeps a browser from executing upstream text. */
export const safe = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }
  },
  // A proxy that adds TLS sends this header itself.
  strictTransportSecurity: false
})

/** Caches may store only an answer that allows it. */
export const notKept: RequestHandler = (_, res, next) => {
  res.set("Cache-Control", "no-store")
  next()
}

const fresh = Object.getOwnPropertyDescriptor(express.request, "fresh")?.get

/** Keeps Express from answering 304 in place of what may not be stored: `If-None-Match: *` matches any answer. */
export const freshIfKept = (app: Express): void => {
  Object.defineProperty(app.request, "fresh", {
    configurable: true,
    get(this: Request) {
      const kept = !/no-store/.test(String(this.res?.get("Cache-Control")))
      return kept && fresh?.call(this) === true
    }
  })
}

/** The headers of `safe` as lines, for a response without a request. */
export const safeLines = (): string => {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  safe(request, response, () => undefined)
  return Object.entries(response.getHeaders())
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
    .join("")
}
