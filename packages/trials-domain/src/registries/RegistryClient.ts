import { Context, type Effect, Schema } from "effect"
import type { Revision } from "../model/Revision.js"
import type { Registry, RegistryRecord } from "./Registry.js"

/**
 * How a revision was chosen. `named` was asked for by its id; `newest` came from the registry's own list;
 * `assumed` is the best that could be done while that list could not be read.
 */
export interface ResolvedRevision {
  readonly revision: Revision
  readonly how: "newest" | "named" | "assumed"
  /** What an operator should know of the choice. */
  readonly notes: ReadonlyArray<string>
}

/** One upstream response: some records, and where the next ones are. */
export interface Page {
  readonly records: ReadonlyArray<RegistryRecord>
  /** How many records the registry says there are, where the page says so. */
  readonly total: number | null
  /** What to give to `page` for the next one; null after the last. */
  readonly next: string | null
}

/** Why a registry could not be read. `UpstreamError.wantsPerson` says which of these trying later cannot help. */
export const UpstreamReason = Schema.Literal(
  "key",
  "gone",
  "quota",
  "request",
  "server",
  "network",
  "timeout",
  "too-large",
  "redirect",
  "malformed",
  "file"
)
export type UpstreamReason = typeof UpstreamReason.Type

const forPerson: ReadonlySet<UpstreamReason> = new Set<UpstreamReason>(["key", "gone", "file"])

/** A registry could not be read. The message says what to do; it never holds a secret, a path or a query. */
export class UpstreamError extends Schema.TaggedError<UpstreamError>("trials-domain/UpstreamError")(
  "UpstreamError",
  {
    registry: Schema.String,
    reason: UpstreamReason,
    detail: Schema.String,
    status: Schema.NullOr(Schema.Int),
    /** Milliseconds that the upstream asked to wait. */
    retryAfter: Schema.NullOr(Schema.Number)
  }
) {
  override get message(): string {
    return this.detail
  }

  /** Whether a person must change something: a key, the edition that is named, a file. Otherwise trying later may help. */
  get wantsPerson(): boolean {
    return forPerson.has(this.reason)
  }
}

export const isUpstreamError = (error: unknown): error is UpstreamError => error instanceof UpstreamError

/** What an earlier proven run read last: null where there was none. */
export type LastRevision = Revision | null

/** Reads one registry: over the network, or from a saved body. */
export class RegistryClient extends Context.Tag("trials-domain/RegistryClient")<
  RegistryClient,
  {
    readonly registry: Registry
    /** The largest number of records in one page. */
    readonly pageSize: number
    /** Every edition that the registry lists, oldest first. */
    readonly revisions: Effect.Effect<ReadonlyArray<Revision>, UpstreamError>
    /** Chooses the edition to read. */
    readonly resolve: (last: LastRevision) => Effect.Effect<ResolvedRevision, UpstreamError>
    /** How many records the registry says it holds. */
    readonly count: (revision: Revision) => Effect.Effect<number, UpstreamError>
    /** One page: the first at `null`, any other at the `next` of the one before. */
    readonly page: (revision: Revision, at: string | null) => Effect.Effect<Page, UpstreamError>
    /** The registry's own stamp of its data's state; null where it has none. */
    readonly dataTimestamp: (revision: Revision) => Effect.Effect<string | null, UpstreamError>
  }
>() {}
