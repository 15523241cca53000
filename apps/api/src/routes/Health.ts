import { type Duration, Effect, Option } from "effect"
import type { RequestHandler } from "express"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { isStale, type RegistryState } from "trials-domain/RegistryState"
import { type ApiRuntime, checking } from "../answers/Answer.js"
import { send } from "../http/Guards.js"
import { problem } from "../http/Refusal.js"

/** Alive: the process answers, whatever the state of its database. */
export const alive: RequestHandler = (_, res) => {
  res.json({ status: "ok" })
}

const freshness = (state: RegistryState, staleAfter: Option.Option<Duration.Duration>) => ({
  registry: state.name,
  revision: state.revision,
  lastProvenAt: state.lastProvenAt,
  ageSeconds: state.ageSeconds,
  countedAgeSeconds: state.countedAgeSeconds,
  lastChangeAt: state.lastChangeAt,
  stale: Option.exists(staleAfter, (maxAge) => isStale(state, maxAge))
})

const path = "/readyz"

/** Ready: there is a database, and no registry's last proven run is older than `staleAfter`. */
export const ready = (runtime: ApiRuntime, staleAfter: Option.Option<Duration.Duration>): RequestHandler => {
  const check = checking(
    runtime,
    path,
    Effect.flatMap(RegistryQueries, (registries) => registries.list)
  )
  return async (_, res) => {
    const { body, status } = await check()
    if (status !== 200) return send(res, body)
    const registries = body.map((state) => freshness(state, staleAfter))
    const stale = registries.filter((each) => each.stale).map(({ registry }) => registry)
    if (stale.length === 0) {
      res.json({ status: "ready", registries })
    } else {
      const detail = `The last proven run is too old: ${stale.join(", ")}.`
      const refusal = { ...problem("stale", detail, path), registries }
      send(res, refusal)
    }
  }
}
