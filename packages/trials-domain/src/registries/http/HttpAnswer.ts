/**
 * The unexpected answers of a registry, and what they mean.
 *
 * @module
 */
import { Duration, Option, Schema } from "effect"
import type { UpstreamReason } from "../UpstreamError.js"

/** An unexpected answer, as far as it was read. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** Why a request returned nothing. */
export interface HttpMeaning {
  readonly reason: UpstreamReason
  /** Whether the failure may be gone a moment later. */
  readonly passing: boolean
  /** A message for a person, where the registry's text for the reason says too little. */
  readonly detail?: string
}

const reasonOf = (status: number): UpstreamReason => {
  if (status === 401 || status === 403) return "key"
  if (status === 404 || status === 410) return "gone"
  if (status === 408) return "timeout"
  if (status === 429) return "quota"
  if (status >= 500) return "server"
  return status >= 400 ? "request" : "malformed"
}

/** What a status means if the body says nothing. Internal failures and calls that came too fast are passing. */
export const ofStatus = (status: number): HttpMeaning => {
  const reason = reasonOf(status)
  return { reason, passing: reason === "server" || reason === "timeout" || reason === "quota" }
}

const AnyJson = Schema.parseJson()

/** Whether a body is cut off: it is empty, or only the beginning of a JSON document. */
export const isCutOff = (body: string): boolean =>
  /^\s*(?:$|[{[])/.test(body) && Option.isNone(Schema.decodeUnknownOption(AnyJson)(body))

/** What an answer means if nothing is known of the registry: a body that was cut off may come whole the next time. */
export const usualMeaning = ({ body, status }: HttpAnswer): HttpMeaning =>
  status === 200 && isCutOff(body)
    ? { reason: "network", passing: true, detail: "The registry's answer was cut off." }
    : ofStatus(status)

/** The wait that a Retry-After header asks for, in seconds or as a date; undefined if it has no sensible value. */
export const retryAfter = (header: string | undefined, now: number): Duration.Duration | undefined => {
  if (header === undefined) return undefined
  const millis = /^-?\d+$/.test(header.trim())
    ? Number(header) * 1000
    : /^[A-Z][a-z]{2,8}, /.test(header)
      ? Date.parse(header) - now
      : Number.NaN
  return Number.isFinite(millis) && millis > 0 ? Duration.millis(millis) : undefined
}
