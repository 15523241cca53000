import { type ApiFetcher, initClient, tsRestFetchApi } from "@ts-rest/core"
import { contract } from "./contract.js"

/** The options of a client besides its address. */
export interface TrialsClientOptions {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Used instead of `fetch`. */
  readonly fetcher?: ApiFetcher
}

const encoded = (params: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, encodeURIComponent(String(value))]))

/** ts-rest puts parameters into the path as they are, so an id with a slash would request another path. */
const withEncodedPaths = <Client extends object>(client: Client): Client =>
  Object.fromEntries(
    Object.entries(client).map(([name, call]) => [
      name,
      (args?: { readonly params?: Readonly<Record<string, unknown>> }) =>
        call(args?.params === undefined ? args : { ...args, params: encoded(args.params) })
    ])
    // Each name keeps its parameters and its result.
  ) as Client

/**
 * A typed client of the API at `baseUrl`, as in `http://localhost:3000`. Every answer is `{status, body, headers}`.
 * With the status 200 the body is what the contract says, with any other it is a `Problem`. A body that does not match
 * the contract is an error.
 */
export const createTrialsClient = (baseUrl: string, options: TrialsClientOptions = {}) =>
  withEncodedPaths(
    initClient(contract, {
      baseUrl: baseUrl.replace(/\/+$/, ""),
      baseHeaders: { accept: "application/json, application/problem+json", ...options.headers },
      validateResponse: true,
      throwOnUnknownStatus: true,
      api: options.fetcher ?? tsRestFetchApi
    })
  )

export type TrialsClient = ReturnType<typeof createTrialsClient>
