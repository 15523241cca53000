import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as UrlParams from "@effect/platform/UrlParams"
import { Effect, type Layer, Option, Schema } from "effect"
import type { Revision } from "../../model/Revision.js"
import { type HttpLimits, json } from "../http/HttpRegistry.js"
import { type HttpClientOptions, RegistryClient, type RepeatedKey } from "../RegistryClient.js"
import { ofRecords } from "../RepeatedKeys.js"
import type { UpstreamError } from "../UpstreamError.js"
import { ctgov } from "./Ctgov.js"
import { classify, texts, upstreamError } from "./CtgovFault.js"
import { dayOf, decode, soundPage, type StudiesPage, toPage } from "./CtgovPage.js"
import { requested } from "./CtgovPieces.js"
import { censusPieces, detailPieces } from "./CtgovRecord.js"

/** How to reach the registry. It needs no key. */
export interface CtgovConfig {
  /** The address of the registry, as in `https://clinicaltrials.gov`. */
  readonly baseUrl: string
  /** How many studies to ask for in one page of the list: 1 to 1000, since the registry makes 1000 of more. */
  readonly pageSize: number
  readonly limits?: Partial<HttpLimits>
}

/** The most studies of one page; the registry sends no more, whatever is asked for. */
export const mostOnPage = 1000

/** The usual limits: one request a second, as the registry's robots.txt asks for. */
export const usualLimits = { requestsPerSecond: 1 } satisfies Partial<HttpLimits>

/** Who asks, so that the registry can say so if something is wrong. */
const userAgent = "trials (+https://github.com/trials-registry/trials)"

// Addresses beyond 7 to 8 KB get an error of the gateway.
const longestAddress = 7 * 1024

const mostAtOnce = 200

const studies = "/api/v2/studies"

/** The day that a timestamp of the registry's data begins with. */
const beginning = (dataTimestamp: string): string => dataTimestamp.slice(0, 10)

const Version = Schema.Struct({
  dataTimestamp: Schema.String.pipe(
    Schema.filter((stamp) => /^[\d:.TZ+-]{10,40}$/.test(stamp) && dayOf(beginning(stamp)) !== null)
  )
})

/** The edition that a timestamp of the registry's data names. */
const revisionAt = (dataTimestamp: string): Revision => ({
  id: dataTimestamp,
  date: beginning(dataTimestamp),
  title: null
})

const detailsOf = (ids: ReadonlyArray<string>) => ({
  "filter.ids": ids.join("|"),
  fields: detailPieces.join("|"),
  // A page that is exactly full would lead to an empty one.
  pageSize: String(ids.length + 1)
})

// What was once the id of one study may name another too, which then comes with it.
const mostOf = (ids: ReadonlyArray<string>): number => 2 * ids.length

/** How long the path and the query of a request for whole records are, in bytes. */
const addressLength = (prefix: string, ids: ReadonlyArray<string>): number =>
  `${prefix}${studies}?${UrlParams.toString(UrlParams.fromInput(detailsOf(ids)))}`.length

/** The most trials whose whole records one address can ask for. */
const atOnceFor = (baseUrl: string): number => {
  const { pathname } = new URL(baseUrl)
  const long = (count: number) =>
    addressLength(
      pathname,
      Array.from({ length: count }, () => "NCT00000000")
    )
  const most = Array.from({ length: mostAtOnce }, (_, n) => mostAtOnce - n)
  return most.find((count) => long(count) < longestAddress) ?? 1
}

/** A failure of a page that was asked for by a token: the token may have ended with the data that it was made for. */
const ofToken = (error: UpstreamError): UpstreamError =>
  error.reason === "request" && error.status === 400
    ? upstreamError("request", {
        status: error.status,
        passing: false,
        detail:
          "The registry no longer accepts its own token of a page; it may have renewed its data while the list was read. Run again later."
      })
    : error

