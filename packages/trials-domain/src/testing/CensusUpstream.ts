import { Effect, Either, Layer } from "effect"
import { TrialContent } from "../model/Trial.js"
import * as Registry from "../registries/Registry.js"
import { RegistryClient } from "../registries/RegistryClient.js"
import type { UpstreamError } from "../registries/UpstreamError.js"

/** A whole record of a registry whose list carries its id, title and date of update, and nothing else of it. */
export interface CensusRecord {
  readonly id: string
  readonly title: string
  /** The registry's own date of its last update: YYYY-MM-DD. */
  readonly updated: string
  /** What the list does not show. */
  readonly detail?: string
  readonly formerIds?: ReadonlyArray<string>
}

/** A registry whose list carries only a part of each record. */
export const censusRegistry = (
  name = "census",
  options: Partial<Pick<Registry.Registry, "mappingVersion" | "requestedSince" | "dictionary">> = {}
): Registry.Registry =>
  Registry.make({
    name,
    title: `A registry with a census, ${name}`,
    listed: ["id", "title", "updated"],
    ...options,
    transform: (record) => {
      const { detail, formerIds = [], id, title, updated } = record as CensusRecord // only such records are served
      if (detail === "unreadable") return Either.left({ id, reason: "it is unreadable" })
      return Either.right({
        id,
        content: TrialContent.make({ title, registryUpdatedDate: updated, officialTitle: detail, formerIds }),
        findings: detail === "odd" ? [{ code: "odd", field: "officialTitle", value: detail }] : []
      })
    }
  })

/** One state of the whole registry. */
export interface CensusState {
  readonly records: ReadonlyArray<CensusRecord>
  /** The registry's timestamp of it. */
  readonly stamp: string
}

/** What is asked, numbered from 0 over all requests since the run began. */
export interface CensusAsked {
  readonly n: number
  readonly what: "version" | "count" | "page" | "details"
}

/**
 * A registry with a census, held in memory: each request may see another state of it. What its list names it may not
 * serve, or serve under another id.
 */
export class CensusUpstream {
  readonly registry: Registry.Registry
  readonly pageSize: number
  /** The most trials of one request for whole records. */
  atOnce = 20
  /** Which state answers a request. */
  answers: (asked: CensusAsked) => CensusState
  /** Runs before each answer, as a failure or an edit in between. */
  onRequest: (asked: CensusAsked) => Effect.Effect<void, UpstreamError> = () => Effect.void
  /** Listed, but not served. */
  readonly unserved = new Set<string>()
  /** Listed, but served under the id of another trial. */
  readonly merged = new Map<string, string>()
  /** The ids of every request for whole records since the run began. */
  readonly asked: Array<ReadonlyArray<string>> = []
  /** How many pages of the list were sent since the run began. */
  pages = 0
  private requests = 0

  constructor(registry: Registry.Registry, state: CensusState, pageSize = 50) {
    this.registry = registry
    this.pageSize = pageSize
    this.answers = () => state
  }

  /** Begins another run, whose requests all see one state. */
  begin(state: CensusState): void {
    this.beginMoving(() => state)
  }

  /** Begins another run, each of whose requests may see another state. */
  beginMoving(answers: (asked: CensusAsked) => CensusState): void {
    this.answers = answers
    this.requests = 0
    this.pages = 0
    this.asked.length = 0
    this.onRequest = () => Effect.void
  }

  layer(registry: Registry.Registry = this.registry): Layer.Layer<RegistryClient> {
    const ask = <A>(what: CensusAsked["what"], answer: (state: CensusState) => A) =>
      Effect.suspend(() => {
        const asked = { n: this.requests, what }
        this.requests += 1
        return Effect.zipRight(
          this.onRequest(asked),
          Effect.sync(() => answer(this.answers(asked)))
        )
      })
    const revisionAt = (stamp: string) => ({ id: stamp, date: stamp.slice(0, 10), title: null })
    const stamp = ask("version", (state) => state.stamp)
    return Layer.succeed(RegistryClient, {
      registry,
      pageSize: this.pageSize,
      revisions: Effect.map(stamp, (at) => [revisionAt(at)]),
      resolve: () => Effect.map(stamp, (at) => ({ revision: revisionAt(at), how: "newest", notes: [] })),
      revisionAt,
      count: () => ask("count", (state) => state.records.length),
      dataTimestamp: () => stamp,
      page: (_, at, size) =>
        ask("page", ({ records, stamp }) => {
          this.pages += 1
          const start = at === null ? 0 : Number(at)
          const end = start + size
          return {
            records: records
              .slice(start, end)
              .map(({ id, title, updated }) => ({ updated, title, id, empty: [] })),
            total: at === null ? records.length : null,
            // A whole last page is followed by an empty one.
            next: end <= records.length && start < records.length ? String(end) : null,
            dataTimestamp: stamp.slice(0, 10)
          }
        }),
      details: {
        atOnce: this.atOnce,
        some: (_, ids) =>
          ask("details", ({ records }) => {
            if (ids.length > this.atOnce) throw new RangeError(`${ids.length} trials were asked for at once.`)
            this.asked.push(ids)
            const wanted = new Set(ids.map((id) => this.merged.get(id) ?? id))
            return { records: records.filter(({ id }) => wanted.has(id) && !this.unserved.has(id)) }
          })
      }
    })
  }

  /** The ids that were asked for since the run began, sorted. */
  get askedIds(): ReadonlyArray<string> {
    return this.asked.flat().sort()
  }
}
