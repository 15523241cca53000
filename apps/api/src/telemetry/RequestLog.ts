import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Logger } from "pino"
import { type HttpLogger, pinoHttp } from "pino-http"

const requestId = (req: IncomingMessage, res: ServerResponse): string => {
  const given = req.headers["x-request-id"]
  const id = typeof given === "string" && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
  res.setHeader("X-Request-Id", id)
  return id
}

/** Logs one line per request, with the id that its answer carries too. */
export const requestLog = (log: Logger): HttpLogger =>
  pinoHttp({
    logger: log,
    genReqId: requestId,
    quietReqLogger: true,
    customLogLevel: (_, res, error) =>
      error !== undefined || res.statusCode >= 500 ? "error" : res.statusCode >= 400 ? "warn" : "info",
    // A defect is logged where it occurs, with its cause.
    customErrorObject: (_req, _res, _error, { err: _, ...rest }) => rest,
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode })
    }
  })
