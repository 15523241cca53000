import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Context, Effect, Layer, Schema } from "effect"
import { ChangeKind, diff } from "../model/Change.js"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import type { Page } from "../model/Page.js"
import { contentFields, editedField, type Trial, type TrialContent } from "../model/Trial.js"
import type { TrialVersion, VersionDiff } from "../model/TrialVersion.js"
import { includes } from "../sql/dialect.js"
import { publicationColumn } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import * as TrialIds from "../store/TrialIds.js"
import { toVersion, VersionRow, versionSelect } from "../store/VersionRow.js"
import * as Cursor from "./Cursor.js"
import { placesOf } from "./FeedPlaces.js"
import * as FeedPosition from "./FeedPosition.js"
import { oneMore, pageFrom, totalOf } from "./Listing.js"
import * as Request from "./Request.js"
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

const ChangesRequest = Schema.Struct({
  /** What was already seen: the `nextAfter` of the feed before, or the seq of a change. Default: nothing. */
  after: Schema.optionalWith(
    FeedPosition.FeedPosition.annotations(
      Request.must("must be the nextAfter of an answer, or the seq of a change")
    ),
    { default: () => FeedPosition.beginning }
  ),
  limit: Request.limit(1000, 100),
  registry: Schema.optional(Request.text),
  kind: Schema.optional(Request.oneOf(ChangeKind.literals)),
  /** Only changes to this field; for a computed field, also edits of the field that it is computed from. */
  field: Schema.optional(Request.oneOf(contentFields)),
  /** Only edits whose registry did not move its own update date, or (false) only what is none. */
  silent: Schema.optional(Schema.Boolean),
  /** Only edits of a mass change, or (false) only what is none. */
  mass: Schema.optional(Schema.Boolean),
  /** Only changes observed at this instant or later. */
  observedSince: Schema.optional(Request.instant)
})

/**
 * Which part of the feed to read: by default its first 100 (at most 1000) changes. `after` is the `nextAfter` of the part
 * before, or the seq of a change.
 */
export interface ChangesRequest extends Schema.Schema.Encoded<typeof ChangesRequest> {}

/** A part of the feed. A caller that asks again with `nextAfter` gets every later change exactly once. */
export interface ChangeFeed {
  readonly items: ReadonlyArray<TrialVersion>
  readonly nextAfter: FeedPosition.FeedPosition
}

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
    /** Changes in the order of their commits, without gaps. */
    readonly changes: (
      request?: ChangesRequest
    ) => Effect.Effect<ChangeFeed, InvalidRequest | FeedPosition.PositionGone | StoreError>
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
          const { after, field, kind, limit, mass, observedSince, registry, silent } = yield* decoded(
            ChangesRequest,
            request
          )
          const seq = FeedPosition.seqOf(after)
          const where: Array<Statement.Fragment> = [sql`v.seq > ${seq}`]
          if (registry !== undefined) where.push(sql`v.registry = ${registry}`)
          if (kind !== undefined) where.push(sql`v.kind = ${kind}`)
          if (silent !== undefined) where.push(sql`v.silent = ${Number(silent)}`)
          if (mass !== undefined) where.push(sql`v.mass = ${Number(mass)}`)
          if (observedSince !== undefined) where.push(sql`v.observed_at >= ${observedSince}`)
          if (field !== undefined) {
            // A change is our own JSON text with its field first: see Change.FieldChange.
            const names = new Set([field, editedField(field)])
            where.push(sql.or([...names].map((name) => includes(sql, "v.changes", `{"field":"${name}",`))))
          }
          const { end, items } = yield* snapshot(sql, () =>
            Effect.gen(function* () {
              const found = yield* places(seq)
              const end = found.at(-1)
              const at = found.find((place) => place.seq === seq)
              const flaw = FeedPosition.flawOf(after, end, at)
              if (flaw !== null) return yield* flaw
              return { end, items: yield* versions(sql.and(where), "v.seq", limit) }
            })
          )
          // A short page has covered everything up to the last version, including what the filters left out.
          const last = items.length < limit ? end : items.at(-1)
          return { items, nextAfter: last === undefined ? FeedPosition.beginning : FeedPosition.after(last) }
        })
      }
    })
  )
}
