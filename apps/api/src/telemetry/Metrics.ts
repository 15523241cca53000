import { Effect } from "effect"
import type { RequestHandler } from "express"
import type { IncomingMessage, ServerResponse } from "node:http"
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client"
import { exportRoutes, operations, textRoutes } from "trials-contract"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { RunQueries } from "trials-domain/RunQueries"
import { type ApiRuntime, checking } from "../answers/Answer.js"
import { refusalOf } from "../http/Guards.js"

/** Memory, processor time and the event loop are of the process, however many APIs it has. */
const ofProcess = new Registry()
let isCollecting = false

const collect = (): void => {
  if (!isCollecting) collectDefaultMetrics({ register: ofProcess })
  isCollecting = true
}

const routes = [...operations, ...Object.values(exportRoutes), ...Object.values(textRoutes)].map(
  ({ path }) => ({
    path,
    form: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}/?$`)
  })
)

const others = /^\/(?:healthz|readyz|metrics|openapi\.json|postman\.json|docs|problems|mcp|en|ko|web)(?=\/|$)/

/** What requests of this path are counted as: there are as many as the contract has paths, and some more. */
const routeOf = (url: string): string => {
  const [path = "/"] = url.split("?", 1)
  return routes.find(({ form }) => form.test(path))?.path ?? others.exec(path)?.[0] ?? "other"
}

/** What is counted, and how it is told to Prometheus. */
export class Metrics {
  readonly #own = new Registry()
  readonly #of = { registers: [this.#own] }
  readonly #latency = new Histogram({
    ...this.#of,
    name: "trials_http_request_duration_seconds",
    help: "From the arrival of a request until its answer is written, by the contract's path and the status.",
    labelNames: ["route", "status"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]
  })
  readonly #refusals = new Counter({
    ...this.#of,
    name: "trials_http_refusals_total",
    help: "Refused requests, by the type of the problem.",
    labelNames: ["type"]
  })
  readonly #looks = new Counter({
    ...this.#of,
    name: "trials_http_cache_looks_total",
    help: "Requests for which the cache of answers was looked into, by whether it had the answer.",
    labelNames: ["found"]
  })
  readonly #isUp = new Gauge({
    ...this.#of,
    name: "trials_database_up",
    help: "1 where the database could be read just now. Where it is 0, what is told of the ledger is as it was last read."
  })
  readonly #provenAt = new Gauge({
    ...this.#of,
    name: "trials_last_proven_timestamp_seconds",
    help: "When the last proven run of a registry ended.",
    labelNames: ["registry"]
  })
  readonly #age = new Gauge({
    ...this.#of,
    name: "trials_last_proven_age_seconds",
    help: "How old the last proven run of a registry is.",
    labelNames: ["registry"]
  })
  readonly #trials = new Gauge({
    ...this.#of,
    name: "trials_trials",
    help: "Trials of a registry, by whether it still lists them.",
    labelNames: ["registry", "state"]
  })
  readonly #runs = new Gauge({
    ...this.#of,
    name: "trials_runs",
    help: "Runs in the ledger, by their verdict; `none` is of runs that have not ended.",
    labelNames: ["registry", "verdict"]
  })

  constructor() {
    collect()
  }

  /** Measures a request that has arrived, until it is answered. */
  begun(request: IncomingMessage, response: ServerResponse): void {
    const began = performance.now()
    const { url = "/" } = request
    response.once("close", () => {
      const status = response.writableEnded ? String(response.statusCode) : "cut"
      this.#latency.observe({ route: routeOf(url), status }, (performance.now() - began) / 1000)
      const type = refusalOf(response)
      if (type !== undefined) this.refused(type)
    })
  }

  /** Counts a refusal by the type of its problem. */
  refused(type: string): void {
    this.#refusals.inc({ type })
  }

  /** Counts a look into the cache. */
  looked(found: boolean): void {
    this.#looks.inc({ found: String(found) })
  }

  /** Takes what the ledger says; null where it cannot be read, and the last values stay. */
  ledger(read: Effect.Effect.Success<typeof ledger> | null): void {
    this.#isUp.set(read === null ? 0 : 1)
    if (read === null) return
    for (const gauge of [this.#provenAt, this.#age, this.#trials, this.#runs]) gauge.reset()
    for (const { ageSeconds, lastProvenAt, name: registry, trials } of read.registries) {
      if (lastProvenAt !== null) this.#provenAt.set({ registry }, Date.parse(lastProvenAt) / 1000)
      if (ageSeconds !== null) this.#age.set({ registry }, ageSeconds)
      this.#trials.set({ registry, state: "listed" }, trials.listed)
      this.#trials.set({ registry, state: "missing" }, trials.missing)
    }
    for (const { registry, runs, verdict } of read.tally) {
      this.#runs.set({ registry, verdict: verdict ?? "none" }, runs)
    }
  }

  /** All of it, in the form of Prometheus. */
  async told(): Promise<string> {
    return `${await this.#own.metrics()}\n${await ofProcess.metrics()}`
  }

  /** The content type of that form. */
  readonly type = ofProcess.contentType
}

const ledger = Effect.all({
  registries: Effect.flatMap(RegistryQueries, ({ list }) => list),
  tally: Effect.flatMap(RunQueries, ({ tally }) => tally)
})

/** Tells the metrics. What is of the ledger is read ahead of all that wait, as readiness is. */
export const metricsOf = (runtime: ApiRuntime, metrics: Metrics): RequestHandler => {
  const check = checking(runtime, "/metrics", ledger)
  return async (_, res) => {
    const { body, status } = await check()
    metrics.ledger(status === 200 ? body : null)
    res.type(metrics.type).send(await metrics.told())
  }
}
