import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Clock, Duration, Effect, Layer, Option, Random, RateLimiter, Redacted, Ref, Stream } from "effect"
import {
  RegistryClient,
  type ResolvedRevision,
  type Revision,
  type UpstreamError
} from "../../RegistryClient.js"
import { kdca } from "./Kdca.js"
import { editionsOf } from "./OdcloudEditions.js"
import { classify, upstreamError } from "./OdcloudFault.js"
import { decode, isEnvelope, toPage } from "./OdcloudPage.js"

/** How to reach the registry. */
export interface OdcloudConfig {
  /** Either spelling of the portal's key. */
  readonly serviceKey: Redacted.Redacted<string>
  readonly baseUrl: string
  readonly specUrl: string
  readonly dataset: string
  /** `latest`, or a `uddi:…`. */
  readonly revision: string
  readonly pageSize: number
  /** For all tries of one request. */
  readonly deadline: Duration.Duration
  /** For one try, its body included. Default one minute. */
  readonly pageDeadline?: Duration.Duration
  /** The first wait between two tries, doubled from one to the next. Default one second. */
  readonly firstWait?: Duration.Duration
  /** The largest body, in bytes. Default 64 MiB. */
  readonly byteLimit?: number
}

/** The edition of 2021: what is read where no list of editions can be had and nothing was read before. */
const builtIn: Revision = { id: "uddi:cfc19dda-6f75-4c57-86a8-bb9c8b103887", date: null, title: null }

const tries = 5
const longestRetryAfter = Duration.minutes(2)

/** The key as the portal means it: its encoded spelling is decoded once, and a header carries it as it is. */
const headerOf = (key: Redacted.Redacted<string>): string | null => {
  const text = Redacted.value(key).trim()
  const decoded = /%[0-9a-f]{2}/i.test(text) ? Option.getOrElse(decodeOnce(text), () => text) : text
  return /^[\x21-\x7e]+$/.test(decoded) ? `Infuser ${decoded}` : null
}

const decodeOnce = Option.liftThrowable(decodeURIComponent)

/** Failures that the next moment may not see. */
const isPassing = ({ reason, retryAfter }: UpstreamError): boolean =>
  reason === "network" ||
  reason === "server" ||
  reason === "timeout" ||
  (reason === "quota" && retryAfter !== null)

