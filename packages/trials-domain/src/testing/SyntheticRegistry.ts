import type { Revision } from "../model/Revision.js"
import { Effect, Either, Layer } from "effect"
import * as Registry from "../registries/Registry.js"
import { type Page, RegistryClient } from "../registries/RegistryClient.js"
import type { UpstreamError } from "../registries/UpstreamError.js"
import { TrialContent } from "../model/Trial.js"

/** A record of a synthetic registry: an id, and the content that its trial should have. */
export interface SyntheticRecord extends Partial<TrialContent> {
  readonly id: string
  readonly title: string
}

const mapped = (record: Registry.RegistryRecord) => {
  const { id, ...content } = record as SyntheticRecord // only such records are served
  return { id, content: TrialContent.make(content), findings: [] }
}

/** A registry whose records are contents; `change` acts as the mapping of a later version. */
export const syntheticRegistry = (
  name = "synth",
  options: Partial<Pick<Registry.Registry, "mappingVersion" | "requestedSince" | "columns">> & {
    readonly change?: (content: TrialContent) => TrialContent
  } = {}
): Registry.Registry => {
  const { change = (content: TrialContent) => content, ...rest } = options
  return Registry.make({
    name,
    title: `A synthetic registry, ${name}`,
    attribution: "made up",
    ...rest,
    transform: (record) => {
      const { content, ...trial } = mapped(record)
      return Either.right({ ...trial, content: change(content) })
    }
  })
}

/**
 * An upstream held in memory. Its records may be replaced at any time; `onPage` runs before each page is served, so
 * that a test can change them during a read.
 */
export class SyntheticUpstream {
  records: ReadonlyArray<SyntheticRecord>
  revision: Revision = { id: "synthetic", date: null, title: null }
  dataTimestamp: string | null = null
  /** Runs before each page is served; `page` counts from 1. */
  onPage: (page: number) => Effect.Effect<void, UpstreamError> = () => Effect.void
  /** How many requests it received. */
  requests = 0
  readonly registry: Registry.Registry
  readonly pageSize: number

  constructor(registry: Registry.Registry, records: ReadonlyArray<SyntheticRecord>, pageSize = 1000) {
    this.registry = registry
    this.records = records
    this.pageSize = pageSize
  }

  /** The client's layer over this upstream, read by `registry` or a later version of it. */
  layer(registry: Registry.Registry = this.registry): Layer.Layer<RegistryClient> {
    const asked = <A>(answer: () => A) =>
      Effect.sync(() => {
        this.requests += 1
        return answer()
      })
    const page = (at: string | null, size: number): Page => {
      const start = at === null ? 0 : Number(at)
      const end = start + size
      return {
        records: this.records.slice(start, end),
        total: this.records.length,
        next: end < this.records.length ? String(end) : null,
        dataTimestamp: this.dataTimestamp
      }
    }
    return Layer.succeed(RegistryClient, {
      registry,
      pageSize: this.pageSize,
      revisions: asked(() => [this.revision]),
      resolve: () => asked(() => ({ revision: this.revision, how: "newest", notes: [] })),
      count: () => asked(() => this.records.length),
      page: (_, at, size) =>
        Effect.zipRight(
          Effect.suspend(() => this.onPage(at === null ? 1 : Number(at) / size + 1)),
          asked(() => page(at, size))
        ),
      dataTimestamp: () => asked(() => this.dataTimestamp)
    })
  }
}
