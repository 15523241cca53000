import { Context, Effect, Layer } from "effect"
import type { Revision } from "../model/Revision.js"
import * as HttpRegistry from "./http/HttpRegistry.js"
import type { Registry, RegistryRecord } from "./Registry.js"
import { defaultPolicy, retried, type RetryPolicy, withUsual } from "./Retrying.js"
import { errorsOf, type UpstreamError } from "./UpstreamError.js"

export type { RetryPolicy }

/**
 * How a revision was chosen. `named`: it was asked for by its id. `newest`: it came from the registry's own list.
 * `assumed`: it was the best choice while that list could not be read. `saved`: it is what a file contains.
 */
export interface ResolvedRevision {
  readonly revision: Revision
  readonly how: "newest" | "named" | "assumed" | "saved"
  /** What an operator should know about the choice. */
  readonly notes: ReadonlyArray<string>
}

/** A key that occurs twice in the record at a place of its page, counted from 0. */
export interface RepeatedKey {
  readonly row: number
  readonly key: string
}

/** One upstream response: some records, and where the next ones are. */
export interface Page {
  readonly records: ReadonlyArray<RegistryRecord>
  /** The registry's total of records, if the page states it. */
  readonly total: number | null
  /** The registry's own timestamp of the data on this page, if the page states it. */
  readonly dataTimestamp?: string | null
  /** The keys that occur twice in one record, by the record's place; JSON keeps only the last value of each. */
  readonly repeatedKeys?: ReadonlyArray<RepeatedKey>
  /** Pass this to `page` to get the next page; null after the last page. */
  readonly next: string | null
}

/** The whole records of some trials, in any order. */
export type Details = Pick<Page, "records" | "repeatedKeys">

/** A piece of a registry's records: its name for people, and the path to it. A list on the way is entered. */
export interface Piece {
  readonly name: string
  readonly path: ReadonlyArray<string>
}

/** How whole records are asked for where the registry's list carries only a part of each (`Registry.listed`). */
export interface DetailRequests {
  /** The most trials of one request. */
  readonly atOnce: number
  /**
   * Asks for trials by their ids, at most `atOnce` of them. What the registry does not have is left out; a trial that was
   * merged comes under the id of the other one. A trial that nobody asked for is ignored.
   */
  readonly some: (revision: Revision, ids: ReadonlyArray<string>) => Effect.Effect<Details, UpstreamError>
}

/** What the last proven run read; null if there was none. */
export type LastRevision = Revision | null

/** What is asked of one registry. */
export interface RegistryRequests {
  readonly registry: Registry
  /** How many records to ask for in one page. */
  readonly pageSize: number
  /** The setting that holds it, for messages. */
  readonly pageSizeSetting?: string
  /** What it reads if it does not ask the registry: one saved response, or pages saved at moments that nobody knows. */
  readonly saved?: "one-response" | "saved-pages"
  /** Whether a saved copy may be a part of the list, since it states no total: what is not in it is not missing. */
  readonly mayBePart?: boolean
  /** The pieces that no record of a saved copy has, or that one lacks and each should have. */
  readonly lacking?: ReadonlyArray<Piece>
  /** Every edition that the registry lists, oldest first. */
  readonly revisions: Effect.Effect<ReadonlyArray<Revision>, UpstreamError>
  /** Chooses the edition to read. */
  readonly resolve: (last: LastRevision) => Effect.Effect<ResolvedRevision, UpstreamError>
  /** How many records the registry says it holds. */
  readonly count: (revision: Revision) => Effect.Effect<number, UpstreamError>
  /**
   * One page of `size` records, only the last may have fewer: the first page at `null`, any other at the `next` of the
   * page before, which had the same size.
   */
  readonly page: (revision: Revision, at: string | null, size: number) => Effect.Effect<Page, UpstreamError>
  /** The registry's own timestamp of its data; null if it has none. It proves a read whose pages all state it. */
  readonly dataTimestamp: (revision: Revision) => Effect.Effect<string | null, UpstreamError>
  /** The edition that such a timestamp names, where the registry has no other name for its editions. */
  readonly revisionAt?: (dataTimestamp: string) => Revision
  /** How to ask for whole records; absent where `page` returns them. */
  readonly details?: DetailRequests
}

