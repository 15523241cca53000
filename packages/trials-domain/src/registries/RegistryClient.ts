import { Context, type Effect, Schema } from "effect"
import type { Revision } from "../model/Revision.js"
import type { Registry, RegistryRecord } from "./Registry.js"

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

/** Why a registry could not be read. */
export const UpstreamReason = Schema.Literal(
  "key",
  "gone",
  "certificate",
  "proxy",
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

const lasting: ReadonlySet<UpstreamReason> = new Set(["key", "gone", "certificate", "proxy", "file"])

/** A registry could not be read. The message says what to do; it never contains a secret, a path or a query. */
export class UpstreamError extends Schema.TaggedError<UpstreamError>("trials-domain/UpstreamError")(
  "UpstreamError",
  {
    registry: Schema.String,
    reason: UpstreamReason,
    detail: Schema.String,
    status: Schema.NullOr(Schema.Int),
    /** How many milliseconds the upstream asked to wait. */
    retryAfter: Schema.NullOr(Schema.Number)
  }
) {
  override get message(): string {
    return this.detail
  }

  /** Whether a person must change something. Any other failure may have passed by the next run. */
  get wantsPerson(): boolean {
    return lasting.has(this.reason)
  }
}

export const isUpstreamError = (error: unknown): error is UpstreamError => error instanceof UpstreamError

/** What the last proven run read; null if there was none. */
export type LastRevision = Revision | null

/** Reads one registry: over the network, or from a saved body. */
export class RegistryClient extends Context.Tag("trials-domain/RegistryClient")<
  RegistryClient,
  {
    readonly registry: Registry
    /** How many records to ask for in one page. */
    readonly pageSize: number
    /** The setting that holds it, for messages. */
    readonly pageSizeSetting?: string
    /** What it reads if it does not ask the registry: one saved response, or pages saved at moments that nobody knows. */
    readonly saved?: "one-response" | "saved-pages"
    /** Every edition that the registry lists, oldest first. */
    readonly revisions: Effect.Effect<ReadonlyArray<Revision>, UpstreamError>
    /** Chooses the edition to read. */
    readonly resolve: (last: LastRevision) => Effect.Effect<ResolvedRevision, UpstreamError>
    /** How many records the registry says it holds. */
    readonly count: (revision: Revision) => Effect.Effect<number, UpstreamError>
    /**
     * One page of `size` records, only the last may have fewer: the first page at `null`, any other at the `next` of
     * the page before, which had the same size.
     */
    readonly page: (revision: Revision, at: string | null, size: number) => Effect.Effect<Page, UpstreamError>
    /** The registry's own timestamp of its data; null if it has none. It proves a read whose pages all state it. */
    readonly dataTimestamp: (revision: Revision) => Effect.Effect<string | null, UpstreamError>
  }
>() {}