/** An answer as a page of studies that hold nothing but what is asked for, whatever came with it. */
const pageOf = (body: string): Option.Option<StudiesPage> =>
  Option.map(decode(body), (page) => ({ ...page, studies: page.studies.map(requested) }))

/** The whole records found so far. */
interface Found {
  readonly records: ReadonlyArray<unknown>
  readonly repeatedKeys: ReadonlyArray<RepeatedKey>
}

const requests =
  (config: CtgovConfig): HttpClientOptions["requests"] =>
  (get) => {
    const base = config.baseUrl.replace(/\/$/, "")
    const ask = (path: string, urlParams: Readonly<Record<string, string>>) =>
      HttpClientRequest.get(`${base}${path}`, {
        urlParams,
        headers: { "user-agent": userAgent, accept: "application/json" }
      })
    const page = (urlParams: Readonly<Record<string, string>>, at: string | null, size: number) =>
      Effect.flatMap(
        get({
          request: ask(studies, at === null ? urlParams : { ...urlParams, pageToken: at }),
          setting: "CTGOV_BASE_URL",
          read: pageOf
        }),
        (found) => soundPage(found, at, size)
      )
    const version = Effect.map(
      get({ request: ask("/api/v2/version", {}), setting: "CTGOV_BASE_URL", read: json(Version) }),
      ({ dataTimestamp }) => dataTimestamp
    )

    /** Whole records; a token leads to more of them, as long as no more come than the ids may name. */
    const some = (
      ids: ReadonlyArray<string>,
      at: string | null,
      { records, repeatedKeys }: Found
    ): Effect.Effect<Found, UpstreamError> =>
      Effect.gen(function* () {
        const found = yield* page(detailsOf(ids), at, mostOf(ids) - records.length)
        const all: Found = {
          records: [...records, ...found.studies],
          repeatedKeys: [
            ...repeatedKeys,
            ...ofRecords(found.repeated, ["studies"]).map(({ key, row }) => ({
              key,
              row: row + records.length
            }))
          ]
        }
        const { nextPageToken = null } = found
        if (nextPageToken === null || found.studies.length === 0) return all
        return yield* some(ids, nextPageToken, all)
      })

    return {
      revisions: Effect.withSpan(
        Effect.map(version, (stamp) => [revisionAt(stamp)]),
        "CtgovClient.revisions"
      ),
      resolve: Effect.fn("CtgovClient.resolve")(function* () {
        return { revision: revisionAt(yield* version), how: "newest" as const, notes: [] }
      }),
      revisionAt,
      dataTimestamp: Effect.fn("CtgovClient.dataTimestamp")(() => version),
      count: Effect.fn("CtgovClient.count")(function* () {
        const { totalCount } = yield* page({ countTotal: "true", pageSize: "1", fields: "NCTId" }, null, 1)
        if (totalCount !== undefined) return totalCount
        return yield* upstreamError("malformed", {
          detail: "The registry does not say how many studies it has."
        })
      }),
      page: Effect.fn("CtgovClient.page")(function* (_, at, size) {
        const list = { fields: censusPieces.join("|"), pageSize: String(size) }
        const found =
          at === null
            ? yield* page({ ...list, countTotal: "true" }, null, size)
            : yield* Effect.mapError(page(list, at, size), ofToken)
        return toPage(found)
      }),
      details: {
        atOnce: atOnceFor(base),
        some: Effect.fn("CtgovClient.details")((_, ids) =>
          // Nothing but a list of ids limits what is answered.
          ids.length === 0
            ? Effect.succeed({ records: [] })
            : some(ids, null, { records: [], repeatedKeys: [] })
        )
      }
    }
  }

/** Reads the registry over the network. No redirect is followed. */
export const layer = (config: CtgovConfig): Layer.Layer<RegistryClient> =>
  RegistryClient.http({
    registry: ctgov,
    pageSize: config.pageSize,
    pageSizeSetting: "CTGOV_PAGE_SIZE",
    classify,
    texts,
    limits: { ...usualLimits, ...config.limits },
    requests: requests(config)
  })
