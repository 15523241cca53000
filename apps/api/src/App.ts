import { createExpressEndpoints } from "@ts-rest/express"
import type { Duration, Option } from "effect"
import express, { type Express } from "express"
import { contract, operations, textRoutes } from "trials-contract"
import { answering, type ApiRuntime, type Keeping } from "./answers/Answer.js"
import { ownClient } from "./answers/OwnClient.js"
import { sendsPrepared } from "./answers/Prepared.js"
import { exports } from "./exports/Exports.js"
import { failure, noParameters, readOnly, refuseParameters, unknownPath } from "./http/Guards.js"
import { docs, docsPaths } from "./routes/Docs.js"
import { handlers } from "./routes/Handlers.js"
import { alive, ready } from "./routes/Health.js"
import { mcp, type McpOptions } from "./routes/Mcp.js"
import { changesAsNdjson } from "./routes/Ndjson.js"
import { pagesOf } from "./pages/Pages.js"
import { atom } from "./texts/Atom.js"
import { historyCsv } from "./texts/HistoryCsv.js"
import { type Metrics, metricsOf } from "./telemetry/Metrics.js"

export interface AppOptions extends Keeping {
  readonly runtime: ApiRuntime
  readonly metrics: Metrics
  readonly staleAfter: Option.Option<Duration.Duration>
  /** What addresses that the pages tell begin with; empty: they are paths alone. */
  readonly publicUrl: string
  /** How the tools for agents are served. */
  readonly mcp: Omit<McpOptions, "clientFor">
}

/** The paths that say how the API is. A client may ask for them as often as it likes. */
export const healthPaths = ["/healthz", "/readyz", "/metrics"]

/** The paths beside those of the contract. They take no parameters. */
const plainPaths = [...healthPaths, ...docsPaths]

/** The API as one Express application. What stands before it is in Front.ts. */
export const makeApp = ({
  mcp: tools,
  metrics,
  publicUrl,
  runtime,
  staleAfter,
  ...keeping
}: AppOptions): Express => {
  const app = express()
  const answer = answering(runtime, keeping)
  app.enable("case sensitive routing")
  app.disable("x-powered-by")
  // What may be kept has its tag, and its conditions are looked at, where it is sent.
  app.disable("etag")
  Object.defineProperty(app.request, "fresh", { configurable: true, value: false })
  sendsPrepared(app)
  const texts = Object.values(textRoutes).map(({ path }) => path)
  app.all([...plainPaths, ...operations.map(({ path }) => path), ...texts], readOnly)
  app.get(plainPaths, noParameters)
  app.get("/healthz", alive)
  app.get("/readyz", ready(runtime, staleAfter))
  app.get("/metrics", metricsOf(runtime, metrics))
  app.use(docs())
  app.use(mcp({ ...tools, clientFor: ownClient(runtime) }))
  app.get(contract.changes.list.path, changesAsNdjson(answer))
  app.get(textRoutes.atom.path, atom(answer))
  app.get(textRoutes.history.path, historyCsv(answer))
  app.use(pagesOf(answer, publicUrl))
  app.use(exports(runtime))
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
