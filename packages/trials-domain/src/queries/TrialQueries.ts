import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import { FacetName, type Facets } from "../model/Facets.js"
import { decoded, InvalidRequest } from "../model/InvalidRequest.js"
import { fromMillis, Instant } from "../model/Instant.js"
import type { Page, Total } from "../model/Page.js"
import { type Trial, trialFields, type TrialSummary } from "../model/Trial.js"
import { TrialFilter, TrialSort } from "../model/TrialFilter.js"
import { soughtBy } from "../search/Sought.js"
import { among } from "../sql/dialect.js"
import { publicationColumn } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import { known, KnownTrial, knownSelect, SummaryRow, summarySelect, toTrial } from "../store/TrialRow.js"
import * as CodedFilter from "./CodedFilter.js"
import * as Cursor from "./Cursor.js"
import * as FacetCounts from "./FacetCounts.js"
import { boundsOf } from "./FeedBounds.js"
import * as Hits from "./Hits.js"
import { oneMore, pageFrom, totalOf } from "./Listing.js"
import * as Request from "./Request.js"
import { sliced, type Step } from "./Sliced.js"
import { readFrom, snapshot, staysUntil } from "./Snapshot.js"

/** No such trial. */
export class TrialNotFound extends Schema.TaggedError<TrialNotFound>("trials-domain/TrialNotFound")(
  "TrialNotFound",
  { registry: Schema.String, id: Schema.String }
) {
  override get message(): string {
    return `No trial ${this.id} of the registry ${this.registry} is known here.`
  }
}

const listed = {
  filter: Schema.optionalWith(TrialFilter, { default: () => ({}) }),
  /** Which fields each trial is listed with, beside its registry and id; by default those of the summary. */
  fields: Schema.optional(Schema.Array(Request.oneOf(trialFields))),
  limit: Request.limit(100, 20),
  cursor: Request.cursor
}
const ListRequest = Schema.Struct({
  ...listed,
  /** By which values the hits are counted; by default by none. */
  facets: Schema.optionalWith(Schema.Array(Request.oneOf(FacetName.literals)), { default: () => [] }),
  sort: Schema.optionalWith(Request.oneOf(TrialSort.literals), { default: (): TrialSort => "-updatedAt" })
})

/**
 * Which trials to list, and how: by default all that are not missing, newest first, 20 (at most 100) a page. `cursor` is
 * the `nextCursor` of the page before.
 */
export interface ListRequest extends Schema.Schema.Encoded<typeof ListRequest> {}

const RecentRequest = Schema.Struct({
  ...listed,
  days: Schema.optionalWith(
    Schema.Number.pipe(Schema.between(1, 365)).annotations(Request.must("must be a number from 1 to 365")),
    { default: () => 7 }
  )
})

/** Which trials of the last `days` times 24 hours to list: of the last 7 (1 to 365) by default, 20 (at most 100) a page. */
export interface RecentRequest extends Schema.Schema.Encoded<typeof RecentRequest> {}

/** A list as it is asked for, with its defaults. */
type Listed = typeof ListRequest.Type

/** Why a list cannot be read. */
export type ListError = InvalidRequest | Cursor.InvalidCursor | CodedFilter.UnknownWord | StoreError

/** A page of trials. */
export interface TrialPage extends Page<TrialSummary> {
  /** Only where facets were asked for. */
  readonly facets?: Facets
}

const dayMillis = 86_400_000

const OneRow = Schema.Struct({ ...KnownTrial.fields, publication: Schema.Int })
const ListedRow = Schema.Struct({ ...SummaryRow.fields, updatedSeq: Schema.Int })
const whole = `${summarySelect("t")}, t.updated_seq AS "updatedSeq"`

/** Up to how many hits are sorted by their ids. */
const mostSorted = 10_000

/** How many trials are looked at in one step at most where the list is in the order of ids. */
const mostLooked = 400

/** How many trials a page may have that carry more than the summary. */
const mostWhole = 25

const isSummary: ReadonlySet<string> = new Set(Object.keys(SummaryRow.fields))

