import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import type { Logger } from "pino"
import { operations } from "trials-contract"
import type { Moment } from "trials-domain/Snapshot"
import { clientOf } from "./admission/Address.js"
import type { Rate } from "./admission/Rate.js"
import { addressOf, type TrustProxy } from "./admission/TrustProxy.js"
import type { AnswerCache } from "./answers/AnswerCache.js"
import { kindOf } from "./answers/Prepared.js"
import { present } from "./answers/Representation.js"
import { healthPaths } from "./App.js"
import { endsChunked, improper, instanceOf, send, unknownPath } from "./http/Guards.js"
import { allow, anyOrigin, commonHeaders } from "./http/Headers.js"
import { problem } from "./http/Refusal.js"
import { originForm } from "./http/Target.js"
import { enter, type Visit } from "./http/Visit.js"
import { isPage } from "./pages/Pages.js"
import { mcpPath } from "./routes/Mcp.js"
import type { Metrics } from "./telemetry/Metrics.js"
import { requestLog } from "./telemetry/RequestLog.js"

export interface FrontOptions {
  readonly app: RequestListener
  readonly log: Logger
  readonly metrics: Metrics
  readonly trustProxy: TrustProxy
  /** What addresses that the API tells begin with; empty: they are relative. */
  readonly publicUrl: string
  /** Null: nobody is limited. */
  readonly rate: Rate | null
  /** Null: nothing is kept. */
  readonly cache: AnswerCache | null
  /** Reads the moment of the database: at once where that takes no round trip. */
  readonly moment: () => Moment | null | Promise<Moment | null>
}

/** Where all paths of the contract begin. */
const contractual = "/v1/"

if (!operations.every(({ path }) => path.startsWith(contractual))) throw new Error("A path is elsewhere.")

/** Whether a target is one of the paths of health, with a slash at its end or without: Express takes it for the same. */
const isHealth = (target: string): boolean => healthPaths.includes(target.replace(/\/$/, ""))

/** Whether a target is that of the tools for agents, which let no page of another origin ask. */
const isOfTools = (target: string): boolean => target.split("?", 1)[0]?.replace(/\/$/, "") === mcpPath

const isPreflight = ({ headers, method }: IncomingMessage): boolean =>
  method === "OPTIONS" && headers["access-control-request-method"] !== undefined

/** Lets a page send its request, on any path: it can then read how that is refused. */
const preflight = (request: IncomingMessage, response: ServerResponse): void => {
  response.setHeader("Allow", allow)
  anyOrigin(request, response, () => response.end())
}

/**
 * What every request goes through before Express: its target in one form, its id and its line in the log, the headers of every
 * answer, preflights, the rate limit, what is malformed, and the cache. So an answer that is kept is limited, logged and counted like any other.
 */
export const front = ({
  app,
  cache,
  log,
  metrics,
  moment,
  publicUrl,
  rate,
  trustProxy
}: FrontOptions): RequestListener => {
  const logged = requestLog(log)
  const policy = rate === null ? "" : `"client";q=${rate.most};w=60`

  /** Counts a request, and refuses it where the client has sent too many. */
  const isRefused = (client: string, request: IncomingMessage, response: ServerResponse): boolean => {
    if (rate === null) return false
    const { isOver, left, seconds } = rate.take(client, performance.now())
    response.setHeader("RateLimit-Policy", policy)
    response.setHeader("RateLimit", `"client";r=${left};t=${seconds}`)
    if (!isOver) return false
    const detail = `A client may send ${rate.most} requests a minute. Ask again in ${seconds} seconds.`
    send(response, problem("rate-limited", detail, instanceOf(request)), seconds)
    return true
  }

  /** Sends an answer that is kept. */
  const isAnswered = (request: IncomingMessage, response: ServerResponse, now: Moment): boolean => {
    const kept = cache?.findBy(now, `${kindOf(request)} ${request.url}`)
    metrics.looked(kept !== undefined)
    if (kept === undefined) return false
    present(request, response, kept)
    return true
  }

  return (request, response) => {
    const { method, url = "/" } = request
    const target = originForm(url)
    if (target !== null) request.url = target
    logged(request, response)
    for (const [name, value] of commonHeaders) response.setHeader(name, value)
    metrics.begun(request, response)
    const visit: Visit = { client: clientOf(addressOf(request, trustProxy)), publicUrl, moment: null }
    enter(request, visit)
    // Where such a message ends is unknown.
    if (!endsChunked(request)) response.setHeader("Connection", "close")
    const isAsking = isPreflight(request) && !isOfTools(target ?? url)
    if (!isAsking && !isHealth(target ?? url) && isRefused(visit.client, request, response)) return
    const wrong = improper(request)
    if (wrong !== null) return send(response, problem(...wrong, instanceOf(request)))
    if (isAsking) return preflight(request, response)
    if (target === null) return unknownPath(request, response)
    if ((method !== "GET" && method !== "HEAD") || !(target.startsWith(contractual) || isPage(target)))
      return app(request, response)
    const go = (now: Moment | null): void => {
      visit.moment = now
      if (now === null || !isAnswered(request, response, now)) app(request, response)
    }
    const now = moment()
    if (now instanceof Promise) void now.then(go)
    else go(now)
  }
}
