import { SqlClient } from "@effect/sql"
import type { Statement } from "@effect/sql"
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import * as Cursor from "./Cursor.js"
import { fromMillis } from "../model/Instant.js"
import { trialSelect } from "../store/columns.js"
import { countUpTo, includes } from "../sql/dialect.js"
import { readSnapshot } from "../sql/transaction.js"
import { fold, tidy } from "../model/Text.js"
import type { Trial } from "../model/Trial.js"
import type { TrialFilter, TrialSort } from "../model/TrialFilter.js"
import { TrialRow } from "../store/TrialRow.js"
import type { StoreError } from "../store/StoreError.js"

/** No such trial. */
export class TrialNotFound extends Schema.TaggedError<TrialNotFound>("trials-domain/TrialNotFound")(
  "TrialNotFound",
  { registry: Schema.String, id: Schema.String }
) {
  override get message(): string {
    return `No trial ${this.id} of the registry ${this.registry} is known here.`
  }
}

export interface ListRequest {
  readonly filter: TrialFilter
  readonly sort: TrialSort
  /** 1 to 100. */
  readonly limit: number
  /** `nextCursor` of the page before; undefined for the first. */
  readonly cursor?: string | undefined
}

/** One page of a list. `total` is counted exactly up to 10,000 and is a lower bound above. */
export interface TrialList {
  readonly items: ReadonlyArray<Trial>
  readonly total: { readonly value: number; readonly relation: "eq" | "gte" }
  readonly nextCursor: string | null
}

const dayMillis = 86_400_000
const countLimit = 10_000

const ListedRow = Schema.Struct({ ...TrialRow.fields, updatedSeq: Schema.Int })

const order = {
  "-updatedAt": { by: "t.updated_at DESC, t.updated_seq DESC", after: "(t.updated_at, t.updated_seq) <" },
  updatedAt: { by: "t.updated_at, t.updated_seq", after: "(t.updated_at, t.updated_seq) >" },
  id: { by: "t.id, t.registry", after: "(t.id, t.registry) >" }
} as const

const position = (sort: TrialSort, row: typeof ListedRow.Type): readonly [string, string | number] =>
  sort === "id" ? [row.id, row.registry] : [row.updatedAt, row.updatedSeq]

/** The read side: one trial, what changed lately, search. Every answer is read from one snapshot. */
export class TrialQueries extends Context.Tag("trials-domain/TrialQueries")<
  TrialQueries,
  {
    readonly one: (registry: string, id: string) => Effect.Effect<Trial, TrialNotFound | StoreError>
    readonly search: (request: ListRequest) => Effect.Effect<TrialList, Cursor.InvalidCursor | StoreError>
    /** Created or edited in the last `days` times 24 hours, the edge included, by Effect's Clock. */
    readonly recent: (
      request: Omit<ListRequest, "sort"> & { readonly days: number }
    ) => Effect.Effect<TrialList, Cursor.InvalidCursor | StoreError>
  }
>() {
  static readonly layer: Layer.Layer<TrialQueries, never, SqlClient.SqlClient> = Layer.effect(
    TrialQueries,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const select = sql.literal(trialSelect("t"))

      const conditions = (filter: TrialFilter): ReadonlyArray<Statement.Fragment> => {
        const found: Array<Statement.Fragment> = []
        const contains = (column: string, value: string | undefined) => {
          if (value !== undefined) found.push(includes(sql, column, fold(value)))
        }
        const coded = (column: string, value: string | undefined) => {
          if (value === undefined) return
          const wanted = tidy(value)
          found.push(
            sql`(${sql.literal(`t.${column}`)} = ${wanted} OR ${sql.literal(`t.${column}_raw`)} = ${wanted})`
          )
        }
        if (filter.missing !== true) found.push(sql`t.missing_since IS NULL`)
        if (filter.registry !== undefined) found.push(sql`t.registry = ${filter.registry}`)
        if (filter.updatedSince !== undefined) found.push(sql`t.updated_at >= ${filter.updatedSince}`)
        contains("s.text", filter.q)
        contains("s.title", filter.title)
        contains("s.department", filter.department)
        contains("s.institution", filter.institution)
        coded("study_type", filter.studyType)
        coded("observational_model", filter.observationalModel)
        coded("scope", filter.scope)
        if (filter.phase !== undefined) {
          const wanted = tidy(filter.phase)
          found.push(sql`(${includes(sql, "t.phases", JSON.stringify(wanted))} OR t.phase_raw = ${wanted})`)
        }
        return found
      }

      const searches = (filter: TrialFilter): boolean =>
        [filter.q, filter.title, filter.department, filter.institution].some((value) => value !== undefined)

      const list = (request: ListRequest, described: string) =>
        Effect.gen(function* () {
          const { filter, limit, sort } = request
          const after =
            request.cursor === undefined ? undefined : yield* Cursor.decode(described, request.cursor)
          const where = conditions(filter)
          const from = sql.literal(
            searches(filter)
              ? "trials t JOIN trial_search s ON s.registry = t.registry AND s.id = t.id"
              : "trials t"
          )
          const page =
            after === undefined
              ? where
              : [...where, sql`${sql.literal(order[sort].after)} (${after[0] ?? ""}, ${after[1] ?? 0})`]
          const { rows, total } = yield* readSnapshot(
            sql,
            Effect.all({
              rows: sql`SELECT ${select}, t.updated_seq AS "updatedSeq" FROM ${from} WHERE ${sql.and(page)}
                ORDER BY ${sql.literal(order[sort].by)} LIMIT ${limit + 1}`,
              total: countUpTo(sql, sql`${from} WHERE ${sql.and(where)}`, countLimit)
            })
          )
          const listed = yield* Schema.decodeUnknown(Schema.Array(ListedRow))(rows)
          const items = listed.slice(0, limit)
          const last = items.at(-1)
          return {
            items: items.map(({ updatedSeq: _, ...trial }) => trial),
            total,
            nextCursor:
              listed.length > limit && last !== undefined
                ? Cursor.encode(described, position(sort, last))
                : null
          }
        })

      const describe = (kind: string, request: Omit<ListRequest, "limit" | "cursor">): string =>
        JSON.stringify([
          kind,
          request.sort,
          Object.entries(request.filter)
            .filter(([, value]) => value !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
        ])

      return {
        one: Effect.fn("TrialQueries.one")(function* (registry: string, id: string) {
          const rows =
            yield* sql`SELECT ${select} FROM trials t WHERE t.registry = ${registry} AND t.id = ${id}`
          const row = yield* Effect.mapError(
            Option.fromNullable(rows[0]),
            () => new TrialNotFound({ registry, id })
          )
          return yield* Schema.decodeUnknown(TrialRow)(row)
        }),
        search: Effect.fn("TrialQueries.search")((request: ListRequest) =>
          list(request, describe("search", request))
        ),
        recent: Effect.fn("TrialQueries.recent")(function* (request) {
          const since = fromMillis((yield* Clock.currentTimeMillis) - request.days * dayMillis)
          const { days, filter } = request
          const updatedSince =
            filter.updatedSince !== undefined && filter.updatedSince > since ? filter.updatedSince : since
          const sorted = { filter, sort: "-updatedAt" as const }
          return yield* list(
            { ...sorted, filter: { ...filter, updatedSince }, limit: request.limit, cursor: request.cursor },
            describe(`recent ${days}`, sorted)
          )
        })
      }
    })
  )
}