/** What of a trial a list shows. */
const chosen =
  (fields: ReadonlyArray<string> | undefined) =>
  (trial: TrialSummary): TrialSummary => {
    if (fields === undefined) return trial
    const each: Readonly<Record<string, unknown>> = { ...trial }
    const names = new Set(["registry", "id", ...fields])
    // A caller that chooses knows which fields there are.
    return Object.fromEntries([...names].map((name) => [name, each[name]])) as unknown as TrialSummary
  }

/** A position in a list: the values by which it is sorted. */
type Position = ReadonlyArray<string | number>

/** The read side of trials: one trial, recent changes, search. Every answer is read from one publication. */
export class TrialQueries extends Context.Tag("trials-domain/TrialQueries")<
  TrialQueries,
  {
    /** One trial with everything that its registry says about it. */
    readonly get: (key: Request.TrialKey) => Effect.Effect<Trial, InvalidRequest | TrialNotFound | StoreError>
    /**
     * Searches and lists trials. With the newest first, the trials that `q` names by an identifier or their acronym come
     * before all others.
     */
    readonly list: (request?: ListRequest) => Effect.Effect<TrialPage, ListError>
    /** Trials created or edited in the last `days` times 24 hours, including the edge, by Effect's Clock. */
    readonly recent: (request?: RecentRequest) => Effect.Effect<TrialPage, ListError>
  }
