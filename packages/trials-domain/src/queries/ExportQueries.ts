/**
 * All trials of a filter, as they were when the export began, or at an instant before. A trial of then is found in its
 * versions, which are never changed: so no page needs the snapshot of another, and no export holds one for long.
 *
 * @module
 */
import { SqlClient, SqlSchema } from "@effect/sql"
import { Context, Effect, Layer, Option, Schema, Stream, Struct } from "effect"
import * as Content from "../model/Content.js"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import * as Instant from "../model/Instant.js"
import { Trial } from "../model/Trial.js"
import { TrialFilter } from "../model/TrialFilter.js"
import { among } from "../sql/dialect.js"
import { readSnapshot } from "../sql/transaction.js"
import * as Counters from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import * as CodedFilter from "./CodedFilter.js"
import * as ExportFilter from "./ExportFilter.js"
import { placesOf } from "./FeedPlaces.js"
import * as FeedPosition from "./FeedPosition.js"
import * as Request from "./Request.js"
import { atOnce, sliced } from "./Sliced.js"

const ExportRequest = Schema.Struct({
  filter: Schema.optionalWith(TrialFilter, { default: () => ({}) }),
  asOf: Schema.optional(Request.instant)
})

/** Which trials to export: by default all that are not missing. With `asOf`, as they had been observed at that instant. */
export interface ExportRequest extends Schema.Schema.Encoded<typeof ExportRequest> {}

/** What an export says of itself. */
export interface Heading {
  /** The publication that was read. */
  readonly publication: number
  /** When the export began. */
  readonly pinnedAt: Instant.Instant
  /** The instant that was asked for, if one was. */
  readonly asOf: Instant.Instant | undefined
  /** The registry that was asked for, if one was. */
  readonly registry: string | undefined
}

/** The state that an export shows, and what it shows of it. */
export interface Pin extends Heading {
  /** The end of the feed at that moment: what was written later is not in the export. */
  readonly position: FeedPosition.FeedPosition
  /** @internal */
  readonly filter: ExportFilter.ExportFilter
}

/** Where a page begins: after this trial, in the order of the export. */
export type Key = ExportFilter.Key

/** How many trials a page looks at. Their contents are read and rendered while all other requests wait. */
const stride = 200

/** A page of an export: of `stride` trials, those that are to be exported. */
export interface ExportPage {
  readonly trials: ReadonlyArray<Trial>
  /** How many trials a page looks at; the last one may have looked at fewer. */
  readonly looked: number
  /** Where the next page begins; none after the last. */
  readonly next: Option.Option<Key>
}

const Observed = Trial.pick("registry", "id", "version", "createdAt", "updatedAt", "missingSince")

const Place = Schema.Struct({ registry: Schema.String, id: Schema.String, seq: Schema.Int })

const Row = Schema.Struct({
  ...Observed.fields,
  content: Schema.String,
  /** Whether the row of `trials` is of this version. */
  isCurrent: Schema.Int
})

// Runs write contents of no other form, and `trials verify` checks them.
const toTrial = Content.storedWith<typeof Observed.Type>(Struct.keys(Observed.fields))

/** Where the first page begins. */
const startOf = ({ registry = "" }: Pin): Key => ({ registry, id: "" })

/** All pages of an export, one after another. `read` reads a page, in whatever turn it has. */
export const pages = <E, R>(
  pin: Pin,
  read: (after: Key) => Effect.Effect<ExportPage, E, R>
): Stream.Stream<ExportPage, E, R> =>
  Stream.paginateEffect(startOf(pin), (after) => Effect.map(read(after), (page) => [page, page.next]))

/** The read side of exports: whole lists of whole trials, as of one moment. */
export class ExportQueries extends Context.Tag("trials-domain/ExportQueries")<
  ExportQueries,
  {
    /** Begins an export: chooses the state that all its pages show. */
    readonly pin: (
      request?: ExportRequest
    ) => Effect.Effect<Pin, InvalidRequest | CodedFilter.UnknownWord | StoreError>
    /** What an export that began now would say of itself. Refuses what `pin` refuses, and looks for no trials. */
    readonly heading: (
      request?: ExportRequest
    ) => Effect.Effect<Heading, InvalidRequest | CodedFilter.UnknownWord | StoreError>
    /**
     * Reads the page after a trial, in the order of registry and id, in a short snapshot of its own. Fails if the
     * database was restored since it was pinned.
     */
    readonly page: (pin: Pin, after: Key) => Effect.Effect<ExportPage, FeedPosition.PositionGone | StoreError>
    /** How many trials an export looks at in all, about: trials are added meanwhile. */
    readonly size: (pin: Pin) => Effect.Effect<number, StoreError>
  }
