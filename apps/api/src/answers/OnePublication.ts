import { Effect } from "effect"
import { ReadFrom } from "trials-domain/Snapshot"
import { TooSlow } from "../http/Refusal.js"

const tries = 5

/**
 * Asks a question that is a part of an answer, and reports the publication that its answer was read from: a long question in
 * whose middle a run publishes begins again.
 */
export const part = <A, E, R>(question: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const tell = yield* ReadFrom
    const read: { last: number | null } = { last: null }
    const found = yield* Effect.provideService(question, ReadFrom, (publication) =>
      Effect.sync(() => void (read.last = publication))
    )
    if (read.last !== null) yield* tell(read.last)
    return found
  })

/**
 * Reads an answer that is made of several parts from one publication: where a run publishes between two of them, all are read
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