>() {
  /** The trials of the database behind a client. */
  static readonly layer: Layer.Layer<TrialQueries, never, SqlClient.SqlClient> = Layer.effect(
    TrialQueries,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient

      const find = SqlSchema.findOne({
        Request: Schema.Struct({ registry: Schema.String, id: Schema.String }),
        Result: OneRow,
        execute: ({
          id,
          registry
        }) => sql`SELECT ${sql.literal(knownSelect)}, ${sql.literal(publicationColumn)}
          FROM ${sql.literal(known)} WHERE t.registry = ${registry} AND t.id = ${id}`
      })

      /** The rows of some trials, in the order in which these are given. */
      const rowsOf = (seqs: ReadonlyArray<number>, fields: Listed["fields"]) =>
        Effect.gen(function* () {
          if (seqs.length === 0) return []
          const isWhole = fields?.some((name) => !isSummary.has(name)) === true
          const wholes = SqlSchema.findAll({
            Request: Schema.Void,
            Result: KnownTrial,
            execute: () => sql`SELECT ${sql.literal(knownSelect)} FROM ${sql.literal(known)}
              WHERE ${among(sql, "t.updated_seq", seqs)}`
          })
          const summaries = SqlSchema.findAll({
            Request: Schema.Void,
            Result: ListedRow,
            execute: () =>
              sql`SELECT ${sql.literal(whole)} FROM trials t WHERE ${among(sql, "t.updated_seq", seqs)}`
          })
          const rows: ReadonlyArray<TrialSummary & { readonly updatedSeq: number }> = isWhole
            ? (yield* wholes()).map((row) => ({ ...toTrial(row), updatedSeq: row.updatedSeq }))
            : yield* summaries()
          const bySeq = new Map(rows.map(({ updatedSeq, ...trial }) => [updatedSeq, trial]))
          return seqs.flatMap((seq) => {
            const trial = bySeq.get(seq)
            return trial === undefined ? [] : [{ seq, trial: chosen(fields)(trial) }]
          })
        })

      const seqsOf = (execute: () => Statement.Statement<unknown>) =>
        SqlSchema.findAll({
          Request: Schema.Void,
          Result: Schema.Struct({ seq: Schema.Int, id: Schema.String, registry: Schema.String }),
          execute
        })()

      /** A page of the hits in the order of ids. */
      const byId = (step: Step, search: Hits.Search, after: Position | undefined, limit: number) =>
        Effect.gen(function* () {
          const beyond = (position: Position | undefined) =>
            position === undefined
              ? sql`1 = 1`
              : sql`(t.id, t.registry) > (${sql.csv(position.map((part) => sql`${part}`))})`
          const hits = yield* Hits.inOrder(step, search, {
            direction: "-",
            after: null,
            limit: mostSorted + 1
          })
          if (hits.length <= mostSorted) {
            return hits.length === 0
              ? []
              : yield* step(
                  seqsOf(
                    () => sql`SELECT t.updated_seq AS seq, t.id, t.registry FROM trials t
                      WHERE ${among(sql, "t.updated_seq", hits)} AND ${beyond(after)}
                      ORDER BY t.id, t.registry LIMIT ${limit}`
                  )
                )
          }
          // Of so many hits the next ones are near.
          const found: Array<{ seq: number; id: string; registry: string }> = []
          let position = after
          for (let looked = 2 * limit; ; looked = Math.min(mostLooked, 4 * looked)) {
            const read = yield* step(
              seqsOf(
                () => sql`SELECT t.updated_seq AS seq, t.id, t.registry FROM trials t WHERE ${beyond(position)}
                  ORDER BY t.id, t.registry LIMIT ${looked}`
              )
            )
            const hits = new Set(
              yield* Hits.among(
                step,
                search,
                read.map(({ seq }) => seq)
              )
            )
            found.push(...read.filter(({ seq }) => hits.has(seq)))
            const last = read.at(-1)
            if (found.length >= limit || last === undefined || read.length < looked)
              return found.slice(0, limit)
            position = [last.id, last.registry]
          }
        })

      /** The places of a page's trials, each with its position in the list. */
      const placesOf = (
        step: Step,
        search: Hits.Search,
        sort: TrialSort,
        after: Position | undefined,
        limit: number
      ) =>
        Effect.gen(function* () {
          const [one, other] = after ?? []
          if (sort === "id")
            return (yield* byId(step, search, after, limit)).map(({ id, registry, seq }) => ({
              seq,
              position: [id, registry]
            }))
          if (sort === "updatedAt")
            return (yield* Hits.inOrder(step, search, {
              direction: "",
              after: typeof one === "number" ? one : null,
              limit
            })).map((seq) => ({ seq, position: [seq] }))
          const from: Hits.Position | null =
            (one === "named" || one === "others") && typeof other === "number"
              ? { among: one, seq: other }
              : null
          return (yield* Hits.first(step, search, from, limit)).map(({ among, seq }) => ({
            seq,
            position: [among, seq]
          }))
        })

      /** A search: a page of hits, their number and what they are counted by. */
      const searched = (request: Listed, position: Position | undefined, described: string) => {
        const { facets, fields, filter, limit, sort } = request
        return (step: Step) =>
          Effect.gen(function* () {
            const search = yield* step(
              Effect.gen(function* () {
                const sought = soughtBy(filter, yield* CodedFilter.termsOf(filter))
                return { sought, bounds: yield* boundsOf(filter), filter }
              })
            )
            const places = yield* placesOf(step, search, sort, position, oneMore(limit))
            const isAll = position === undefined && places.length <= limit
            const total: Total = isAll
              ? { value: places.length, relation: "eq" }
              : yield* Hits.totalOf(step, search)
            const positions = new Map(places.map(({ position, seq }) => [seq, position]))
            const rows = yield* step(
              rowsOf(
                places.map(({ seq }) => seq),
                fields
              )
            )
            const { items, ...rest } = pageFrom(rows, limit, total, ({ seq }) =>
              Cursor.encode(described, positions.get(seq) ?? [])
            )
            const page = { items: items.map(({ trial }) => trial), ...rest }
            return facets.length === 0 ? page : { ...page, facets: yield* facetsOf(step, search, facets) }
          })
      }

      const facetsOf = (step: Step, search: Hits.Search, names: Listed["facets"]) =>
        Effect.gen(function* () {
          const part = { direction: "-", after: null, limit: FacetCounts.mostCounted + 1 } as const
          const hits = yield* Hits.inOrder(step, search, part)
          const complete = hits.length <= FacetCounts.mostCounted
          return yield* FacetCounts.of(step, names, hits.slice(0, FacetCounts.mostCounted), complete)
        })

      /** A list in which nothing is sought but the trials of a registry, or of a time. */
      const plain = (request: Listed, position: Position | undefined, described: string) =>
        Effect.gen(function* () {
          const { fields, filter, limit, sort } = request
          const { after, by, isByInstant } = orderOf(sort, filter)
          const bounds = yield* boundsOf(filter)
          if (bounds === null)
            return { items: [], total: { value: 0, relation: "eq" as const }, nextCursor: null }
          const where = [
            sql`1 = 1`,
            ...(filter.missing === true ? [] : [sql`t.missing_since IS NULL`]),
            ...(filter.registry === undefined ? [] : [sql`t.registry = ${filter.registry}`]),
            ...(bounds.least === null ? [] : [sql`t.updated_seq >= ${bounds.least}`]),
            ...(bounds.most === null ? [] : [sql`t.updated_seq <= ${bounds.most}`]),
            ...(filter.updatedSince === undefined ? [] : [sql`t.updated_at >= ${filter.updatedSince}`]),
            ...(filter.updatedUntil === undefined ? [] : [sql`t.updated_at <= ${filter.updatedUntil}`])
          ]
          const further =
            position === undefined
              ? where
              : [...where, sql`${sql.literal(after)} (${sql.csv(position.map((part) => sql`${part}`))})`]
          const page = SqlSchema.findAll({
            Request: Schema.Void,
            Result: Schema.Struct({
              ...SummaryRow.pick("id", "registry", "updatedAt").fields,
              seq: Schema.Int
            }),
            execute: () => sql`SELECT t.updated_seq AS seq, t.id, t.registry, t.updated_at AS "updatedAt"
              FROM trials t WHERE ${sql.and(further)} ORDER BY ${sql.literal(by)} LIMIT ${oneMore(limit)}`
          })
          const found = yield* page()
          const places = new Map(
            found.map(({ id, registry, seq, updatedAt }): [number, Position] => [
              seq,
              sort === "id" ? [id, registry] : isByInstant ? [updatedAt, seq] : [seq]
            ])
          )
          const rows = yield* rowsOf([...places.keys()], fields)
          const total = yield* totalOf(sql, sql`trials t WHERE ${sql.and(where)}`)
          const { items, ...rest } = pageFrom(rows, limit, total, ({ seq }) =>
            Cursor.encode(described, places.get(seq) ?? [])
          )
          return { items: items.map(({ trial }) => trial), ...rest }
        })

      const firstSince = SqlSchema.findOne({
        Request: Schema.String,
        Result: Schema.Struct({ at: Instant }),
        // In each registry, an index has the first one.
        execute: (since) => sql`SELECT min(b.updated_at) AS at FROM (SELECT (SELECT t.updated_at FROM trials t
          WHERE t.registry = g.name AND t.updated_at >= ${since} ORDER BY t.updated_at, t.updated_seq LIMIT 1)
          AS updated_at FROM registries g) b HAVING min(b.updated_at) IS NOT NULL`
      })

      /** Reports when the first of the trials since an instant is no longer of the last `days`. */
      const leaving = (since: Instant, days: number) =>
        Effect.flatMap(
          firstSince(since),
          Option.match({
            onNone: () => Effect.void,
            onSome: ({ at }) => staysUntil(Date.parse(at) + days * dayMillis + 1)
          })
        )

      const list = (
        request: Listed,
        described: string,
        also: Effect.Effect<void, StoreError> = Effect.void
      ): Effect.Effect<TrialPage, ListError> =>
        Effect.gen(function* () {
          const { cursor, facets, fields, filter, limit } = request
          const position =
            cursor === undefined ? undefined : yield* Cursor.decode(described, cursor, formOf(request))
          if (limit > mostWhole && fields?.some((name) => !isSummary.has(name)) === true)
            return yield* new InvalidRequest({ issues: [tooMany(fields)] })
          if (isPlain(filter) && facets.length === 0)
            return yield* snapshot(sql, () => Effect.zipRight(also, plain(request, position, described)))
          if (isPlain(filter)) {
            return yield* sliced(sql, (step) =>
              Effect.gen(function* () {
                const page = yield* step(plain(request, position, described))
                const bounds = yield* step(boundsOf(filter))
                const search = { sought: soughtBy(filter, {}), filter, bounds }
                return { ...page, facets: yield* facetsOf(step, search, facets) }
              })
            )
          }
          const found = searched(request, position, described)
          const answer = (step: Step) => Effect.zipRight(step(also), found(step))
          return yield* sliced(sql, answer)
        }).pipe(Effect.provideService(SqlClient.SqlClient, sql))

      const describe = (kind: string, request: Pick<Listed, "filter" | "sort">): string =>
        JSON.stringify([
          kind,
          request.sort,
          Object.entries(request.filter)
            .filter(([, value]) => value !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
        ])

      return {
        get: Effect.fn("TrialQueries.get")(function* (request) {
          const { id, registry } = yield* decoded(Request.TrialKey, request)
          const { publication, ...trial } = yield* Effect.flatten(find({ registry, id })).pipe(
            Effect.catchTag("NoSuchElementException", () => new TrialNotFound({ registry, id }))
          )
          yield* readFrom(publication)
          return toTrial(trial)
        }),
        list: Effect.fn("TrialQueries.list")(function* (request = {}) {
          const wanted = yield* decoded(ListRequest, request)
          return yield* list(wanted, describe("search", wanted))
        }),
        recent: Effect.fn("TrialQueries.recent")(function* (request = {}) {
          const { days, filter, ...rest } = yield* decoded(RecentRequest, request)
          const since = fromMillis((yield* Clock.currentTimeMillis) - days * dayMillis)
          const updatedSince =
            filter.updatedSince !== undefined && filter.updatedSince > since ? filter.updatedSince : since
          const sorted = { filter, sort: "-updatedAt" as const }
          return yield* list(
            { ...rest, ...sorted, facets: [], filter: { ...filter, updatedSince } },
            describe(`recent ${days}`, sorted),
            leaving(updatedSince, days)
          )
        })
      }
    })
  )
}

