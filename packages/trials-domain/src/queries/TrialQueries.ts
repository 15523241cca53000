import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import { fromMillis, type Instant } from "../model/Instant.js"
import type { Page } from "../model/Page.js"
import type { Trial, TrialSummary } from "../model/Trial.js"
import { TrialFilter, TrialSort } from "../model/TrialFilter.js"
import * as SearchIndex from "../search/SearchIndex.js"
import { publicationColumn } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import { known, KnownTrial, knownSelect, SummaryRow, summarySelect, toTrial } from "../store/TrialRow.js"
import * as CodedFilter from "./CodedFilter.js"
import * as Cursor from "./Cursor.js"
import { oneMore, pageFrom, totalOf } from "./Listing.js"
import * as Request from "./Request.js"
import { readFrom, snapshot } from "./Snapshot.js"

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
  limit: Request.limit(100, 20),
  cursor: Request.cursor
}
const ListRequest = Schema.Struct({
  ...listed,
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

const dayMillis = 86_400_000

const OneRow = Schema.Struct({ ...KnownTrial.fields, publication: Schema.Int })
const ListedRow = Schema.Struct({ ...SummaryRow.fields, updatedSeq: Schema.Int })
type ListedRow = typeof ListedRow.Type

interface Order {
  readonly by: string
  readonly after: string
  readonly position: (row: ListedRow) => ReadonlyArray<string | number>
}

const bySeq = ({ updatedSeq }: ListedRow) => [updatedSeq]
const byInstant = ({ updatedAt, updatedSeq }: ListedRow) => [updatedAt, updatedSeq]

/** The order of the feed. Within one registry, the order of the instants is the same and has its own index. */
const orderOf = (sort: TrialSort, { registry }: TrialFilter): Order => {
  if (sort === "id")
    return {
      by: "t.id, t.registry",
      after: "(t.id, t.registry) >",
      position: (row) => [row.id, row.registry]
    }
  const [direction, than] = sort === "updatedAt" ? ["", ">"] : [" DESC", "<"]
  return registry === undefined
    ? { by: `t.updated_seq${direction}`, after: `(t.updated_seq) ${than}`, position: bySeq }
    : {
        by: `t.updated_at${direction}, t.updated_seq${direction}`,
        after: `(t.updated_at, t.updated_seq) ${than}`,
        position: byInstant
      }
}

/**
 * Trials edited or created at an instant or later. Within a registry instants never decrease, so an index shows where
 * in the feed such trials begin in each registry. Across registries they may decrease, so the instant itself decides.
 */
const editedSince = (sql: SqlClient.SqlClient, since: Instant): Statement.Fragment =>
  sql`t.updated_at >= ${since} AND t.updated_seq >= (
    WITH RECURSIVE each_registry(name) AS (
      SELECT min(registry) FROM trials
      UNION ALL
      SELECT (SELECT min(n.registry) FROM trials n WHERE n.registry > e.name) FROM each_registry e
        WHERE e.name IS NOT NULL)
    SELECT min((SELECT b.updated_seq FROM trials b WHERE b.registry = e.name AND b.updated_at >= ${since}
      ORDER BY b.updated_at, b.updated_seq LIMIT 1)) FROM each_registry e)`

/** The read side of trials: one trial, recent changes, search. Every answer is read from one snapshot. */
export class TrialQueries extends Context.Tag("trials-domain/TrialQueries")<
  TrialQueries,
  {
    /** One trial with everything that its registry says about it. */
    readonly get: (key: Request.TrialKey) => Effect.Effect<Trial, InvalidRequest | TrialNotFound | StoreError>
    /** Searches and lists trials. */
    readonly list: (request?: ListRequest) => Effect.Effect<Page<TrialSummary>, ListError>
    /** Trials created or edited in the last `days` times 24 hours, including the edge, by Effect's Clock. */
    readonly recent: (request?: RecentRequest) => Effect.Effect<Page<TrialSummary>, ListError>
  }
>() {
  /** The trials of the database behind a client. Build it once: it keeps what coded filters have asked. */
  static readonly layer: Layer.Layer<TrialQueries, never, SqlClient.SqlClient> = Layer.effect(
    TrialQueries,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const codedConditions = yield* CodedFilter.make

      const find = SqlSchema.findOne({
        Request: Schema.Struct({ registry: Schema.String, id: Schema.String }),
        Result: OneRow,
        execute: ({
          id,
          registry
        }) => sql`SELECT ${sql.literal(knownSelect)}, ${sql.literal(publicationColumn)}
          FROM ${sql.literal(known)} WHERE t.registry = ${registry} AND t.id = ${id}`
      })

      const conditions = (filter: TrialFilter, publication: number) =>
        Effect.gen(function* () {
          const found: Array<Statement.Fragment> = []
          if (filter.missing !== true) found.push(sql`t.missing_since IS NULL`)
          if (filter.registry !== undefined) found.push(sql`t.registry = ${filter.registry}`)
          if (filter.updatedSince !== undefined) found.push(editedSince(sql, filter.updatedSince))
          const searched = SearchIndex.conditions(sql, filter)
          return {
            from: sql.literal(searched.length === 0 ? "trials t" : `trials t ${SearchIndex.join}`),
            where: [...found, ...searched, ...(yield* codedConditions(filter, publication)), sql`1 = 1`]
          }
        })

      const list = ({ cursor, filter, limit, sort }: Listed, described: string) =>
        Effect.gen(function* () {
          const position = cursor === undefined ? undefined : yield* Cursor.decode(described, cursor)
          const { after, by, position: positionOf } = orderOf(sort, filter)
          const { rows, total } = yield* snapshot(sql, (publication) =>
            Effect.gen(function* () {
              const { from, where } = yield* conditions(filter, publication)
              const further =
                position === undefined
                  ? where
                  : [...where, sql`${sql.literal(after)} (${sql.csv(position.map((part) => sql`${part}`))})`]
              const page = SqlSchema.findAll({
                Request: Schema.Void,
                Result: ListedRow,
                execute: () => sql`SELECT ${sql.literal(summarySelect("t"))}, t.updated_seq AS "updatedSeq"
                  FROM ${from} WHERE ${sql.and(further)} ORDER BY ${sql.literal(by)} LIMIT ${oneMore(limit)}`
              })
              return { rows: yield* page(), total: yield* totalOf(sql, sql`${from} WHERE ${sql.and(where)}`) }
            })
          )
          const { items, ...rest } = pageFrom(rows, limit, total, (last) =>
            Cursor.encode(described, positionOf(last))
          )
          return { items: items.map(({ updatedSeq: _, ...trial }) => trial), ...rest }
        })

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
          const { cursor, days, filter, limit } = yield* decoded(RecentRequest, request)
          const since = fromMillis((yield* Clock.currentTimeMillis) - days * dayMillis)
          const updatedSince =
            filter.updatedSince !== undefined && filter.updatedSince > since ? filter.updatedSince : since
          const sorted = { filter, sort: "-updatedAt" as const }
          return yield* list(
            { ...sorted, filter: { ...filter, updatedSince }, limit, cursor },
            describe(`recent ${days}`, sorted)
          )
        })
      }
    })
  )
}
