/**
 * A typed client of the trials API, for browsers and servers. Loads no schema and no library.
 *
 * @module
 */
export type { FetchOptions } from "./Calls.js"
export { feed, type FeedCall, type FeedItem, type FeedOptions } from "./Feed.js"
export type { Open } from "../Open.js"
export type { IterationOptions } from "./Paced.js"
export { items, type ListCall, pages } from "./Pages.js"
export { retries, type Retry, type RetryOptions } from "./Retry.js"
export { type AnswerStore, memoryStore, type StoredAnswer } from "./Store.js"
export {
  createTrialsClient,
  type StrictTrialsClient,
  type TrialsClient,
  type TrialsClientOptions
} from "./TrialsClient.js"
export { TrialsClientError, type TrialsClientReason } from "./TrialsClientError.js"
export type { Validation } from "./Validation.js"
