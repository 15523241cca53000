import { Effect } from "effect"
import { ReadFrom } from "trials-domain/Snapshot"
import { TooSlow } from "../http/Refusal.js"

const tries = 5

/**
 * Reads an answer that is made of several ones from one publication: where a run publishes between two of them, all are read
 * again. Fails with `TooSlow` where that happens every time.
 */
export const ofOnePublication = <A, E, R>(answer: Effect.Effect<A, E, R>): Effect.Effect<A, E | TooSlow, R> =>
  Effect.gen(function* () {
    const tell = yield* ReadFrom
    for (let n = 0; n < tries; n += 1) {
      const read = new Set<number>()
      const made = yield* Effect.provideService(answer, ReadFrom, (publication) =>
        Effect.sync(() => void read.add(publication))
      )
      const [publication] = read
      if (read.size > 1) continue
      if (publication !== undefined) yield* tell(publication)
      return made
    }
    return yield* new TooSlow()
  })
