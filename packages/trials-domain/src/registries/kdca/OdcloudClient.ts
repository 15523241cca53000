import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import {
  type Chunk,
  Clock,
  Duration,
  Effect,
  Layer,
  Option,
  Random,
  RateLimiter,
  Redacted,
  Ref,
  Stream
} from "effect"
import type { Revision } from "../../model/Revision.js"
import { RegistryClient, type ResolvedRevision, type UpstreamError } from "../RegistryClient.js"
import { kdca } from "./Kdca.js"
import { editionsOf } from "./OdcloudEditions.js"
import { classify, type OdcloudFault, upstreamError } from "./OdcloudFault.js"
import { decode, toPage } from "./OdcloudPage.js"

/** How to reach the registry. */
export interface OdcloudConfig {
  /** Either spelling of the portal's key; without one, only the editions can be asked for. */
  readonly serviceKey: Redacted.Redacted<string> | null
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
  /** The longest that a Retry-After is obeyed. Default two minutes. */
  readonly longestWait?: Duration.Duration
  /** The largest body, in bytes. Default 64 MiB. */
  readonly byteLimit?: number
  /** How many requests go out in a second, at most. Default 10. */
  readonly requestsPerSecond?: number
}

/** The edition of 2021: what is read where no list of editions can be had and nothing was read before. */
const builtIn: Revision = { id: "uddi:cfc19dda-6f75-4c57-86a8-bb9c8b103887", date: null, title: null }

const builtInDataset = "3074271"
const tries = 5

/** Only such an id is a part of an address. */
const isEdition = (id: string): boolean => /^uddi:[\w-]+$/i.test(id)

/** The key as the portal means it: its encoded spelling is decoded once, and a header carries it as it is. */
const headerOf = (key: Redacted.Redacted<string>): string | null => {
  const text = Redacted.value(key).trim()
  const decoded = /%[0-9a-f]{2}/i.test(text) ? Option.getOrElse(decodeOnce(text), () => text) : text
  return /^[\x21-\x7e]+$/.test(decoded) ? `Infuser ${decoded}` : null
}

const dateIn = ({ date }: Revision): string => date ?? "unknown date"

const decodeOnce = Option.liftThrowable(decodeURIComponent)

const passing = (error: UpstreamError): OdcloudFault => ({ error, passing: true })
const lasting = (error: UpstreamError): OdcloudFault => ({ error, passing: false })

const joined = (
  chunks: Chunk.Chunk<Uint8Array>,
  ...options: ConstructorParameters<typeof TextDecoder>
): string => {
  const decoder = new TextDecoder(...options)
  let text = ""
  for (const bytes of chunks) text += decoder.decode(bytes, { stream: true })
  return text + decoder.decode()
}

/** A body's text, and whether its bytes were UTF-8 throughout. */
const textOf = (chunks: Chunk.Chunk<Uint8Array>): { readonly body: string; readonly wellFormed: boolean } => {
  try {
    return { body: joined(chunks, "utf-8", { fatal: true }), wellFormed: true }
  } catch {
    return { body: joined(chunks), wellFormed: false }
  }
}

