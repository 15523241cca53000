import cors from "cors"
import helmet from "helmet"
import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"

/** What may be asked. */
export const allow = "GET, HEAD, OPTIONS"

/** Keeps a browser from executing upstream text. */
const safe = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }
  },
  // A proxy that adds TLS sends this header itself.
  strictTransportSecurity: false
})

/** Lets pages of any origin read every answer, and send what a preflight asks for. */
export const anyOrigin = cors({
  origin: "*",
  methods: ["GET", "HEAD"],
  allowedHeaders: ["Accept", "If-None-Match", "X-Request-Id"],
  exposedHeaders: [
    "Content-Disposition",
    "ETag",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Next-After",
    "X-Next-Cursor",
    "X-Publication",
    "X-Request-Id"
  ],
  maxAge: 86_400
})

type Headers = ReadonlyArray<readonly [name: string, value: string]>

/**
 * The headers of every answer, which are the same for each. Caches may store only an answer that then allows it.
 */
export const commonHeaders: Headers = (() => {
  const request = new IncomingMessage(new Socket())
  request.method = "GET"
  const response = new ServerResponse(request)
  safe(request, response, () => undefined)
  anyOrigin(request, response, () => undefined)
  response.setHeader("Cache-Control", "no-store")
  return Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)])
})()

/** Headers as they go over the wire. */
export const lines = (headers: Headers): string =>
  headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")