const tooMany = (fields: ReadonlyArray<string>) => ({
  path: "limit",
  detail: `must be at most ${mostWhole} with ${fields.filter((name) => !isSummary.has(name)).join(", ")}, which lists do not carry by themselves`
})

const { place, text } = Cursor
const ofIds = Schema.is(Schema.Tuple(text, text))
const ofFeed = Schema.is(Schema.Tuple(place))
const ofRegistry = Schema.is(Schema.Tuple(text, place))
const ofHits = Schema.is(Schema.Tuple(Schema.Literal("named", "others"), place))

/** Whether something is a position of a list. */
const formOf = ({
  filter,
  sort
}: Pick<Listed, "filter" | "sort">): ((value: unknown) => value is Position) => {
  if (sort === "id") return ofIds
  if (!isPlain(filter)) return sort === "updatedAt" ? ofFeed : ofHits
  return filter.registry === undefined ? ofFeed : ofRegistry
}

/** Whether nothing is sought but the trials of a registry, or of a time. */
const isPlain = (filter: TrialFilter): boolean => soughtBy(filter, {}).isPlain && !CodedFilter.isGiven(filter)

/** The order of the feed. Within one registry, the order of the instants is the same and has its own index. */
const orderOf = (sort: TrialSort, { registry }: TrialFilter) => {
  if (sort === "id") return { by: "t.id, t.registry", after: "(t.id, t.registry) >", isByInstant: false }
  const [direction, than] = sort === "updatedAt" ? ["", ">"] : [" DESC", "<"]
  return registry === undefined
    ? { by: `t.updated_seq${direction}`, after: `(t.updated_seq) ${than}`, isByInstant: false }
    : {
        by: `t.updated_at${direction}, t.updated_seq${direction}`,
        after: `(t.updated_at, t.updated_seq) ${than}`,
        isByInstant: true
      }
}
