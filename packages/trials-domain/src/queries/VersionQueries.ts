import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Array as Arr, Context, Effect, Layer, Schema } from "effect"
import { diff } from "../model/Change.js"
import type { ChangeSummary } from "../model/ChangeSummary.js"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import type { Page } from "../model/Page.js"
import type { Trial, TrialContent } from "../model/Trial.js"
import type { TrialVersion, VersionDiff } from "../model/TrialVersion.js"
import { among } from "../sql/dialect.js"
import { publicationColumn } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import * as TrialIds from "../store/TrialIds.js"
import { toVersion, VersionRow, versionSelect } from "../store/VersionRow.js"
import { summaryOf } from "./ChangeCounts.js"
import { read } from "./ChangesRead.js"
import { ChangesRequest, describe, SummaryRequest } from "./ChangesRequest.js"
import type { UnknownWord } from "./CodedFilter.js"
import * as Cursor from "./Cursor.js"
import { observedWithin } from "./FeedBounds.js"
import { placesOf } from "./FeedPlaces.js"
import * as FeedPosition from "./FeedPosition.js"
import { oneMore, pageFrom, totalOf } from "./Listing.js"
import * as Request from "./Request.js"
import { sliced } from "./Sliced.js"
import { readFrom, snapshot } from "./Snapshot.js"
import { TrialNotFound } from "./TrialQueries.js"

/** The trial exists, but this version of it does not. */
export class VersionNotFound extends Schema.TaggedError<VersionNotFound>("trials-domain/VersionNotFound")(
  "VersionNotFound",
  { registry: Schema.String, id: Schema.String, version: Schema.Int }
) {
  override get message(): string {
    return `The trial ${this.id} of the registry ${this.registry} has no version ${this.version}.`
  }
}

const HistoryRequest = Schema.Struct({
  ...Request.TrialKey.fields,
  limit: Request.limit(100, 20),
  cursor: Request.cursor
})

/** Whose versions to list, 20 (at most 100) a page. `cursor` is the `nextCursor` of the page before. */
export interface HistoryRequest extends Schema.Schema.Encoded<typeof HistoryRequest> {}

const version = Schema.Int.pipe(Schema.between(1, 2_147_483_647)).annotations(
  Request.must("must be the number of a version, from 1")
)

const DiffRequest = Schema.Struct({ ...Request.TrialKey.fields, from: version, to: version })

/** Which two versions of a trial to compare. */
export interface DiffRequest extends Schema.Schema.Encoded<typeof DiffRequest> {}

const AsOfRequest = Schema.Struct({ ...Request.TrialKey.fields, instant: Request.instant })

/** Which trial to show, as it had been observed up to an instant. */
export interface AsOfRequest extends Schema.Schema.Encoded<typeof AsOfRequest> {}

/** A part of the feed. A caller that asks again with `nextAfter` gets every later change exactly once. */
export interface ChangeFeed {
  readonly items: ReadonlyArray<TrialVersion>
  readonly nextAfter: FeedPosition.FeedPosition
  /** With the newest first: where to look further back, also where there are none or few here; null at the end. Else null. */
  readonly nextCursor: string | null
}

export type { ChangesRequest, SummaryRequest } from "./ChangesRequest.js"

/** How many contents one step reads at most. */
const mostContents = 100

const OneRow = Schema.Struct({ ...VersionRow.fields, publication: Schema.Int })

/** The read side of history: versions of a trial, a trial at an instant, and the feed of all changes. */
export class VersionQueries extends Context.Tag("trials-domain/VersionQueries")<
  VersionQueries,
  {
    /** A trial's versions, newest first. */
    readonly history: (
      request: HistoryRequest
    ) => Effect.Effect<Page<TrialVersion>, InvalidRequest | TrialNotFound | Cursor.InvalidCursor | StoreError>
    /** What changed from one version of a trial to another, in either direction. */
    readonly diff: (
      request: DiffRequest
    ) => Effect.Effect<VersionDiff, InvalidRequest | TrialNotFound | VersionNotFound | StoreError>
    /** The trial as observed up to an instant, including that instant. */
    readonly asOf: (request: AsOfRequest) => Effect.Effect<Trial, InvalidRequest | TrialNotFound | StoreError>
    /**
     * Changes in the order of their commits, without gaps, or back from the newest. A part that looked at very many changes
     * may have fewer than were asked for, and says where it is to be gone on.
     */
    readonly changes: (
      request?: ChangesRequest
    ) => Effect.Effect<
      ChangeFeed,
      InvalidRequest | Cursor.InvalidCursor | FeedPosition.PositionGone | UnknownWord | StoreError
    >
    /** Changes counted by kind, field, registry and day: the newest 10,000 of them. */
    readonly summary: (
      request?: SummaryRequest
    ) => Effect.Effect<ChangeSummary, InvalidRequest | UnknownWord | StoreError>
  }
