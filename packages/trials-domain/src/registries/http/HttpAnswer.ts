/**
 * Answers of a registry that are not what was asked for, and what they mean.
 *
 * @module
 */
import { Option, Schema } from "effect"
import type { UpstreamReason } from "../RegistryClient.js"

/** An answer that is not what was asked for, as far as it was read. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** Why a request gave nothing. */
export interface HttpMeaning {
  readonly reason: UpstreamReason
  /** Whether the next moment may not see it. */
  readonly passing: boolean
  /** What a person is told, where the registry's text for the reason says too little. */
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

/** What a status means where the body says nothing. Passing are failures inside and calls that came too fast. */
export const ofStatus = (status: number): HttpMeaning => {
  const reason = reasonOf(status)
  return { reason, passing: reason === "server" || reason === "timeout" || reason === "quota" }
}

const AnyJson = Schema.parseJson()

/** Whether a body stops before its end: empty, or the beginning of a JSON document. */
export const isCutOff = (body: string): boolean =>
  /^\s*(?:$|[{[])/.test(body) && Option.isNone(Schema.decodeUnknownOption(AnyJson)(body))

/** Milliseconds of a Retry-After header, in seconds or as a date; null where there is none that makes sense. */
export const retryAfterMillis = (header: string | undefined, now: number): number | null => {
  if (header === undefined) return null
  const millis = /^-?\d+$/.test(header.trim())
    ? Number(header) * 1000
    : /^[A-Z][a-z]{2,8}, /.test(header)
      ? Date.parse(header) - now
      : Number.NaN
  return Number.isFinite(millis) && millis > 0 ? millis : null
}
