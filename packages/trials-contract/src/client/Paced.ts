import type { Problem } from "../Problem.js"
import type { Parameters as Query } from "./Address.js"
import { refusal } from "./Answer.js"
import type { FetchOptions } from "./Calls.js"
import { paceOf } from "./RateLimit.js"
import { retries, type Retry } from "./Retry.js"
import { patience, wait } from "./Wait.js"

/** Any answer to a call. */
interface Said {
  readonly url: string
  readonly headers: Headers
}

interface Page<Body> extends Said {
  readonly status: 200
  readonly body: Body
}

interface Refused extends Said {
  readonly status: number
  readonly body: Problem
}

/** A call of a client that gives pages. */
export type PagedCall<Body> = (args: never) => Promise<Page<Body> | Refused>

/** What a call answers, where it does. */
export type BodyOf<Call extends PagedCall<unknown>> = Extract<
  Awaited<ReturnType<Call>>,
  { readonly status: 200 }
>["body"]

/** How an iterator asks. */
export interface IterationOptions {
  /** How its requests are repeated: by default as `retries()` does. */
  readonly retry?: Retry | undefined
}

/** What an iterator over a call takes: what the call does, and how to ask. */
export type Given<Call extends PagedCall<unknown>, Options> =
  Parameters<Call> extends [infer Arguments]
    ? [args: Arguments & Options]
    : [args?: Parameters<Call>[0] & Options]

/** What every call takes that gives pages. */
export interface Asked extends IterationOptions {
  readonly query?: Query
  readonly fetchOptions?: FetchOptions
}

const isPage = <Body>(answer: Page<Body> | Refused): answer is Page<Body> => answer.status === 200

/**
 * Asks for one page after another, and waits between two as long as the server's limit wants, up to a minute. `next` says of each page what
 * to ask for the one after it; undefined where there is none.
 */
export async function* paced<Body>(
  call: PagedCall<Body>,
  { retry = retries(), ...args }: Asked,
  next: (page: Body) => Query | undefined | Promise<Query | undefined>
): AsyncGenerator<Body, void, undefined> {
  const signal = args.fetchOptions?.signal
  let query: Query = { ...args.query }
  for (;;) {
    // The public functions take what the call takes, which is lost here.
    const answer = await retry(() => call({ ...args, query } as never), signal)
    if (!isPage(answer)) throw refusal(answer)
    const ready = Date.now() + paceOf(answer.headers) * 1000
    yield answer.body
    const more = await next(answer.body)
    if (more === undefined) return
    // Pace is a courtesy: who has waited long enough asks, and hears from the server whether that is too early.
    await wait(Math.min((ready - Date.now()) / 1000, patience), signal)
    query = { ...query, ...more }
  }
}
