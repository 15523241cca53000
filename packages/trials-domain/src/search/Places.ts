/**
 * Places in the order of lists, by which the index of terms numbers trials: parts of the order, and reading them.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Effect, type ParseResult, Schema } from "effect"

/** What writes the index. */
export type Indexing<A> = Effect.Effect<A, SqlError.SqlError, SqlClient.SqlClient>

/** What reads the index. */
export type Reading<A> = Effect.Effect<A, SqlError.SqlError | ParseResult.ParseError, SqlClient.SqlClient>

/** The direction of a list: `-` puts the newest first. */
export type Direction = "" | "-"

/** Between which places to look, with both; null where there is no end. */
export interface Bounds {
  readonly least: number | null
  readonly most: number | null
}

/** No bounds. */
export const unbounded: Bounds = { least: null, most: null }

/** A part of the order of lists, in one direction. */
export interface Part {
  readonly direction: Direction
  readonly bounds: Bounds
  /** The place after which it begins. Null for the beginning. */
  readonly after: number | null
}

/** Whether a column has a place within bounds. */
export const within = (sql: SqlClient.SqlClient, name: string, { least, most }: Bounds): Statement.Fragment =>
  sql.and([
    sql`1 = 1`,
    ...(least === null ? [] : [sql`${sql.literal(name)} >= ${least}`]),
    ...(most === null ? [] : [sql`${sql.literal(name)} <= ${most}`])
  ])

/** Whether a column has a place of a part. */
export const inPart = (
  sql: SqlClient.SqlClient,
  name: string,
  { after, bounds, direction }: Part
): Statement.Fragment =>
  after === null
    ? within(sql, name, bounds)
    : sql`${sql.literal(`${name} ${direction === "-" ? "<" : ">"}`)} ${after} AND ${within(sql, name, bounds)}`

/** The direction as SQL has it. */
export const orderOf = (sql: SqlClient.SqlClient, direction: Direction): Statement.Fragment =>
  sql.literal(direction === "-" ? "DESC" : "ASC")

// Half a million of them would take a schema for each number a tenth of a second.
const Numbers = Schema.declare(
  (value): value is ReadonlyArray<number> => Array.isArray(value) && value.every(Number.isSafeInteger)
)

// PostgreSQL's driver parses JSON by itself.
const Seqs = Schema.Union(Numbers, Schema.parseJson(Numbers))

/** The places that a statement selects as `seq`. One row with all of them is read far faster than a row for each. */
export const selected = (
  direction: Direction,
  statement: Statement.Fragment
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const all = sql.onDialectOrElse({
      pg: () => sql`coalesce(json_agg(seq), '[]')`,
      orElse: () => sql`json_group_array(seq)`
    })
    const find = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ seqs: Seqs }),
      execute: () => sql`SELECT ${all} AS seqs FROM (${statement}) AS found`
    })
    const { seqs } = yield* Effect.catchTag(find(), "NoSuchElementException", Effect.die)
    return [...seqs].sort((a, b) => (direction === "-" ? b - a : a - b))
  })

/** How many rows a statement has, counted up to a number. */
export const counted = (statement: Statement.Fragment, upTo: number): Reading<number> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ n: Schema.Int }),
      execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM (${statement} LIMIT ${upTo}) AS counted`
    })
    return (yield* Effect.catchTag(find(), "NoSuchElementException", Effect.die)).n
  })