>() {
  /** The trials of the database behind a client. */
  static readonly layer: Layer.Layer<ExportQueries, never, SqlClient.SqlClient> = Layer.effect(
    ExportQueries,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const places = placesOf(sql)

      /** Trials `t` after a key, of the registry if one was asked for. */
      const beyond = (pin: Pin, { id, registry }: Key) =>
        pin.registry === undefined
          ? sql`(t.registry, t.id) > (${registry}, ${id})`
          : sql`t.registry = ${registry} AND t.id > ${id}`

      /** The trials that the page after a key looks at: which they are, and where they are in the order of lists. */
      const stretch = (pin: Pin, after: Key) =>
        Effect.gen(function* () {
          const { hits, keys, where } = pin.filter
          if (keys !== null) {
            // No key is before the first page.
            const start =
              1 + keys.findIndex(({ id, registry }) => id === after.id && registry === after.registry)
            const some = keys.slice(start, start + stride)
            const next = start + stride < keys.length ? some.at(-1) : undefined
            return { within: namedBy(some), where: [], next }
          }
          const find = SqlSchema.findAll({
            Request: Schema.Void,
            Result: Place,
            execute: () => sql`SELECT t.registry, t.id, t.updated_seq AS seq FROM trials t
              WHERE ${beyond(pin, after)} ORDER BY t.registry, t.id LIMIT ${stride}`
          })
          const places = yield* find()
          const last = places.at(-1)
          if (last === undefined) return { within: sql`1 = 0`, where, next: undefined }
          const seqs = places.map(({ seq }) => seq)
          const found =
            hits === null ? [] : yield* Effect.catchTag(hits.hits(atOnce, seqs), "Moved", Effect.die)
          return {
            within: sql`${beyond(pin, after)} AND (t.registry, t.id) <= (${last.registry}, ${last.id})`,
            where: hits === null ? where : [among(sql, "t.updated_seq", found)],
            next: places.length < stride ? undefined : { registry: last.registry, id: last.id }
          }
        }).pipe(Effect.provideService(SqlClient.SqlClient, sql))

      const namedBy = (keys: ReadonlyArray<Key>) =>
        keys.length === 0
          ? sql`1 = 0`
          : sql`(t.registry, t.id) IN (VALUES ${sql.csv(keys.map(({ id, registry }) => sql`(${registry}, ${id})`))})`

      const rows = (pin: Pin, { where, within }: Effect.Effect.Success<ReturnType<typeof stretch>>) => {
        const observed = pin.asOf === undefined ? sql`1 = 1` : sql`w.observed_at <= ${pin.asOf}`
        return SqlSchema.findAll({
          Request: Schema.Void,
          Result: Row,
          execute: () => sql`SELECT t.registry, t.id, v.version, v.created_at AS "createdAt",
              v.updated_at AS "updatedAt", v.missing_since AS "missingSince", v.content,
              CASE WHEN v.version = t.version THEN 1 ELSE 0 END AS "isCurrent"
            FROM trials t
            JOIN trial_versions v ON v.registry = t.registry AND v.id = t.id AND v.version = (
              SELECT w.version FROM trial_versions w WHERE w.registry = t.registry AND w.id = t.id
                AND w.seq <= ${FeedPosition.seqOf(pin.position)} AND ${observed}
              ORDER BY w.version DESC LIMIT 1)
            WHERE ${within} AND (v.version <> t.version OR (${sql.and([sql`1 = 1`, ...where])}))
            ORDER BY t.registry, t.id`
        })()
      }

      const stateOf = (asOf: Instant.Instant | undefined) => (asOf === undefined ? "now" : "then")

      return {
        heading: Effect.fn("ExportQueries.heading")(function* (request = {}) {
          const { asOf, filter } = yield* decoded(ExportRequest, request)
          const pinnedAt = yield* Instant.now
          return yield* readSnapshot(
            sql,
            Effect.gen(function* () {
              const publication = yield* Counters.publication
              yield* CodedFilter.termsOf(filter, stateOf(asOf))
              return { publication, pinnedAt, asOf, registry: filter.registry }
            })
          ).pipe(Effect.provideService(SqlClient.SqlClient, sql))
        }),
        pin: Effect.fn("ExportQueries.pin")(function* (request = {}) {
          const { asOf, filter } = yield* decoded(ExportRequest, request)
          const pinnedAt = yield* Instant.now
          return yield* sliced(sql, (step) =>
            Effect.gen(function* () {
              const [end] = yield* step(places(0))
              const position = end === undefined ? FeedPosition.beginning : FeedPosition.after(end)
              const publication = yield* step(Counters.publication)
              const made = yield* ExportFilter.make(step, filter, stateOf(asOf))
              return { position, publication, pinnedAt, asOf, registry: filter.registry, filter: made }
            })
          ).pipe(Effect.provideService(SqlClient.SqlClient, sql))
        }),
        page: Effect.fn("ExportQueries.page")((pin, after) =>
          readSnapshot(
            sql,
            Effect.gen(function* () {
              const seq = FeedPosition.seqOf(pin.position)
              const found = yield* places(seq)
              const at = found.find((place) => place.seq === seq)
              const flaw = FeedPosition.flawOf(pin.position, found.at(-1), at)
              if (flaw !== null) return yield* flaw
              const part = yield* stretch(pin, after)
              const trials = (yield* rows(pin, part)).flatMap(({ content, isCurrent, ...own }) => {
                const trial = toTrial(content, own)
                return isCurrent === 1 || pin.filter.matches(trial) ? [trial] : []
              })
              return { trials, looked: stride, next: Option.fromNullable(part.next) }
            })
          )
        ),
        size: Effect.fn("ExportQueries.size")(({ filter, registry }) => {
          if (filter.keys !== null) return Effect.succeed(filter.keys.length)
          return Effect.map(
            SqlSchema.findAll({
              Request: Schema.Void,
              Result: Schema.Struct({ n: Schema.Int }),
              execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM trials
                WHERE ${registry === undefined ? sql`1 = 1` : sql`registry = ${registry}`}`
            })(),
            ([counted]) => counted?.n ?? 0
          )
        })
      }
    })
  )
}
