import { answerType, type Operation, problemType, routes } from "../Routes.js"
import { addressOf, type Parameters, queryOf } from "./Address.js"
import { read, refusal } from "./Answer.js"
import type { Calls, FetchOptions, ThrowingCalls } from "./Calls.js"
import type { Validation } from "./Validation.js"

/** The options of a client besides its address. */
export interface TrialsClientOptions {
  /** Sent with every request. */
  readonly headers?: RequestInit["headers"]
  /** Called in place of the global `fetch`, in the same way. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** `strict` or `lenient` of `trials-contract/validate`. Without one, bodies are taken as they are. */
  readonly validate?: Validation | undefined
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
 * `{status, body, headers}`: with the status 200 the body is what the contract says, with any other a `Problem`. What
 * the contract does not have is thrown as a `TrialsClientError`. An abort and a failure of the network are thrown as
 * `fetch` throws them.
 */
export function createTrialsClient(
  baseUrl: string,
  options: TrialsClientOptions & { readonly validate: Validation<"closed"> }
): StrictTrialsClient
export function createTrialsClient(baseUrl: string, options?: TrialsClientOptions): TrialsClient
// The table has the form of the routes, which `fromEntries` forgets: what it is are the two lines above.
export function createTrialsClient(baseUrl: string, options: TrialsClientOptions = {}): object {
  const base = baseUrl.replace(/\/+$/, "")
  // The global is looked up for each request, as it may be replaced later.
  const send = options.fetch ?? ((url, init) => globalThis.fetch(url, init))
  const ask = async (route: Operation, { fetchOptions, params, query }: AnyArguments = {}) => {
    const url = addressOf(base, route.path, params)
    const headers = new Headers({ accept: `${answerType}, ${problemType}` })
    for (const given of [options.headers, fetchOptions?.headers])
      new Headers(given).forEach((value, name) => headers.set(name, value))
    const response = await send(url + queryOf(query), { ...fetchOptions, method: route.method, headers })
    return { url, answer: await read(route, url, response, options.validate) }
  }
  return {
    ...forEachRoute((route) => async (args?: AnyArguments) => (await ask(route, args)).answer),
    orThrow: forEachRoute((route) => async (args?: AnyArguments) => {
      const { answer, url } = await ask(route, args)
      if (answer.status === 200) return answer.body
      throw refusal(url, answer)
    })
  }
}
