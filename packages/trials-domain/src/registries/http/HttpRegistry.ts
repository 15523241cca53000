/**
 * How any registry is asked over HTTP: so many requests a second, each tried again while that may help, no answer
 * larger or slower than it may be, no redirect followed, and no address or header in spans, logs and errors.
 *
 * @module
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { Clock, Duration, Effect, Layer, Option, Random, RateLimiter, type Scope } from "effect"
import type { UpstreamError } from "../RegistryClient.js"
import { errorsOf, type UpstreamTexts } from "../UpstreamTexts.js"
import { type HttpAnswer, type HttpMeaning, retryAfterMillis } from "./HttpAnswer.js"
import * as HttpBody from "./HttpBody.js"
import { meaningOf, ofProxy } from "./TransportCause.js"

/** How patiently a registry is asked, and how much of it is read. */
export interface HttpLimits {
  /** For all tries of one request. */
  readonly deadline: Duration.Duration
  /** For one try, its body included. */
  readonly tryDeadline: Duration.Duration
  /** How often a request is made, at most. */
  readonly tries: number
  /** The first wait between two tries, doubled from one to the next. */
  readonly firstWait: Duration.Duration
  /** The longest that a Retry-After is obeyed. */
  readonly longestWait: Duration.Duration
  /** The largest body, in bytes. */
  readonly byteLimit: number
  /** How many requests go out in a second, at most. */
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

/** What is particular to one registry. */
export interface HttpRegistryOptions {
  /** Its name, as in kdca. */
  readonly registry: string
  /** What an answer means that `read` did not understand. */
  readonly classify: (answer: HttpAnswer) => HttpMeaning
  /** What a person is told, where the general texts say too little. */
  readonly texts?: Partial<UpstreamTexts>
  readonly limits?: Partial<HttpLimits>
}

export interface HttpCall<A> {
  readonly request: HttpClientRequest.HttpClientRequest
  /** The setting that holds the address, as in CTGOV_BASE_URL: it is named where nothing answers there. */
  readonly setting: string
  /** What a body of status 200 says; none where it is not what was asked for. */
  readonly read: (body: string) => Option.Option<A>
}

export interface HttpRegistry {
  /** What a registry answers. */
  readonly get: <A>(call: HttpCall<A>) => Effect.Effect<A, UpstreamError>
}

/** What sends the requests: `FetchHttpClient.Fetch`, where one is given, else the platform's `fetch`. */
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
    // The HTTP client's own spans would hold headers and addresses; ours hold neither.
    const http = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const limits: HttpLimits = { ...defaultLimits, ...options.limits }
    const burst = Math.max(1, Math.floor(limits.requestsPerSecond))
    const interval = Duration.seconds(burst / limits.requestsPerSecond)
    const limit = yield* RateLimiter.make({ limit: burst, interval })
    const firstWait = Duration.toMillis(limits.firstWait)
    const longestWait = Duration.toMillis(limits.longestWait)
    const upstreamError = errorsOf(options.registry, options.texts)

    const fault = (
      { detail, passing, reason }: HttpMeaning,
      more: { readonly status?: number; readonly retryAfter?: number | null } = {}
    ): Fault => ({ error: upstreamError(reason, { ...more, detail }), passing })

    const redirected = (location: string | undefined): HttpMeaning => {
      const host = location !== undefined && URL.canParse(location) ? new URL(location).hostname : ""
      const { message } = upstreamError("redirect")
      const detail = host === "" ? message : `${message} To ${host}, this time.`
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

    /** Tries are exponentially farther apart, with full jitter, all within the deadline. */
    const get = <A>(call: HttpCall<A>) =>
      Effect.gen(function* () {
        const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(limits.deadline)
        const attempt = (n: number): Effect.Effect<A, UpstreamError> =>
          Effect.catchAll(limit(once(call)), ({ error, passing }) =>
            Effect.gen(function* () {
              if (n === limits.tries || !passing) return yield* error
              const backOff = (yield* Random.next) * firstWait * 2 ** (n - 1)
              const wait = Math.max(backOff, Math.min(error.retryAfter ?? 0, longestWait))
              // Waiting past the end would only hide what went wrong.
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