const make = (config: OdcloudConfig) =>
  Effect.gen(function* () {
    const http = yield* HttpClient.HttpClient
    const limit = yield* RateLimiter.make({ limit: 10, interval: "1 second" })
    const pageDeadline = config.pageDeadline ?? Duration.minutes(1)
    const firstWait = config.firstWait ?? Duration.seconds(1)
    const byteLimit = config.byteLimit ?? 64 * 1024 * 1024

    const bodyOf = (response: HttpClientResponse.HttpClientResponse) =>
      Effect.gen(function* () {
        const size = yield* Ref.make(0)
        return yield* response.stream.pipe(
          Stream.mapError(() => upstreamError("network", { detail: "The registry's answer broke off." })),
          Stream.tap((bytes) =>
            Effect.flatMap(
              Ref.updateAndGet(size, (sum) => sum + bytes.length),
              (sum) => (sum > byteLimit ? upstreamError("too-large") : Effect.void)
            )
          ),
          Stream.decodeText(),
          Stream.mkString
        )
      })

    /** One try: a body that `read` understands, or the reason why there is none. */
    const once = <A>(
      request: HttpClientRequest.HttpClientRequest,
      read: (body: string) => Option.Option<A>
    ) =>
      Effect.gen(function* () {
        const response = yield* http.execute(request).pipe(
          Effect.mapError(() => upstreamError("network")),
          // A redirect may repeat what it was asked with.
          Effect.locally(Headers.currentRedactedNames, ["authorization", "cookie", "set-cookie", "location"])
        )
        const redirected = response.status >= 300 && response.status < 400
        const body = redirected ? "" : yield* bodyOf(response)
        const found = response.status === 200 ? read(body) : Option.none<A>()
        if (Option.isSome(found)) return found.value
        if (response.status === 200 && isEnvelope(body)) {
          return yield* upstreamError("server", {
            detail: "The registry's answer was cut off or is malformed.",
            status: 200
          })
        }
        const { headers, status } = response
        const seen = {
          status,
          body,
          retryAfter: headers["retry-after"] ?? null,
          location: headers["location"] ?? null
        }
        return yield* classify(seen, yield* Clock.currentTimeMillis)
      }).pipe(
        Effect.scoped,
        Effect.timeoutFail({ duration: pageDeadline, onTimeout: () => upstreamError("timeout") })
      )

    const get = <A>(
      request: HttpClientRequest.HttpClientRequest,
      read: (body: string) => Option.Option<A>
    ) => {
      const attempt = (n: number): Effect.Effect<A, UpstreamError> =>
        limit(once(request, read)).pipe(
          Effect.catchAll((error) =>
            Effect.gen(function* () {
              if (n === tries || !isPassing(error)) return yield* error
              const backOff = (yield* Random.next) * Duration.toMillis(firstWait) * 2 ** (n - 1)
              const asked = Math.min(error.retryAfter ?? 0, Duration.toMillis(longestRetryAfter))
              yield* Effect.logWarning(`${error.message} Trying again (${n} of ${tries - 1}).`)
              yield* Effect.sleep(Duration.millis(Math.max(backOff, asked)))
              return yield* attempt(n + 1)
            })
          )
        )
      return attempt(1).pipe(
        Effect.timeoutFail({ duration: config.deadline, onTimeout: () => upstreamError("timeout") })
      )
    }

    const rows = (revision: Revision, number: number, size: number) =>
      Effect.gen(function* () {
        const authorization = headerOf(config.serviceKey)
        if (authorization === null) return yield* upstreamError("key")
        const path = `${config.baseUrl.replace(/\/$/, "")}/api/${config.dataset}/v1/${revision.id}`
        const request = HttpClientRequest.get(path, {
          urlParams: { page: String(number), perPage: String(size) },
          headers: { authorization, accept: "application/json" }
        })
        return yield* get(request, decode)
      })

    const revisions = get(
      HttpClientRequest.get(config.specUrl, { urlParams: { namespace: `${config.dataset}/v1` } }),
      (body) => Option.fromNullable(editionsOf(body))
    )

    const resolveNamed = (id: string): Effect.Effect<ResolvedRevision> =>
      revisions.pipe(
        Effect.map((editions): ResolvedRevision => {
          const found = editions.find((edition) => edition.id === id)
          const newest = editions.at(-1)
          const note =
            newest === undefined || newest.id === id
              ? []
              : [
                  `ODCLOUD_REVISION names the edition ${id} of ${found?.date ?? "unknown date"}; the newest is ${newest.id} of ${newest.date ?? "unknown date"}.`
                ]
          return { revision: found ?? { id, date: null, title: null }, how: "named", notes: note }
        }),
        Effect.catchAll(() =>
          Effect.succeed<ResolvedRevision>({
            revision: { id, date: null, title: null },
            how: "named",
            notes: [
              "The list of editions could not be read, so whether the named one is the newest is not known."
            ]
          })
        )
      )

    const resolveNewest = (last: Revision | null): Effect.Effect<ResolvedRevision, UpstreamError> =>
      revisions.pipe(
        Effect.flatMap((editions) => {
          const revision = editions.at(-1)
          return revision === undefined
            ? upstreamError("malformed")
            : Effect.succeed<ResolvedRevision>({ revision, how: "newest", notes: [] })
        }),
        Effect.catchAll(() => {
          // What was replayed from a file cannot be asked for by its id.
          const before = last?.id.startsWith("uddi:") === true ? last : null
          return Effect.succeed<ResolvedRevision>({
            revision: before ?? builtIn,
            how: "assumed",
            notes: [
              before === null
                ? "The list of editions could not be read (ODCLOUD_SPEC_URL); the built-in edition was read."
                : "The list of editions could not be read (ODCLOUD_SPEC_URL); the edition of the last proven run was read."
            ]
          })
        })
      )

    return RegistryClient.of({
      registry: kdca,
      pageSize: config.pageSize,
      revisions,
      resolve: (last) => (config.revision === "latest" ? resolveNewest(last) : resolveNamed(config.revision)),
      count: (revision) => Effect.map(rows(revision, 1, 1), ({ totalCount }) => totalCount),
      page: (revision, at) => {
        const number = at === null ? 1 : Number(at)
        return Effect.flatMap(rows(revision, number, config.pageSize), (envelope) =>
          toPage(envelope, number, config.pageSize)
        )
      },
      dataTimestamp: () => Effect.succeed(null)
    })
  })

/** Reads the registry over the network. No redirect is followed. */
export const layer = (config: OdcloudConfig): Layer.Layer<RegistryClient> =>
  Layer.scoped(RegistryClient, make(config)).pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
  )
