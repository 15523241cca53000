import { type Duration, Effect, Option } from "effect"
import * as Durations from "effect/Duration"
import type { RequestHandler } from "express"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import type { RegistryState } from "trials-domain/RegistryState"
import { type Answering, instanceOf } from "./Answer.js"
import { send } from "./Guards.js"
import { problem } from "./Refusal.js"

/** Alive: the process answers, whatever its database does. */
export const alive: RequestHandler = (_, res) => {
  res.json({ status: "ok" })
}

const freshness =
  (staleAfter: Option.Option<Duration.Duration>) =>
  ({ ageSeconds, lastChangeAt, lastProvenAt, name, revision }: RegistryState) => ({
    registry: name,
    revision,
    lastProvenAt,
    ageSeconds,
    lastChangeAt,
    stale: Option.match(staleAfter, {
      onNone: () => false,
      onSome: (most) => ageSeconds === null || ageSeconds > Durations.toSeconds(most)
    })
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
    const registries = body.map(freshness(staleAfter))
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
