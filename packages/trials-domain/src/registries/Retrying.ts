import { Clock, Duration, Effect, Option, Random } from "effect"
import { InvalidRegistry } from "./Registry.js"
import type { UpstreamError } from "./UpstreamError.js"

/** How often a call that failed is repeated, and how long all of that may take. */
export interface RetryPolicy {
  /** For all tries of one call. */
  readonly deadline: Duration.DurationInput
  /** The most tries of one call. */
  readonly tries: number
  /** The first wait between two tries; each later wait is twice as long. */
  readonly firstWait: Duration.DurationInput
  /** The longest Retry-After that is obeyed. */
  readonly longestWait: Duration.DurationInput
}

/** Five tries within ten minutes, after waits of about 1, 2, 4 and 8 seconds. */
export const defaultPolicy: RetryPolicy = {
  deadline: "10 minutes",
  tries: 5,
  firstWait: "1 second",
  longestWait: "2 minutes"
}

/** The given values, and the usual ones where none is given. Throws `InvalidRegistry` for one that means nothing. */
export const withUsual = <Limits extends Readonly<Record<string, Duration.DurationInput>>>(
  usual: Limits,
  given: { readonly [Name in keyof Limits]?: Limits[Name] | undefined } = {}
): Limits => {
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const limits = { ...usual, ...stated }
  for (const [name, value] of Object.entries(limits)) {
    const size = typeof usual[name] === "number" ? value : Option.getOrNull(Duration.decodeUnknown(value))
    const number = Duration.isDuration(size) ? Duration.toMillis(size) : size
    if (typeof number !== "number" || !(number >= 0) || (number === 0 && name === "requestsPerSecond")) {
      throw new InvalidRegistry({
        message: `The limit ${name} of a registry's client cannot be ${String(value)}.`
      })
    }
  }
  return limits
}

/**
 * Repeats a call while its failure may pass, and fails with `late` after the deadline. The waits between tries grow
 * exponentially, with full jitter, all within the deadline.
 */
export const retried = <A, R>(
  call: Effect.Effect<A, UpstreamError, R>,
  { deadline, firstWait, longestWait, tries }: RetryPolicy,
  late: UpstreamError
): Effect.Effect<A, UpstreamError, R> =>
  Effect.gen(function* () {
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(deadline)
    const attempt = (n: number): Effect.Effect<A, UpstreamError, R> =>
      Effect.catchAll(call, (error) =>
        Effect.gen(function* () {
          if (n >= tries || !error.mayPass) return yield* error
          const backOff = (yield* Random.next) * Duration.toMillis(firstWait) * 2 ** (n - 1)
          const asked = Duration.toMillis(Duration.min(error.retryAfter ?? Duration.zero, longestWait))
          const wait = Math.max(backOff, asked)
          // Waiting past the deadline would only hide what went wrong.
          if ((yield* Clock.currentTimeMillis) + wait >= end) return yield* error
          yield* Effect.logWarning(`${error.message} Trying again (${n} of ${tries - 1}).`)
          yield* Effect.sleep(Duration.millis(wait))
          return yield* attempt(n + 1)
        })
      )
    return yield* Effect.timeoutFail(attempt(1), {
      duration: deadline,
      onTimeout: () => late
    })
  })
