/**
 * A typed client of the trials API, for browsers and servers. Loads no schema and no library.
 *
 * @module
 */
export type { FetchOptions } from "./Calls.js"
export type { Open } from "../Open.js"
export {
  createTrialsClient,
  type StrictTrialsClient,
  type TrialsClient,
  type TrialsClientOptions
} from "./TrialsClient.js"
export { TrialsClientError, type TrialsClientReason } from "./TrialsClientError.js"
export type { Validation } from "./Validation.js"
