import { Schema } from "effect"

/** Why a registry could not be read. */
export const UpstreamReason = Schema.Literal(
  "key",
  "gone",
  "certificate",
  "proxy",
  "quota",
  "request",
  "server",
  "network",
  "timeout",
  "too-large",
  "redirect",
  "malformed",
  "file"
)
export type UpstreamReason = typeof UpstreamReason.Type

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

const lasting: ReadonlySet<UpstreamReason> = new Set(["key", "gone", "certificate", "proxy", "file"])

const shortLived: ReadonlySet<UpstreamReason> = new Set(["server", "network", "timeout"])

/** A registry could not be read. The message says what to do; it never contains a secret, a path or a query. */
export class UpstreamError extends Schema.TaggedError<UpstreamError>("trials-domain/UpstreamError")(
  "UpstreamError",
  {
    /** The name of the registry. */
    registry: Schema.String,
    reason: UpstreamReason,
    /** The message for a person, where the general one for the reason says too little. */
    detail: Schema.optional(Schema.String),
    /** The HTTP status of the answer, if there was one. */
    status: Schema.optional(Schema.Int),
    /** How long the upstream asked to wait. */
    retryAfter: Schema.optional(Schema.DurationFromSelf),
    /** Whether the same call may succeed a moment later; by default the reason decides. */
    passing: Schema.optional(Schema.Boolean)
  }
) {
  override get message(): string {
    return this.detail ?? texts[this.reason]
  }

  /** Whether a person must change something. Any other failure may have passed by the next run. */
  get wantsPerson(): boolean {
    return lasting.has(this.reason)
  }

  /**
   * Whether the same call may succeed a moment later. By default that is so of `server`, `network` and `timeout`, and of
   * `quota` where the upstream says how long to wait.
   */
  get mayPass(): boolean {
    return (
      this.passing ??
      (shortLived.has(this.reason) || (this.reason === "quota" && this.retryAfter !== undefined))
    )
  }
}

/** Whether an error is an `UpstreamError`. */
export const isUpstreamError = (error: unknown): error is UpstreamError => error instanceof UpstreamError

/** What else is known about a failure. */
export type UpstreamMore = Omit<ConstructorParameters<typeof UpstreamError>[0], "registry" | "reason">

/** Makes the errors of a registry, with its own texts where they say more than the general ones. */
export const errorsOf =
  (registry: string, own: Partial<UpstreamTexts> = {}) =>
  (reason: UpstreamReason, more: UpstreamMore = {}): UpstreamError =>
    new UpstreamError({ registry, reason, ...more, detail: more.detail ?? own[reason] })
