import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { Effect, type Layer, Option, Redacted } from "effect"
import type { Revision } from "../../model/Revision.js"
import type { HttpLimits } from "../http/HttpRegistry.js"
import { type HttpClientOptions, RegistryClient, type ResolvedRevision } from "../RegistryClient.js"
import type { UpstreamError } from "../UpstreamError.js"
import { kdca } from "./Kdca.js"
import { editionsOf } from "./OdcloudEditions.js"
import { classify, texts, upstreamError } from "./OdcloudFault.js"
import { decode, toPage } from "./OdcloudPage.js"

/** How to reach the registry. */
export interface OdcloudConfig {
  /** Either spelling of the portal's key; without a key, only the editions can be read. */
  readonly serviceKey: Redacted.Redacted<string> | null
  /** The address of the data, as in `https://api.odcloud.kr`. */
  readonly baseUrl: string
  /** The address of the document that lists the editions. */
  readonly specUrl: string
  /** The portal's number of the dataset, as in `3074271`. */
  readonly dataset: string
  /** `latest`, or a `uddi:…`. */
  readonly revision: string
  /** How many records to ask for in one page. */
  readonly pageSize: number
  readonly limits?: Partial<HttpLimits>
}

/** The edition of 2021. It is read if there is no list of editions and nothing was read before. */
const builtIn: Revision = { id: "uddi:cfc19dda-6f75-4c57-86a8-bb9c8b103887", date: null, title: null }

const builtInDataset = "3074271"

/** Only an id of this form may become part of an address. */
const isEdition = (id: string): boolean => /^uddi:[\w-]+$/i.test(id)

/** The key as the portal expects it: the encoded spelling is decoded once, and a header carries it as it is. */
const headerOf = (key: Redacted.Redacted<string>): string | null => {
  const text = Redacted.value(key).trim()
  const decoded = /%[0-9a-f]{2}/i.test(text) ? Option.getOrElse(decodeOnce(text), () => text) : text
  return /^[\x21-\x7e]+$/.test(decoded) ? `Infuser ${decoded}` : null
}

const dateIn = ({ date }: Revision): string => date ?? "unknown date"

/** An error of the list of editions, if the usual text would be about an edition itself. */
const ofList = (error: UpstreamError): UpstreamError => {
  const { reason, status } = error
  if (reason !== "key" && reason !== "gone" && reason !== "request") return error
  const detail = `The registry gives no list of editions there (${status ?? reason}): check ODCLOUD_SPEC_URL and ODCLOUD_DATASET.`
  return upstreamError(reason, { detail, status })
}

const unlisted = ({ message }: UpstreamError): string =>
  `The list of editions could not be read (ODCLOUD_SPEC_URL): ${message}`

const decodeOnce = Option.liftThrowable(decodeURIComponent)

const requests =
  (config: OdcloudConfig): HttpClientOptions["requests"] =>
  (get) => {
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
        return yield* get({ request, setting: "ODCLOUD_BASE_URL", read: decode })
      })

    const revisions = get({
      request: HttpClientRequest.get(config.specUrl, { urlParams: { namespace: `${config.dataset}/v1` } }),
      setting: "ODCLOUD_SPEC_URL",
      read: (body) => Option.fromNullable(editionsOf(body))
    }).pipe(Effect.mapError(ofList))

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
        onFailure: (error): ResolvedRevision => ({
          revision: { id, date: null, title: null },
          how: "named",
          notes: [`${unlisted(error)} Whether the named one is the newest is not known.`]
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
          // An edition that was replayed from a file cannot be requested by its id.
          const before = last !== null && isEdition(last.id) ? last : null
          // A database that already has trials must not go back to 2021 unasked.
          if (before === null && (last !== null || config.dataset !== builtInDataset)) return error
          const which = before === null ? "the built-in edition" : "the edition of the last proven run"
          return Effect.succeed<ResolvedRevision>({
            revision: before ?? builtIn,
            how: "assumed",
            notes: [`${unlisted(error)} So ${which} was read.`]
          })
        }
      })

    return {
      revisions: Effect.withSpan(revisions, "OdcloudClient.revisions"),
      resolve: Effect.fn("OdcloudClient.resolve")((last) =>
        config.revision === "latest" ? resolveNewest(last) : resolveNamed(config.revision)
      ),
      count: Effect.fn("OdcloudClient.count")(function* (revision) {
        const envelope = yield* rows(revision, 1, 1)
        yield* toPage(envelope, 1, 1)
        return envelope.totalCount
      }),
      page: Effect.fn("OdcloudClient.page")(function* (revision, at, size) {
        const number = at === null ? 1 : Number(at)
        const envelope = yield* rows(revision, number, size)
        return yield* toPage(envelope, number, size)
      })
    }
  }

/** Reads the registry over the network. No redirect is followed. */
export const layer = (config: OdcloudConfig): Layer.Layer<RegistryClient> =>
  RegistryClient.http({
    registry: kdca,
    pageSize: config.pageSize,
    pageSizeSetting: "ODCLOUD_PAGE_SIZE",
    classify,
    texts,
    limits: config.limits ?? {},
    secrets: config.serviceKey === null ? [] : [config.serviceKey],
    requests: requests(config)
  })