/** A registry without editions of its own: what it says now. */
const present: Revision = { id: "live", date: null, title: null }

/** A registry over HTTP: its limits, and the requests that ask it. */
export interface HttpClientOptions extends Omit<HttpRegistry.HttpRegistryOptions, "registry"> {
  readonly registry: Registry
  /** How many records to ask for in one page. Default 1000. */
  readonly pageSize?: number
  /** The setting that holds it, for messages. */
  readonly pageSizeSetting?: string
  /**
   * The requests, by means of `get`. A registry without editions (`revisions`, `resolve`) or without a timestamp of its
   * data (`dataTimestamp`) leaves these out.
   */
  readonly requests: (
    get: HttpRegistry.HttpRegistry["get"]
  ) => Pick<RegistryRequests, "count" | "page"> &
    Partial<Pick<RegistryRequests, "revisions" | "resolve" | "dataTimestamp" | "revisionAt" | "details">>
}

const overHttp = ({ pageSize = 1000, pageSizeSetting, registry, requests, ...options }: HttpClientOptions) =>
  Effect.map(HttpRegistry.make({ ...options, registry: registry.name }), ({ get }): RegistryRequests => ({
    registry,
    pageSize,
    ...(pageSizeSetting === undefined ? {} : { pageSizeSetting }),
    revisions: Effect.succeed([present]),
    resolve: () => Effect.succeed({ revision: present, how: "newest", notes: [] }),
    dataTimestamp: () => Effect.succeed(null),
    ...requests(get)
  }))

/** A client whose calls are each repeated as the policy says. */
const repeating = (client: RegistryRequests, policy: RetryPolicy): RegistryRequests => {
  const late = errorsOf(client.registry.name)("timeout")
  const each = <A>(call: Effect.Effect<A, UpstreamError>) => retried(call, policy, late)
  const { details } = client
  return {
    ...client,
    revisions: each(client.revisions),
    resolve: (last) => each(client.resolve(last)),
    count: (revision) => each(client.count(revision)),
    page: (revision, at, size) => each(client.page(revision, at, size)),
    dataTimestamp: (revision) => each(client.dataTimestamp(revision)),
    ...(details === undefined
      ? {}
      : { details: { ...details, some: (revision, ids) => each(details.some(revision, ids)) } })
  }
}

/** Reads one registry: over the network, or from a saved body. */
export class RegistryClient extends Context.Tag("trials-domain/RegistryClient")<
  RegistryClient,
  RegistryRequests
>() {
  /**
   * Reads a registry over HTTP: so many requests a second, each repeated while that may help, with deadlines, a limit of
   * size, no redirects, and no address or secret in what is logged or thrown. Needs only what is said of the registry:
   * which requests to send, and how their answers are read. Throws `InvalidRegistry` for a limit that means nothing.
   */
  static readonly http = (options: HttpClientOptions): Layer.Layer<RegistryClient> =>
    Layer.scoped(RegistryClient, overHttp(options)).pipe(Layer.provide(HttpRegistry.client))

  /**
   * Repeats the calls of a client that fail in a way that may pass (`UpstreamError.mayPass`). `http` does so by itself.
   */
  static readonly retrying = (
    policy: Partial<RetryPolicy> = {}
  ): (<E, R>(client: Layer.Layer<RegistryClient, E, R>) => Layer.Layer<RegistryClient, E, R>) => {
    const usual: RetryPolicy = withUsual({ ...defaultPolicy }, policy)
    return Layer.map((context) =>
      Context.make(RegistryClient, repeating(Context.get(context, RegistryClient), usual))
    )
  }
}
