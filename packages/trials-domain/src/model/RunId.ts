import { Clock, Effect, Random } from "effect"
import { fromMillis } from "./Instant.js"

/**
 * Makes a run's id: its start, and six letters and digits that distinguish runs of the same second. Ids sort by time.
 */
export const newRunId: Effect.Effect<string> = Effect.gen(function* () {
  const millis = yield* Clock.currentTimeMillis
  const start = fromMillis(millis).replace(/[-:]|\.\d+/g, "")
  const random = yield* Random.nextIntBetween(0, 36 ** 6)
  return `${start}-${random.toString(36).padStart(6, "0")}`
})
