/**
 * A list in which nothing is sought but the trials of a registry, or of a time: it is read from the trials themselves.
 *
 * @module
 */
import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import type { Page } from "../model/Page.js"
import type { TrialSummary } from "../model/Trial.js"
import type { TrialFilter, TrialSort } from "../model/TrialFilter.js"
import type { StoreError } from "../store/StoreError.js"
import { SummaryRow } from "../store/TrialRow.js"
import * as Cursor from "./Cursor.js"
import { boundsOf } from "./FeedBounds.js"
import * as ListedTrials from "./ListedTrials.js"
import { oneMore, pageFrom, totalOf } from "./Listing.js"
import type { Listed, Position } from "./ListRequest.js"

/** What a filter of a time says of the trials `t`. */
export const conditionsOf = (
  sql: SqlClient.SqlClient,
  { missing, updatedSince, updatedUntil }: TrialFilter
): ReadonlyArray<Statement.Fragment> => [
  ...(missing === true ? [] : [sql`t.missing_since IS NULL`]),
  ...(updatedSince === undefined ? [] : [sql`t.updated_at >= ${updatedSince}`]),
  ...(updatedUntil === undefined ? [] : [sql`t.updated_at <= ${updatedUntil}`])
]

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

/** A page after a position. `described` is what its cursor is bound to. */
export const page = (
  request: Listed,
  position: Position | undefined,
  described: string
): Effect.Effect<Page<TrialSummary>, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { fields, filter, limit, sort } = request
    const { after, by, isByInstant } = orderOf(sort, filter)
    const bounds = yield* boundsOf(filter)
    if (bounds === null) return { items: [], total: { value: 0, relation: "eq" as const }, nextCursor: null }
    const where = [
      sql`1 = 1`,
      ...conditionsOf(sql, filter),
      ...(filter.registry === undefined ? [] : [sql`t.registry = ${filter.registry}`]),
      ...(bounds.least === null ? [] : [sql`t.updated_seq >= ${bounds.least}`]),
      ...(bounds.most === null ? [] : [sql`t.updated_seq <= ${bounds.most}`])
    ]
    const further =
      position === undefined
        ? where
        : [...where, sql`${sql.literal(after)} (${sql.csv(position.map((part) => sql`${part}`))})`]
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({
        ...SummaryRow.pick("id", "registry", "updatedAt").fields,
        seq: Schema.Int
      }),
      execute: () => sql`SELECT t.updated_seq AS seq, t.id, t.registry, t.updated_at AS "updatedAt"
        FROM trials t WHERE ${sql.and(further)} ORDER BY ${sql.literal(by)} LIMIT ${oneMore(limit)}`
    })
    const found = yield* find()
    const places = new Map(
      found.map(({ id, registry, seq, updatedAt }): [number, Position] => [
        seq,
        sort === "id" ? [id, registry] : isByInstant ? [updatedAt, seq] : [seq]
      ])
    )
    const rows = yield* ListedTrials.at([...places.keys()], fields)
    const total = yield* totalOf(sql, sql`trials t WHERE ${sql.and(where)}`)
    const { items, ...rest } = pageFrom(rows, limit, total, ({ seq }) =>
      Cursor.encode(described, places.get(seq) ?? [])
    )
    return { items: items.map(({ trial }) => trial), ...rest }
  })
