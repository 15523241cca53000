import { type Duration, Effect, Option } from "effect"
import type { RequestHandler } from "express"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { isStale, type RegistryState } from "trials-domain/RegistryState"
import { type Answering, instanceOf } from "./Answer.js"
import { send } from "./Guards.js"
import { problem } from "./Refusal.js"

/** Alive: the process answers, whatever the state of its database. */
export const alive: RequestHandler = (_, res) => {
  res.json({ status: "ok" })
}

const freshness = (state: RegistryState, staleAfter: Option.Option<Duration.Duration>) => ({
  registry: state.name,
  revision: state.revision,
  lastProvenAt: state.lastProvenAt,
  ageSeconds: state.ageSeconds,
  lastChangeAt: state.lastChangeAt,
  stale: Option.exists(staleAfter, (maxAge) => isStale(state, maxAge))
})

/** Ready: there is a database, and no registry's last proven run is older than `staleAfter`. */
export const ready =
  (answer: Answering, staleAfter: Option.Option<Duration.Duration>): RequestHandler =>
  async (req, res) => {
    const { body, status } = await answer(
      { req, res },
      Effect.flatMap(RegistryQueries, ({ registries }) => registries)
    )
    if (status !== 200) return send(res, body)
    const registries = body.map((state) => freshness(state, staleAfter))
    const stale = registries.filter((each) => each.stale).map(({ registry }) => registry)
    res.set("Cache-Control", "no-store")
    if (stale.length === 0) {
      res.json({ status: "ready", registries })
    } else {
      const detail = `The last proven run is too old: ${stale.join(", ")}.`
      const refusal = { ...problem(503, detail, instanceOf(req)), registries }
      send(res, refusal)
    }
  }