const make = (config: OdcloudConfig) =>
  Effect.gen(function* () {
    // The HTTP client's own spans would hold headers and addresses; ours hold neither.
    const http = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const perSecond = config.requestsPerSecond ?? 10
    const burst = Math.max(1, Math.floor(perSecond))
    const limit = yield* RateLimiter.make({ limit: burst, interval: Duration.seconds(burst / perSecond) })
    const pageDeadline = config.pageDeadline ?? Duration.minutes(1)
    const firstWait = Duration.toMillis(config.firstWait ?? Duration.seconds(1))
    const longestWait = Duration.toMillis(config.longestWait ?? Duration.minutes(2))
    const byteLimit = config.byteLimit ?? 64 * 1024 * 1024

    const bodyOf = (response: HttpClientResponse.HttpClientResponse) =>
      Effect.gen(function* () {
        const size = yield* Ref.make(0)
        const chunks = yield* response.stream.pipe(
          Stream.mapError(() =>
            passing(upstreamError("network", { detail: "The registry's answer broke off." }))
          ),
          Stream.tap((bytes) =>
            Effect.flatMap(
              Ref.updateAndGet(size, (sum) => sum + bytes.length),
              (sum) => (sum > byteLimit ? Effect.fail(lasting(upstreamError("too-large"))) : Effect.void)
            )
          ),
          Stream.runCollect
        )
        return textOf(chunks)
      })

    /** One try: a body that `read` understands, or the reason why there is none. */
    const once = <A>(
      request: HttpClientRequest.HttpClientRequest,
      read: (body: string) => Option.Option<A>
    ) =>
      Effect.gen(function* () {
        const response = yield* Effect.mapError(http.execute(request), () =>
          passing(upstreamError("network"))
        )
        const { headers, status } = response
        const redirected = status >= 300 && status < 400
        const { body, wellFormed } = redirected ? { body: "", wellFormed: true } : yield* bodyOf(response)
        const found = status === 200 ? read(body) : Option.none<A>()
        if (Option.isSome(found)) {
          if (wellFormed) return found.value
          const detail = "The registry's answer is not in UTF-8."
          return yield* Effect.fail(lasting(upstreamError("malformed", { detail, status })))
        }
        const retryAfter = headers["retry-after"] ?? null
        const seen = { status, body, retryAfter, location: headers["location"] ?? null }
        return yield* Effect.fail(classify(seen, yield* Clock.currentTimeMillis))
      }).pipe(
        Effect.scoped,
        Effect.timeoutFail({ duration: pageDeadline, onTimeout: () => passing(upstreamError("timeout")) }),
        Effect.withSpan("OdcloudClient.request")
      )

    /** Up to five tries, exponentially farther apart with full jitter, all within the deadline. */
    const get = <A>(request: HttpClientRequest.HttpClientRequest, read: (body: string) => Option.Option<A>) =>
      Effect.gen(function* () {
        const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(config.deadline)
        const attempt = (n: number): Effect.Effect<A, UpstreamError> =>
          Effect.catchAll(limit(once(request, read)), ({ error, passing }) =>
            Effect.gen(function* () {
              if (n === tries || !passing) return yield* error
              const backOff = (yield* Random.next) * firstWait * 2 ** (n - 1)
              const wait = Math.max(backOff, Math.min(error.retryAfter ?? 0, longestWait))
              // Waiting past the end would only hide what went wrong.
              if ((yield* Clock.currentTimeMillis) + wait >= end) return yield* error
              yield* Effect.logWarning(`${error.message} Trying again (${n} of ${tries - 1}).`)
              yield* Effect.sleep(Duration.millis(wait))
              return yield* attempt(n + 1)
            })
          )
        return yield* Effect.timeoutFail(attempt(1), {
          duration: config.deadline,
          onTimeout: () => upstreamError("timeout")
        })
      })

    const rows = (revision: Revision, number: number, size: number) =>
      Effect.gen(function* () {
        const authorization = config.serviceKey === null ? null : headerOf(config.serviceKey)
        if (authorization === null) return yield* upstreamError("key")
        if (!isEdition(revision.id)) return yield* upstreamError("gone")
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
      Effect.match(revisions, {
        onSuccess: (editions): ResolvedRevision => {
          const found = editions.find((edition) => edition.id === id)
          const newest = editions.at(-1)
          const isOld = newest !== undefined && newest.id !== id
          const standing = found === undefined ? "which the registry does not list" : `of ${dateIn(found)}`
          return {
            revision: found ?? { id, date: null, title: null },
            how: "named",
            notes: isOld
              ? [
                  `ODCLOUD_REVISION names the edition ${id} ${standing}; the newest is ${newest.id} of ${dateIn(newest)}.`
                ]
              : []
          }
        },
        onFailure: (): ResolvedRevision => ({
          revision: { id, date: null, title: null },
          how: "named",
          notes: [
            "The list of editions could not be read (ODCLOUD_SPEC_URL), so whether the named one is the newest is not known."
          ]
        })
      })

    const resolveNewest = (last: Revision | null): Effect.Effect<ResolvedRevision, UpstreamError> =>
      Effect.matchEffect(revisions, {
        onSuccess: (editions) => {
          const revision = editions.at(-1)
          return revision === undefined
            ? upstreamError("malformed")
            : Effect.succeed<ResolvedRevision>({ revision, how: "newest", notes: [] })
        },
        onFailure: (error) => {
          // What was replayed from a file cannot be asked for by its id.
          const before = last !== null && isEdition(last.id) ? last : null
          // A database that has trials already must not go back to 2021 unasked.
          if (before === null && (last !== null || config.dataset !== builtInDataset)) return error
          const which = before === null ? "the built-in edition" : "the edition of the last proven run"
          return Effect.succeed<ResolvedRevision>({
            revision: before ?? builtIn,
            how: "assumed",
            notes: [`The list of editions could not be read (ODCLOUD_SPEC_URL); ${which} was read.`]
          })
        }
      })

    return RegistryClient.of({
      registry: kdca,
      pageSize: config.pageSize,
      revisions: Effect.withSpan(revisions, "OdcloudClient.revisions"),
      resolve: Effect.fn("OdcloudClient.resolve")((last) =>
        config.revision === "latest" ? resolveNewest(last) : resolveNamed(config.revision)
      ),
      count: Effect.fn("OdcloudClient.count")(function* (revision) {
        const envelope = yield* rows(revision, 1, 1)
        yield* toPage(envelope, 1, 1)
        return envelope.totalCount
      }),
      page: Effect.fn("OdcloudClient.page")(function* (revision, at) {
        const number = at === null ? 1 : Number(at)
        const envelope = yield* rows(revision, number, config.pageSize)
        return yield* toPage(envelope, number, config.pageSize)
      }),
      dataTimestamp: () => Effect.succeed(null)
    })
  })

/** Reads the registry over the network. No redirect is followed. */
export const layer = (config: OdcloudConfig): Layer.Layer<RegistryClient> =>
  Layer.scoped(RegistryClient, make(config)).pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
  )
