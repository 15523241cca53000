/**
 * Reads the index by which trials are searched: which trials have terms, how many there are, and which of them pass the checks
 * of what terms do not decide.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Effect, type ParseResult, Schema } from "effect"
import { column } from "../sql/columns.js"
import { among, includes } from "../sql/dialect.js"
import { type Expression, replaced, toFts, toTsquery } from "./Expression.js"
import { longestPrefix } from "./SearchIndex.js"
import type { Check } from "./Sought.js"

type Reading<A> = Effect.Effect<A, SqlError.SqlError | ParseResult.ParseError, SqlClient.SqlClient>

const Seq = Schema.Struct({ seq: Schema.Int })

/** The direction of a list: `-` puts the newest first. */
type Direction = "" | "-"

/** Between which places of the order of lists to look, with both; null where there is no end. */
export interface Bounds {
  readonly least: number | null
  readonly most: number | null
}

/** A part of the order of lists, after a place in it. */
export interface Part {
  readonly direction: Direction
  readonly bounds: Bounds
  /** Null for the beginning. */
  readonly after: number | null
  readonly limit: number
}

const within = (sql: SqlClient.SqlClient, name: string, { least, most }: Bounds): Statement.Fragment =>
  sql.and([
    sql`1 = 1`,
    ...(least === null ? [] : [sql`${sql.literal(name)} >= ${least}`]),
    ...(most === null ? [] : [sql`${sql.literal(name)} <= ${most}`])
  ])

// A search for what is frequent ends here. It is read faster than the index gives all that have a term.
const newest = 1000

/** How many words a prefix may stand for in a search of SQLite; of more, FTS5 finds them. */
const mostWords = 300

/** An expression in the language of SQLite's index, with the words that there are in place of long prefixes. */
const asFts = (terms: Expression): Reading<string> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const isFts = sql.onDialectOrElse({ pg: () => false, orElse: () => true })
    if (!isFts) return ""
    const wordsOf = SqlSchema.findAll({
      Request: Schema.String,
      Result: Schema.Struct({ word: Schema.String }),
      // No word has a character beyond this one.
      execute: (prefix) => sql`SELECT word FROM trial_words
        WHERE word >= ${prefix} AND word < ${`${prefix}\u{10ffff}`} LIMIT ${mostWords + 1}`
    })
    const spelt = yield* replaced(terms, (prefix) =>
      Effect.gen(function* () {
        const at = prefix.indexOf(":") + 1
        const [tag, word] = [prefix.slice(0, at), prefix.slice(at)]
        if (Array.from(prefix).length <= longestPrefix) return null
        const words = yield* wordsOf(word)
        // A word that nobody has finds nothing by itself.
        return words.length > mostWords
          ? null
          : [word, ...words.map(({ word }) => word)].map((each) => tag + each)
      })
    )
    return toFts(spelt)
  })

/** Which trials have terms, by their places in the order of lists; or `all` trials, or those that are still `listed`. */
export const withTerms = (
  terms: Expression | "listed" | "all",
  { after, bounds, direction, limit }: Part
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const order = sql.literal(direction === "-" ? "DESC" : "ASC")
    const beyond = (name: string) =>
      after === null
        ? within(sql, name, bounds)
        : sql`${sql.literal(`${name} ${direction === "-" ? "<" : ">"}`)} ${after} AND ${within(sql, name, bounds)}`
    const found = (execute: () => Statement.Statement<unknown>) =>
      Effect.map(SqlSchema.findAll({ Request: Schema.Void, Result: Seq, execute })(), (rows) =>
        rows.map(({ seq }) => seq)
      )
    if (typeof terms === "string")
      return yield* found(
        () => sql`SELECT updated_seq AS seq FROM trials
          WHERE ${terms === "all" ? sql`1 = 1` : sql`missing_since IS NULL`} AND ${beyond("updated_seq")}
          ORDER BY updated_seq ${order} LIMIT ${limit}`
      )
    const first = yield* sql.onDialectOrElse({
      pg: () =>
        limit > newest
          ? Effect.succeed([])
          : found(
              () => sql`SELECT seq FROM (SELECT seq, terms FROM trial_search WHERE ${beyond("seq")}
                  ORDER BY seq ${order} LIMIT ${newest}) AS newest
                WHERE terms @@ CAST(${toTsquery(terms)} AS tsquery) ORDER BY seq ${order} LIMIT ${limit}`
            ),
      orElse: () => Effect.succeed([])
    })
    if (first.length === limit) return first
    const fts = yield* asFts(terms)
    return yield* found(() =>
      sql.onDialectOrElse({
        pg: () => sql`WITH hits AS MATERIALIZED (SELECT seq FROM trial_search
            WHERE terms @@ CAST(${toTsquery(terms)} AS tsquery) AND ${beyond("seq")})
          SELECT seq FROM hits ORDER BY seq ${order} LIMIT ${limit}`,
        orElse: () => sql`SELECT rowid AS seq FROM trial_terms
          WHERE trial_terms MATCH ${fts} AND ${beyond("rowid")} ORDER BY rowid ${order} LIMIT ${limit}`
      })
    )
  })

