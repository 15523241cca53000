/**
 * How any registry is asked over HTTP. The client limits the requests per second, retries while that may help, limits
 * the size and the time of an answer, follows no redirect, and keeps addresses and headers out of spans, logs and
 * errors.
 *
 * @module
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import {
  Clock,
  Duration,
  Effect,
  Layer,
  Option,
  RateLimiter,
  type Redacted,
  Schema,
  type Scope
} from "effect"
import { defaultPolicy, retried, type RetryPolicy, withUsual } from "../Retrying.js"
import { errorsOf, type UpstreamError, type UpstreamTexts } from "../UpstreamError.js"
import * as Echo from "./Echo.js"
import { type HttpAnswer, type HttpMeaning, retryAfter, usualMeaning } from "./HttpAnswer.js"
import * as HttpBody from "./HttpBody.js"
import { meaningOf, ofProxy } from "./TransportCause.js"

/** How long and how often a registry is asked, and how much of its answers is read. */
export interface HttpLimits extends RetryPolicy {
  /** For one try, including its body. */
  readonly tryDeadline: Duration.DurationInput
  /** The largest body, in bytes. */
  readonly byteLimit: number
  /** The most requests per second. */
  readonly requestsPerSecond: number
}

/** The limits of a registry that sets none: a minute and 64 MiB for an answer, ten requests a second. */
export const defaultLimits: HttpLimits = {
  ...defaultPolicy,
  tryDeadline: "1 minute",
  byteLimit: 64 * 1024 * 1024,
  requestsPerSecond: 10
}

/** What is specific to one registry. */
export interface HttpRegistryOptions {
  /** Its name, as in `kdca`. */
  readonly registry: string
  /** The meaning of an answer that `read` did not understand; by default its status says it. */
  readonly classify?: (answer: HttpAnswer) => HttpMeaning
  /** The messages for a person, where the general texts say too little. */
  readonly texts?: Partial<UpstreamTexts>
  readonly limits?: Partial<HttpLimits>
  /** What requests carry that must never be shown or stored. An answer that repeats one is refused. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted<string>>
}

/** One request, and how its answer is read. */
export interface HttpCall<A> {
  readonly request: HttpClientRequest.HttpClientRequest
  /** The setting that holds the address, as in CTGOV_BASE_URL; the error names it if nothing answers there. */
  readonly setting?: string
  /** The content of a body of status 200; none if it is not what was asked for. */
  readonly read: (body: string) => Option.Option<A>
}

/** Asks one registry. */
export interface HttpRegistry {
  /** Returns what a registry answers. */
  readonly get: <A>(call: HttpCall<A>) => Effect.Effect<A, UpstreamError>
}

/** Sends the requests: with `FetchHttpClient.Fetch` if one is given, otherwise with the platform's `fetch`. */
export const client: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
)

/** Reads a body as JSON of a schema; none if it is not that. */
export const json =
  <A, I>(schema: Schema.Schema<A, I>): HttpCall<A>["read"] =>
  (body) =>
    Schema.decodeUnknownOption(Schema.parseJson(schema))(body)

const within = (
  options: HttpRegistryOptions,
  limits: HttpLimits
): Effect.Effect<HttpRegistry, never, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    // The HTTP client's own spans would contain headers and addresses; ours contain neither.
    const http = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const burst = Math.max(1, Math.floor(limits.requestsPerSecond))
    const interval = Duration.seconds(burst / limits.requestsPerSecond)
    const limit = yield* RateLimiter.make({ limit: burst, interval })
    const classify = options.classify ?? usualMeaning
    const upstreamError = errorsOf(options.registry, options.texts)
    const echo = Echo.of(options.secrets ?? [])

    const fault = (
      { reason, ...meaning }: HttpMeaning,
      more: { readonly status?: number; readonly retryAfter?: Duration.Duration | undefined } = {}
    ): UpstreamError => upstreamError(reason, { ...more, ...meaning })

    const repeating: HttpMeaning = {
      reason: "malformed",
      passing: false,
      detail: "The registry's answer repeats the key that it was asked with; nothing of it is kept."
    }

    const redirected = (location: string | undefined): HttpMeaning => {
      const host = location !== undefined && URL.canParse(location) ? new URL(location).hostname : ""
      const { message } = upstreamError("redirect")
      const detail = host === "" || echo.isIn(host) ? message : `${message} To ${host}, this time.`
      return { reason: "redirect", passing: false, detail }
    }

    /** One try: a body that `read` understands, or the reason why there is none. */
    const once = <A>({ read, request, setting }: HttpCall<A>) =>
      Effect.gen(function* () {
        const response = yield* Effect.mapError(http.execute(request), (error) =>
          fault(meaningOf(error, setting ?? "its address"))
        )
        const { headers, status } = response
        const wait = retryAfter(headers["retry-after"], yield* Clock.currentTimeMillis)
        const refused = (meaning: HttpMeaning) => Effect.fail(fault(meaning, { status, retryAfter: wait }))
        if (status >= 300 && status < 400) return yield* refused(redirected(headers["location"]))
        if (status === 407) return yield* refused(ofProxy(status))
        const { text, wellFormed } = yield* Effect.mapError(
          HttpBody.read(response, limits.byteLimit),
          (meaning) => fault(meaning)
        )
        const found = status === 200 ? Option.flatten(Option.liftThrowable(read)(text)) : Option.none<A>()
        if (Option.isNone(found)) return yield* refused(classify({ status, body: text }))
        if (echo.isRepeatedIn(text)) return yield* refused(repeating)
        if (wellFormed) return found.value
        const detail = "The registry's answer is not in UTF-8."
        return yield* refused({ reason: "malformed", passing: false, detail })
      }).pipe(
        Effect.scoped,
        Effect.timeoutFail({
          duration: limits.tryDeadline,
          onTimeout: () => fault({ reason: "timeout", passing: true })
        }),
        Effect.withSpan("HttpRegistry.request", { attributes: { registry: options.registry } })
      )

    return { get: (call) => retried(limit(once(call)), limits, upstreamError("timeout")) }
  })

/** Makes what asks a registry. It ends with the scope. Throws `InvalidRegistry` for a limit that means nothing. */
export const make = (
  options: HttpRegistryOptions
): Effect.Effect<HttpRegistry, never, HttpClient.HttpClient | Scope.Scope> =>
  within(options, withUsual({ ...defaultLimits }, options.limits))
