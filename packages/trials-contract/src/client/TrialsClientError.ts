import type { Problem } from "../Problem.js"

/**
 * Why there is no answer. `refused`: the API sent a problem (in the throwing form only). `status`, `content-type`, `json`
 * and `body`: what came is not in the contract. `parameter`: nothing was asked, because no path can hold the parameter.
 */
export type TrialsClientReason = "refused" | "status" | "content-type" | "json" | "body" | "parameter"

/** What is known of a request that has no answer. */
export interface TrialsClientErrorDetails {
  readonly url: string
  readonly status?: number
  readonly headers?: Headers
  readonly problem?: Problem | undefined
  readonly cause?: unknown
}

/** The only error of the client's own: what a server sent is not in the contract, or, in the throwing form, is a refusal. */
export class TrialsClientError extends Error {
  /** Why there is no answer. */
  declare readonly reason: TrialsClientReason
  /** What was asked, without its query, which may hold what a person typed. */
  declare readonly url: string
  /** The status of the response; undefined where nothing was asked. */
  declare readonly status: number | undefined
  /** The content type of the response; null where it has none. */
  declare readonly contentType: string | null
  /** The headers of the response, as `Retry-After`. */
  declare readonly headers: Headers | undefined
  /** The problem that the server sent, if it did. */
  declare readonly problem: Problem | undefined

  constructor(
    reason: TrialsClientReason,
    message: string,
    { cause, headers, problem, status, url }: TrialsClientErrorDetails
  ) {
    const after = headers?.get("retry-after")
    super(after ? `${message} (Retry-After: ${after})` : message, cause ? { cause } : {})
    this.name = "TrialsClientError"
    this.reason = reason
    this.url = url
    this.status = status
    this.contentType = headers?.get("content-type") ?? null
    this.headers = headers
    this.problem = problem
  }
}
