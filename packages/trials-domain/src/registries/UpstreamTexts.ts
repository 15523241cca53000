import { UpstreamError, type UpstreamReason } from "./RegistryClient.js"

/** The message for a person, by reason. */
export type UpstreamTexts = Readonly<Record<UpstreamReason, string>>

const texts: UpstreamTexts = {
  key: "The registry refuses its caller.",
  gone: "The registry no longer has what was asked for.",
  certificate: "The registry's certificate is not trusted.",
  proxy: "The proxy refuses to connect to the registry.",
  quota: "The registry's limit of calls is used up; try again later.",
  request: "The registry did not understand the request.",
  server: "The registry failed inside; try again later.",
  network: "The registry cannot be reached.",
  timeout: "The registry took too long to answer.",
  "too-large": "The registry's answer is larger than any page should be.",
  redirect: "The registry sends its callers elsewhere; no redirect is followed.",
  malformed: "The registry's answer is not in the documented form.",
  file: "The saved answer cannot be read."
}

/** What else is known about a failure. */
export interface UpstreamMore {
  readonly detail?: string | undefined
  readonly status?: number | null
  readonly retryAfter?: number | null
}

/** Makes the errors of a registry, with its own texts where they say more than the general ones. */
export const errorsOf =
  (registry: string, own: Partial<UpstreamTexts> = {}) =>
  (reason: UpstreamReason, more: UpstreamMore = {}): UpstreamError =>
    new UpstreamError({
      registry,
      reason,
      detail: more.detail ?? own[reason] ?? texts[reason],
      status: more.status ?? null,
      retryAfter: more.retryAfter ?? null
    })
