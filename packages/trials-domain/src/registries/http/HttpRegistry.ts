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
  Random,
  RateLimiter,
  type Redacted,
  type Scope
} from "effect"
import type { UpstreamError } from "../RegistryClient.js"
import { errorsOf, type UpstreamTexts } from "../UpstreamTexts.js"
import * as Echo from "./Echo.js"
import { type HttpAnswer, type HttpMeaning, retryAfterMillis } from "./HttpAnswer.js"
import * as HttpBody from "./HttpBody.js"
import { meaningOf, ofProxy } from "./TransportCause.js"

/** How long and how often a registry is asked, and how much of its answers is read. */
export interface HttpLimits {
  /** For all tries of one request. */
  readonly deadline: Duration.Duration
  /** For one try, including its body. */
  readonly tryDeadline: Duration.Duration
  /** The most tries of one request. */
  readonly tries: number
  /** The first wait between two tries; each later wait is twice as long. */
  readonly firstWait: Duration.Duration
  /** The longest Retry-After that is obeyed. */
  readonly longestWait: Duration.Duration
  /** The largest body, in bytes. */
  readonly byteLimit: number
  /** The most requests per second. */
  readonly requestsPerSecond: number
}

export const defaultLimits: HttpLimits = {
  deadline: Duration.minutes(10),
  tryDeadline: Duration.minutes(1),
  tries: 5,
  firstWait: Duration.seconds(1),
  longestWait: Duration.minutes(2),
  byteLimit: 64 * 1024 * 1024,
  requestsPerSecond: 10
}

/** What is specific to one registry. */
export interface HttpRegistryOptions {
  /** Its name, as in `kdca`. */
  readonly registry: string
  /** The meaning of an answer that `read` did not understand. */
  readonly classify: (answer: HttpAnswer) => HttpMeaning
  /** The messages for a person, where the general texts say too little. */
  readonly texts?: Partial<UpstreamTexts>
  readonly limits?: Partial<HttpLimits>
  /** What requests carry that must never be shown or stored. An answer that repeats one is refused. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted<string>>
}

export interface HttpCall<A> {
  readonly request: HttpClientRequest.HttpClientRequest
  /** The setting that holds the address, as in CTGOV_BASE_URL; the error names it if nothing answers there. */
  readonly setting: string
  /** The content of a body of status 200; none if it is not what was asked for. */
  readonly read: (body: string) => Option.Option<A>
}

export interface HttpRegistry {
  /** Returns what a registry answers. */
  readonly get: <A>(call: HttpCall<A>) => Effect.Effect<A, UpstreamError>
}

/** Sends the requests: with `FetchHttpClient.Fetch` if one is given, otherwise with the platform's `fetch`. */
export const client: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
)

interface Fault {
  readonly error: UpstreamError
  readonly passing: boolean
}

export const make = (
  options: HttpRegistryOptions
): Effect.Effect<HttpRegistry, never, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    // The HTTP client's own spans would contain headers and addresses; ours contain neither.
    const http = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const limits: HttpLimits = { ...defaultLimits, ...options.limits }
    const burst = Math.max(1, Math.floor(limits.requestsPerSecond))
    const interval = Duration.seconds(burst / limits.requestsPerSecond)
    const limit = yield* RateLimiter.make({ limit: burst, interval })
    const firstWait = Duration.toMillis(limits.firstWait)
    const longestWait = Duration.toMillis(limits.longestWait)
    const upstreamError = errorsOf(options.registry, options.texts)
    const echo = Echo.of(options.secrets ?? [])

    const fault = (
      { detail, passing, reason }: HttpMeaning,
      more: { readonly status?: number; readonly retryAfter?: number | null } = {}
    ): Fault => ({ error: upstreamError(reason, { ...more, detail }), passing })

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
          fault(meaningOf(error, setting))
        )
        const { headers, status } = response
        const retryAfter = retryAfterMillis(headers["retry-after"], yield* Clock.currentTimeMillis)
        const refused = (meaning: HttpMeaning) => Effect.fail(fault(meaning, { status, retryAfter }))
        if (status >= 300 && status < 400) return yield* refused(redirected(headers["location"]))
        if (status === 407) return yield* refused(ofProxy(status))
        const { text, wellFormed } = yield* Effect.mapError(
          HttpBody.read(response, limits.byteLimit),
          (meaning) => fault(meaning)
        )
        const found = status === 200 ? read(text) : Option.none<A>()
        if (Option.isNone(found)) return yield* refused(options.classify({ status, body: text }))
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

    /** The waits between tries grow exponentially, with full jitter, all within the deadline. */
    const get = <A>(call: HttpCall<A>) =>
      Effect.gen(function* () {
        const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(limits.deadline)
        const attempt = (n: number): Effect.Effect<A, UpstreamError> =>
          Effect.catchAll(limit(once(call)), ({ error, passing }) =>
            Effect.gen(function* () {
              if (n === limits.tries || !passing) return yield* error
              const backOff = (yield* Random.next) * firstWait * 2 ** (n - 1)
              const wait = Math.max(backOff, Math.min(error.retryAfter ?? 0, longestWait))
              // Waiting past the deadline would only hide what went wrong.
              if ((yield* Clock.currentTimeMillis) + wait >= end) return yield* error
              yield* Effect.logWarning(`${error.message} Trying again (${n} of ${limits.tries - 1}).`)
              yield* Effect.sleep(Duration.millis(wait))
              return yield* attempt(n + 1)
            })
          )
        return yield* Effect.timeoutFail(attempt(1), {
          duration: limits.deadline,
          onTimeout: () => upstreamError("timeout")
        })
      })
    return { get }
  })