>() {
  /** The versions in the database behind a client. */
  static readonly layer: Layer.Layer<VersionQueries, never, SqlClient.SqlClient> = Layer.effect(
    VersionQueries,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const versions = (where: Statement.Fragment, order: string, limit: number) =>
        Effect.gen(function* () {
          const find = SqlSchema.findAll({
            Request: Schema.Void,
            Result: VersionRow,
            execute: () => sql`SELECT ${sql.literal(versionSelect)} FROM trial_versions v WHERE ${where}
              ORDER BY ${sql.literal(order)} LIMIT ${limit}`
          })
          const found = (yield* find()).map(toVersion)
          const gone = found.filter(({ kind }) => kind === "disappeared")
          if (gone.length === 0) return found
          const mergedInto = yield* Effect.provideService(TrialIds.successors(gone), SqlClient.SqlClient, sql)
          return found.map((version) =>
            version.kind === "disappeared" ? { ...version, mergedInto: mergedInto(version) } : version
          )
        })
      /** Versions that make up a whole answer. */
      const versionsAlone = (where: Statement.Fragment, order: string, limit: number) =>
        Effect.gen(function* () {
          const find = SqlSchema.findAll({
            Request: Schema.Void,
            Result: OneRow,
            execute: () => sql`SELECT ${sql.literal(versionSelect)}, ${sql.literal(publicationColumn)}
              FROM trial_versions v WHERE ${where} ORDER BY ${sql.literal(order)} LIMIT ${limit}`
          })
          const rows = yield* find()
          if (rows[0] !== undefined) yield* readFrom(rows[0].publication)
          return rows.map(({ publication: _, ...row }) => toVersion(row))
        })
      const places = placesOf(sql)
      const ofTrial = (registry: string, id: string) => sql`v.registry = ${registry} AND v.id = ${id}`

      return {
        history: Effect.fn("VersionQueries.history")(function* (request) {
          const { cursor, id, limit, registry } = yield* decoded(HistoryRequest, request)
          const list = JSON.stringify(["history", registry, id])
          const [before] =
            cursor === undefined
              ? []
              : yield* Cursor.decode(list, cursor, Schema.is(Schema.Tuple(Cursor.place)))
          const where = ofTrial(registry, id)
          const { found, total } = yield* snapshot(sql, () =>
            Effect.all({
              found: versions(
                before === undefined ? where : sql`${where} AND v.version < ${before}`,
                "v.version DESC",
                oneMore(limit)
              ),
              total: totalOf(sql, sql`trial_versions v WHERE ${where}`)
            })
          )
          if (total.value === 0) return yield* new TrialNotFound({ registry, id })
          return pageFrom(found, limit, total, ({ version }) => Cursor.encode(list, [version]))
        }),
        diff: Effect.fn("VersionQueries.diff")(function* (request) {
          const { from, id, registry, to } = yield* decoded(DiffRequest, request)
          const found = yield* versionsAlone(
            sql`${ofTrial(registry, id)} AND v.version IN ${sql.in([1, from, to])}`,
            "v.version",
            3
          )
          if (found.length === 0) return yield* new TrialNotFound({ registry, id })
          const content = (version: number): Effect.Effect<TrialContent, VersionNotFound> => {
            const trial = found.find((each) => each.version === version)?.trial
            return trial === undefined
              ? new VersionNotFound({ registry, id, version })
              : Effect.succeed(trial)
          }
          return { registry, id, from, to, changes: diff(yield* content(from), yield* content(to)) }
        }),
        asOf: Effect.fn("VersionQueries.asOf")(function* (request) {
          const { id, instant, registry } = yield* decoded(AsOfRequest, request)
          const [found] = yield* versionsAlone(
            sql`${ofTrial(registry, id)} AND v.observed_at <= ${instant}`,
            "v.version DESC",
            1
          )
          return found === undefined ? yield* new TrialNotFound({ registry, id }) : found.trial
        }),
        changes: Effect.fn("VersionQueries.changes")(function* (request = {}) {
          const { after, cursor, limit, order, ...wanted } = yield* decoded(ChangesRequest, request)
          const isBack = order === "newest"
          const described = describe(wanted)
          const [before] =
            cursor === undefined
              ? []
              : yield* Cursor.decode(described, cursor, Schema.is(Schema.Tuple(Cursor.place)))
          const seq = FeedPosition.seqOf(after)
          return yield* sliced(sql, (step) =>
            Effect.gen(function* () {
              const known = yield* step(places(seq))
              const end = known.at(-1)
              const flaw = FeedPosition.flawOf(
                after,
                end,
                known.find((place) => place.seq === seq)
              )
              if (flaw !== null) return yield* flaw
              const bounds = yield* step(observedWithin({ ...wanted, registry: wanted.filter.registry }))
              const part = {
                direction: isBack ? "-" : "",
                least: Math.max(seq + 1, bounds?.least ?? 1),
                most:
                  bounds === null
                    ? 0
                    : Math.min(bounds.most ?? Infinity, (before ?? Infinity) - 1, end?.seq ?? 0)
              } as const
              const found = yield* read(step, wanted, part, isBack ? oneMore(limit) : limit)
              const seqs = found.seqs.slice(0, limit)
              const reached = seqs.length < found.seqs.length ? (seqs.at(-1) ?? null) : found.reached
              const items: Array<TrialVersion> = []
              for (const some of Arr.chunksOf(seqs, mostContents))
                items.push(
                  ...(yield* step(
                    versions(among(sql, "v.seq", some), isBack ? "v.seq DESC" : "v.seq", limit)
                  ))
                )
              const last = reached === null || isBack ? end : (yield* step(places(reached)))[0]
              return {
                items,
                nextAfter: last === undefined ? FeedPosition.beginning : FeedPosition.after(last),
                nextCursor: isBack && reached !== null ? Cursor.encode(described, [reached]) : null
              }
            })
          ).pipe(Effect.provideService(SqlClient.SqlClient, sql))
        }),
        summary: Effect.fn("VersionQueries.summary")(function* (request = {}) {
          const wanted = yield* decoded(SummaryRequest, request)
          return yield* sliced(sql, (step) => summaryOf(step, wanted)).pipe(
            Effect.provideService(SqlClient.SqlClient, sql)
          )
        })
      }
    })
  )
}
