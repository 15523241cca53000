import { createExpressEndpoints } from "@ts-rest/express"
import type { Duration, Option } from "effect"
import express, { type Express } from "express"
import type { Logger } from "pino"
import { contract, operations } from "trials-contract"
import { answering, type ApiRuntime } from "./Answer.js"
import { docs, docsPaths } from "./Docs.js"
import { failure, noParameters, properRequest, readOnly, refuseParameters, unknownPath } from "./Guards.js"
import { handlers } from "./Handlers.js"
import { freshIfKept, notKept, safe } from "./Headers.js"
import { alive, ready } from "./Health.js"
import { changesAsNdjson } from "./Ndjson.js"
import { requestLog } from "./RequestLog.js"

export interface AppOptions {
  readonly runtime: ApiRuntime
  readonly log: Logger
  readonly staleAfter: Option.Option<Duration.Duration>
}

/** The paths beside those of the contract. They take no parameters. */
const plainPaths = ["/healthz", "/readyz", ...docsPaths]

/** The API as one Express application. */
export const makeApp = ({ log, runtime, staleAfter }: AppOptions): Express => {
  const app = express()
  const answer = answering(runtime)
  app.enable("case sensitive routing")
  app.disable("x-powered-by")
  freshIfKept(app)
  app.use(requestLog(log), safe, notKept, properRequest)
  app.all([...plainPaths, ...operations.map(({ path }) => path)], readOnly)
  app.get(plainPaths, noParameters)
  app.get("/healthz", alive)
  app.get("/readyz", ready(runtime, staleAfter))
  app.use(docs())
  app.get(contract.changes.list.path, changesAsNdjson(answer))
  createExpressEndpoints(contract, handlers(answer), app, {
    logInitialization: false,
    jsonQuery: false,
    // The library has already decoded every row with the same schemas.
    responseValidation: false,
    requestValidationErrorHandler: refuseParameters
  })
  app.use(unknownPath, failure)
  return app
}
