import { resetOf } from "./RateLimit.js"
import { TrialsClientError } from "./TrialsClientError.js"
import { patience, wait } from "./Wait.js"

/** How requests are repeated. */
export interface RetryOptions {
  /** How often to ask at most, the first time included: 4 by default. */
  readonly tries?: number
  /** The longest wait between two tries in seconds: 60 by default. Where a server wants a longer one, its refusal stands. */
  readonly longest?: number
  /** Whether to ask again where there was no connection, or it was lost: not by default. */
  readonly network?: boolean
}

/** Repeats a request that failed for a while. It gives, or throws, what the last try does. */
export type Retry = <Answer extends { readonly status: number; readonly headers: Headers }>(
  ask: () => Promise<Answer>,
  signal?: AbortSignal | null
) => Promise<Answer>

// Too many requests, and a server or the gateway before it that is not there for now.
const passing: ReadonlyArray<number | undefined> = [429, 502, 503, 504]

/** The seconds that a server asks to wait: given as such, or as the date of their end. */
const retryAfterOf = (headers: Headers): number | undefined => {
  const text = headers.get("retry-after")?.trim() ?? ""
  if (/^\d+$/.test(text)) return Number(text)
  // A date has the name of its month: `Date.parse` also takes numbers for one.
  const until = /[a-z]/i.test(text) ? Date.parse(text) : NaN
  // By the server's clock, if it tells it: this one may be wrong.
  const now = Date.parse(headers.get("date") ?? "") || Date.now()
  return Number.isNaN(until) ? undefined : Math.max(0, until - now) / 1000
}

interface Told {
  readonly status: number | undefined
  readonly headers: Headers | undefined
}

type Outcome<Answer> = { readonly answer: Answer } | { readonly error: unknown }

const settled = <Answer>(promise: Promise<Answer>): Promise<Outcome<Answer>> =>
  promise.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error })
  )

/** What a server said; nothing where it said nothing. */
const toldBy = (outcome: Outcome<Told>): Told | undefined => {
  if ("answer" in outcome) return outcome.answer
  return outcome.error instanceof TrialsClientError ? outcome.error : undefined
}

// What one retry has given up on is not repeated by another around it: by an iterator over calls of a client that retries.
const final = new WeakSet<object>()

/**
 * Repeats requests that are refused with 429 or 503, or by a gateway with 502 or 504: not before `Retry-After`, else after
 * about 1, 2 and 4 seconds, and each time a little later than they may, so that not all who were refused come at once.
 */
export const retries = ({ longest = patience, network = false, tries = 4 }: RetryOptions = {}): Retry => {
  /** The seconds before another try; undefined where there is none. */
  const delayOf = (outcome: Outcome<Told>, tried: number): number | undefined => {
    const told = toldBy(outcome)
    // What `fetch` throws without a connection, which no abort is.
    const lost = "error" in outcome && outcome.error instanceof TypeError ? outcome.error : undefined
    const failure = told ?? lost
    if (failure === undefined || !(failure === lost ? network : passing.includes(told?.status)))
      return undefined
    const asked = told?.headers && (retryAfterOf(told.headers) ?? resetOf(told.headers))
    if (tried >= tries || (asked ?? 0) > longest || final.has(failure)) {
      final.add(failure)
      return undefined
    }
    return asked === undefined ? 2 ** (tried - 1) * (0.5 + Math.random() / 2) : asked + Math.random()
  }
  return async (ask, signal) => {
    for (let tried = 1; ; tried++) {
      const outcome = await settled(ask())
      const delay = delayOf(outcome, tried)
      if (delay !== undefined) await wait(delay, signal)
      else if ("answer" in outcome) return outcome.answer
      else throw outcome.error
    }
  }
}
