import type { Revision } from "../model/Revision.js"
import { Effect, Either, Layer, Option, Schema } from "effect"
import type { MappedRecord, Registry, RegistryRecord } from "../registries/Registry.js"
import { type Page, RegistryClient, type UpstreamError } from "../registries/RegistryClient.js"
import { TrialContent } from "../model/Trial.js"

/** A record of a synthetic registry: an id, and the content that its trial should have. */
export interface SyntheticRecord extends Partial<TrialContent> {
  readonly id: string
  readonly title: string
}

const nothing: Omit<TrialContent, "title"> = {
  url: null,
  officialTitle: null,
  studyType: null,
  studyTypeRaw: null,
  phases: [],
  phaseRaw: null,
  observationalModel: null,
  observationalModelRaw: null,
  scope: null,
  scopeRaw: null,
  department: null,
  leadInstitution: null,
  collaborators: [],
  status: null,
  statusRaw: null,
  conditions: [],
  interventions: [],
  enrollment: null,
  enrollmentType: null,
  enrollmentRaw: null,
  durationMonths: null,
  durationRaw: null,
  startDate: null,
  completionDate: null,
  registryUpdatedDate: null,
  countries: [],
  hasResults: null
}

/** A whole content from a few of its fields. */
export const contentOf = ({
  title,
  ...fields
}: Partial<TrialContent> & { readonly title: string }): TrialContent => ({
  ...nothing,
  ...fields,
  title
})

const Id = Schema.Struct({ id: Schema.NonEmptyString })
const Content = Schema.Struct(TrialContent.fields)

const idOf = (record: RegistryRecord): string | null =>
  Option.match(Schema.decodeUnknownOption(Id)(record), { onNone: () => null, onSome: ({ id }) => id })

const mapContent = (record: RegistryRecord): MappedRecord | null => {
  const id = idOf(record)
  const content = Schema.decodeUnknownOption(Content)(
    typeof record === "object" ? { ...nothing, ...record } : undefined
  )
  return id === null || content._tag === "None" ? null : { id, content: content.value, findings: [] }
}

/** A registry whose records are contents; `change` acts as the mapping of a later version. */
export const syntheticRegistry = (
  name = "synth",
  options: Partial<Pick<Registry, "mappingVersion" | "requestedSince" | "columns">> & {
    readonly change?: (content: TrialContent) => TrialContent
  } = {}
): Registry => {
  const { change = (content: TrialContent) => content, ...rest } = options
  return {
    name,
    title: `A synthetic registry, ${name}`,
    homepage: "http://localhost/",
    attribution: "made up",
    licence: null,
    mappingVersion: 1,
    requestedSince: {},
    columns: [],
    transform: (record) => {
      const mapped = mapContent(record)
      return mapped === null
        ? Either.left({ id: idOf(record), reason: "not a synthetic record" })
        : Either.right({ ...mapped, content: change(mapped.content) })
    },
    ...rest
  }
}

/**
 * An upstream held in memory. Its records may be replaced at any time; `onPage` runs before each page is served, so
 * that a test can change them during a read.
 */
export class SyntheticUpstream {
  records: ReadonlyArray<SyntheticRecord>
  revision: Revision = { id: "synthetic", date: null, title: null }
  dataTimestamp: string | null = null
  onPage: (page: number) => Effect.Effect<void, UpstreamError> = () => Effect.void
  /** How many requests it received. */
  requests = 0
  readonly registry: Registry
  readonly pageSize: number

  constructor(registry: Registry, records: ReadonlyArray<SyntheticRecord>, pageSize = 1000) {
    this.registry = registry
    this.records = records
    this.pageSize = pageSize
  }

  /** The client's layer over this upstream, read by `registry` or a later version of it. */
  layer(registry: Registry = this.registry): Layer.Layer<RegistryClient> {
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
