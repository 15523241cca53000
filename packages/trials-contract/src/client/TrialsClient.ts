import { answerType, type Operation, problemType, routes } from "../Routes.js"
import { addressOf, type Parameters, queryOf } from "./Address.js"
import { read, refusal } from "./Answer.js"
import type { Calls, FetchOptions, ThrowingCalls } from "./Calls.js"
import { conditional, type Send } from "./Conditional.js"
import type { Retry } from "./Retry.js"
import type { AnswerStore } from "./Store.js"
import type { Validation } from "./Validation.js"

/** The options of a client besides its address. */
export interface TrialsClientOptions {
  /** Sent with every request. */
  readonly headers?: RequestInit["headers"]
  /** Called in place of the global `fetch`, in the same way. */
  readonly fetch?: Send | undefined
  /** `strict` or `lenient` of `trials-contract/validate`. Without one, bodies are taken as they are. */
  readonly validate?: Validation | undefined
  /** `retries()`, where refused calls are to be repeated. Without it each call is one request. */
  readonly retry?: Retry | undefined
  /** `memoryStore()`, or one of your own, where answers are to be kept and only asked for again if they have changed. */
  readonly store?: AnswerStore | undefined
}

/** A typed client of the API. Besides the codes of the contract, its answers may have any `Other`. */
export interface TrialsClient<Other extends string = string & {}> extends Calls<Other> {
  /** The same calls, for query libraries: each gives the body, and throws a `TrialsClientError` for a refusal. */
  readonly orThrow: ThrowingCalls<Other>
}

/** A client that validates strictly: its answers have no codes but those of the contract. */
export type StrictTrialsClient = TrialsClient<never>

interface AnyArguments {
  readonly params?: Parameters
  readonly query?: Parameters
  readonly fetchOptions?: FetchOptions
}

/** A table like that of the routes, with something for each of them. */
const forEachRoute = <Made>(make: (route: Operation) => Made) =>
  Object.fromEntries(
    Object.entries(routes).map(([group, calls]) => [
      group,
      Object.fromEntries(Object.entries<Operation>(calls).map(([name, route]) => [name, make(route)]))
    ])
  )

/**
 * A typed client of the API at `baseUrl`, as in `http://localhost:3000`, `/api` or `https://host/prefix`. Every answer is
 * `{status, body, headers, url}`: with the status 200 the body is what the contract says, with any other a `Problem`. What
 * the contract does not have is thrown as a `TrialsClientError`. An abort and a failure of the network are thrown as
 * `fetch` throws them.
 */
export function createTrialsClient(
  baseUrl: string,
  options: TrialsClientOptions & { readonly validate: Validation<"closed"> }
): StrictTrialsClient
export function createTrialsClient(baseUrl: string, options?: TrialsClientOptions): TrialsClient
// The table has the form of the routes, which `fromEntries` forgets: what it is are the two lines above.
export function createTrialsClient(
  baseUrl: string,
  { fetch, headers: always, retry, store, validate }: TrialsClientOptions = {}
): object {
  const base = baseUrl.replace(/\/+$/, "")
  // The global is looked up for each request, as it may be replaced later.
  const sendNow = fetch ?? ((url, init) => globalThis.fetch(url, init))
  const send = store === undefined ? sendNow : conditional(store, sendNow)
  const ask = async (route: Operation, { fetchOptions, params, query }: AnyArguments = {}) => {
    const url = addressOf(base, route.path, params)
    const headers = new Headers({ accept: `${answerType}, ${problemType}` })
    for (const given of [always, fetchOptions?.headers])
      new Headers(given).forEach((value, name) => headers.set(name, value))
    const once = async () => {
      const response = await send(url + queryOf(query), { ...fetchOptions, method: route.method, headers })
      return read(route, url, response, validate, query?.["fields"] !== undefined)
    }
    return retry === undefined ? once() : retry(once, fetchOptions?.signal)
  }
  return {
    ...forEachRoute((route) => (args?: AnyArguments) => ask(route, args)),
    orThrow: forEachRoute((route) => async (args?: AnyArguments) => {
      const answer = await ask(route, args)
      if (answer.status === 200) return answer.body
      throw refusal(answer)
    })
  }
}