/** How many trials have terms, counted up to a number. */
export const countWithTerms = (terms: Expression, bounds: Bounds, upTo: number): Reading<number> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const fts = yield* asFts(terms)
    const count = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ n: Schema.Int }),
      execute: () =>
        sql`SELECT CAST(count(*) AS INTEGER) AS n FROM (${sql.onDialectOrElse({
          pg: () => sql`SELECT 1 FROM trial_search WHERE terms @@ CAST(${toTsquery(terms)} AS tsquery)
          AND ${within(sql, "seq", bounds)}`,
          orElse: () => sql`SELECT 1 FROM trial_terms WHERE trial_terms MATCH ${fts}
          AND ${within(sql, "rowid", bounds)}`
        })} LIMIT ${upTo}) AS counted`
    })
    return (yield* Effect.catchTag(count(), "NoSuchElementException", Effect.die)).n
  })

/** Which of some trials have terms. */
export const havingTerms = (seqs: ReadonlyArray<number>, terms: Expression): Reading<ReadonlySet<number>> =>
  Effect.gen(function* () {
    if (seqs.length === 0) return new Set()
    const sql = yield* SqlClient.SqlClient
    const fts = yield* asFts(terms)
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Seq,
      execute: () =>
        sql.onDialectOrElse({
          pg: () => sql`SELECT seq FROM trial_search
            WHERE ${among(sql, "seq", seqs)} AND terms @@ CAST(${toTsquery(terms)} AS tsquery)`,
          orElse: () => sql`SELECT rowid AS seq FROM trial_terms
            WHERE trial_terms MATCH ${fts} AND ${among(sql, "rowid", seqs)}`
        })
    })
    return new Set((yield* find()).map(({ seq }) => seq))
  })

/** No bounds. */
export const unbounded: Bounds = { least: null, most: null }

const condition = (sql: SqlClient.SqlClient, check: Check): Statement.Fragment => {
  if ("piece" in check) {
    const has = (name: string) => includes(sql, `s.${name}`, check.piece)
    return sql.or(check.fields.map(has))
  }
  if ("date" in check) {
    const date = sql.literal(`t.${column(check.date)}`)
    // `~` comes after every sign of a date, so that it ends a year or a month.
    return sql.and([
      sql`${date} IS NOT NULL`,
      ...(check.from === null ? [] : [sql`${date} || '~' >= ${check.from}`]),
      ...(check.to === null ? [] : [sql`${date} <= ${`${check.to}~`}`])
    ])
  }
  return check.updated === "since"
    ? sql`t.updated_at >= ${check.instant}`
    : sql`t.updated_at <= ${check.instant}`
}

/** Which of some trials pass checks, in the order in which they are given. */
export const passing = (
  seqs: ReadonlyArray<number>,
  checks: ReadonlyArray<Check>,
  missingToo: boolean
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    if (seqs.length === 0) return []
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Seq,
      execute:
        () => sql`SELECT t.updated_seq AS seq FROM trials t JOIN trial_search s ON s.seq = t.updated_seq
        WHERE ${among(sql, "t.updated_seq", seqs)} AND ${missingToo ? sql`1 = 1` : sql`t.missing_since IS NULL`}
          AND ${sql.and(checks.map((check) => condition(sql, check)))}`
    })
    const passed = new Set((yield* find()).map(({ seq }) => seq))
    return seqs.filter((seq) => passed.has(seq))
  })
