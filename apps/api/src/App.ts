import { createExpressEndpoints } from "@ts-rest/express"
import type { Duration, Option } from "effect"
import express, { type Express, type RequestHandler } from "express"
import helmet from "helmet"
import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Logger } from "pino"
import { pinoHttp } from "pino-http"
import { contract } from "trials-contract"
import { answering, type ApiRuntime } from "./Answer.js"
import { docs, docsPaths } from "./Docs.js"
import { defect, properRequest, readOnly, refuseParameters, unknownPath } from "./Guards.js"
import { handlers } from "./Handlers.js"
import { alive, ready } from "./Health.js"
import { changesAsNdjson } from "./Ndjson.js"

export interface AppOptions {
  readonly runtime: ApiRuntime
  readonly log: Logger
  readonly staleAfter: Option.Option<Duration.Duration>
}

const requestId = (req: IncomingMessage, res: ServerResponse): string => {
  const given = req.headers["x-request-id"]
  const id = typeof given === "string" && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
  res.setHeader("X-Request-Id", id)
  return id
}

const requestLog = (log: Logger): RequestHandler =>
  pinoHttp({
    logger: log,
    genReqId: requestId,
    quietReqLogger: true,
    customLogLevel: (_, res, error) =>
      error !== undefined || res.statusCode >= 500 ? "error" : res.statusCode >= 400 ? "warn" : "info",
    // A defect is logged where it is met, with its cause.
    customErrorObject: (_req, _res, _error, { err: _, ...rest }) => rest,
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode })
    }
  })

const headers: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }
  },
  // Whoever puts TLS before this says so there.
  strictTransportSecurity: false
})

/** Nothing is kept by anyone unless an answer says so. */
const notKept: RequestHandler = (_, res, next) => {
  res.set("Cache-Control", "no-store")
  next()
}

/** The API as one Express application. */
export const makeApp = ({ log, runtime, staleAfter }: AppOptions): Express => {
  const app = express()
  const answer = answering(runtime)
  app.enable("case sensitive routing")
  app.disable("x-powered-by")
  app.use(requestLog(log), headers, notKept, properRequest)
  app.all(["/healthz", "/readyz", ...docsPaths, ...Object.values(contract).map(({ path }) => path)], readOnly)
  app.get("/healthz", alive)
  app.get("/readyz", ready(answer, staleAfter))
  app.use(docs())
  app.get(contract.changes.path, changesAsNdjson(answer))
  createExpressEndpoints(contract, handlers(answer), app, {
    logInitialization: false,
    jsonQuery: false,
    // The library has decoded every row by the same schemas already.
    responseValidation: false,
    requestValidationErrorHandler: refuseParameters
  })
  app.use(unknownPath, defect)
  return app
}
