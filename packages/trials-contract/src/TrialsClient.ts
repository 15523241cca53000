import { type ApiFetcher, initClient, tsRestFetchApi } from "@ts-rest/core"
import { contract } from "./contract.js"

/** What a client may be told beside its address. */
export interface TrialsClientOptions {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** In place of `fetch`. */
  readonly fetcher?: ApiFetcher
}

const encoded = (params: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, encodeURIComponent(String(value))]))

/** ts-rest puts parameters into the path as they are: an id with a slash would ask for another path. */
const withEncodedPaths = <Client extends object>(client: Client): Client =>
  Object.fromEntries(
    Object.entries(client).map(([name, call]) => [
      name,
      (args?: { readonly params?: Readonly<Record<string, unknown>> }) =>
        call(args?.params === undefined ? args : { ...args, params: encoded(args.params) })
    ])
    // The same names, each taking and giving what it did.
  ) as Client

/**
 * A typed client of the API at `baseUrl`, as in `http://localhost:3000`. Every answer is `{status, body, headers}`:
 * where `status` is 200 the body is what the contract says, and a `Problem` for any other. A body that is not as the
 * contract says is an error.
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
