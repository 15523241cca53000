/**
 * Reads the index by which trials are searched: which trials have terms, how many there are, and which of them pass the checks
 * of what terms do not decide.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Effect, type ParseResult, Schema } from "effect"
import type { Total } from "../model/Page.js"
import { column } from "../sql/columns.js"
import { among, includes } from "../sql/dialect.js"
import { type Expression, replaced, toFts, toTsquery } from "./Expression.js"
import { longestPrefix } from "./SearchIndex.js"
import type { Check } from "./Sought.js"

type Reading<A> = Effect.Effect<A, SqlError.SqlError | ParseResult.ParseError, SqlClient.SqlClient>

const Seq = Schema.Struct({ seq: Schema.Int })

// PostgreSQL's driver parses JSON by itself.
const Seqs = Schema.Union(Schema.Array(Schema.Int), Schema.parseJson(Schema.Array(Schema.Int)))

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

/** The places that a statement selects as `seq`. One row with all of them is read far faster than a row for each. */
const places = (
  direction: Direction,
  select: (sql: SqlClient.SqlClient) => Statement.Fragment
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
      execute: () => sql`SELECT ${all} AS seqs FROM (${select(sql)}) AS found`
    })
    const { seqs } = yield* Effect.catchTag(find(), "NoSuchElementException", Effect.die)
    return [...seqs].sort((a, b) => (direction === "-" ? b - a : a - b))
  })

/**
 * PostgreSQL's index gives all that have a term before the first, so that what is frequent is sooner found by a look at the
 * trials themselves, the newest first. So many are looked at in any case, and so many to tell how frequent it is.
 */
const newest = 1000
const sampled = 250

/** From which share of the sample on no index is asked for many trials, or for their number. */
const frequent = 0.4

/** Up to how many hits of what is frequent are counted. */
const countedOfFrequent = 1000

/** How many words a prefix may stand for in a search of SQLite; of more, FTS5 finds them. */
const mostWords = 300

/** An expression in the language of SQLite's index, with the words that there are in place of long prefixes. */
const asFts = (terms: Expression): Reading<string> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
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

const matching = (sql: SqlClient.SqlClient, terms: Expression): Statement.Fragment =>
  sql`terms @@ CAST(${toTsquery(terms)} AS tsquery)`

/** What PostgreSQL finds by its index of terms. It would rather read all texts, as it does not know what that takes. */
const byIndex = <A>(execute: Reading<A>): Reading<A> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // For this transaction. A plan that can do no other has a cost for which it would be compiled.
    yield* sql`SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`
    return yield* execute
  })

const further = (
  sql: SqlClient.SqlClient,
  name: string,
  { after, bounds, direction }: Omit<Part, "limit">
) =>
  after === null
    ? within(sql, name, bounds)
    : sql`${sql.literal(`${name} ${direction === "-" ? "<" : ">"}`)} ${after} AND ${within(sql, name, bounds)}`

const orderOf = (sql: SqlClient.SqlClient, direction: Direction) =>
  sql.literal(direction === "-" ? "DESC" : "ASC")

/** The hits among the first trials of a part. */
const amongFirst = (terms: Expression, { limit, ...part }: Part, looked: number) =>
  places(part.direction, (sql) => {
    const order = orderOf(sql, part.direction)
    return sql`SELECT seq FROM (SELECT seq, terms FROM trial_search WHERE ${further(sql, "seq", part)}
        ORDER BY seq ${order} LIMIT ${looked}) AS first
      WHERE ${matching(sql, terms)} ORDER BY seq ${order} LIMIT ${limit}`
  })

/** As many hits as are wanted if they are so frequent that the first trials of a part have them; or none. */
const ifFrequent = (terms: Expression, part: Part): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const share = (yield* amongFirst(terms, { ...part, limit: sampled }, sampled)).length / sampled
    if (share < frequent) return []
    const found = yield* amongFirst(terms, part, Math.ceil((1.2 * part.limit) / share))
    return found.length === part.limit ? found : []
  })

const inPostgres = (terms: Expression, part: Part): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const first =
      part.limit <= newest ? yield* amongFirst(terms, part, newest) : yield* ifFrequent(terms, part)
    return first.length === part.limit
      ? first
      : yield* byIndex(
          places(
            part.direction,
            (sql) => sql`WITH hits AS MATERIALIZED (SELECT seq FROM trial_search
                WHERE ${matching(sql, terms)} AND ${further(sql, "seq", part)})
              SELECT seq FROM hits ORDER BY seq ${orderOf(sql, part.direction)} LIMIT ${part.limit}`
          )
        )
  })

const inFts = (terms: Expression, { limit, ...part }: Part): Reading<ReadonlyArray<number>> =>
  Effect.flatMap(asFts(terms), (fts) =>
    places(
      part.direction,
      (sql) => sql`SELECT rowid AS seq FROM trial_terms
        WHERE trial_terms MATCH ${fts} AND ${further(sql, "rowid", part)}
        ORDER BY rowid ${orderOf(sql, part.direction)} LIMIT ${limit}`
    )
  )

/** Which trials have terms, by their places in the order of lists; or `all` trials, or those that are still `listed`. */
export const withTerms = (
  terms: Expression | "listed" | "all",
  { limit, ...part }: Part
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    if (typeof terms === "string")
      return yield* places(
        part.direction,
        (sql) => sql`SELECT updated_seq AS seq FROM trials
          WHERE ${terms === "all" ? sql`1 = 1` : sql`missing_since IS NULL`} AND ${further(sql, "updated_seq", part)}
          ORDER BY updated_seq ${orderOf(sql, part.direction)} LIMIT ${limit}`
      )
    const sql = yield* SqlClient.SqlClient
    return yield* sql.onDialectOrElse({ pg: () => inPostgres, orElse: () => inFts })(terms, {
      ...part,
      limit
    })
  })

/** How many trials have terms: exactly up to a number, and where they are frequent, on PostgreSQL, up to 1000. */
export const countWithTerms = (terms: Expression, bounds: Bounds, upTo: number): Reading<Total> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const count = (found: Statement.Fragment) => {
      const find = SqlSchema.single({
        Request: Schema.Void,
        Result: Schema.Struct({ n: Schema.Int }),
        execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM (${found} LIMIT ${upTo + 1}) AS counted`
      })
      return Effect.catchTag(find(), "NoSuchElementException", Effect.die)
    }
    const inAll = yield* sql.onDialectOrElse({
      pg: () =>
        Effect.gen(function* () {
          const some = { direction: "-", after: null, bounds, limit: countedOfFrequent + 1 } as const
          if ((yield* ifFrequent(terms, some)).length > countedOfFrequent) return null
          return yield* byIndex(
            count(
              sql`SELECT 1 FROM trial_search WHERE ${matching(sql, terms)} AND ${within(sql, "seq", bounds)}`
            )
          )
        }),
      orElse: () =>
        Effect.flatMap(asFts(terms), (fts) =>
          count(
            sql`SELECT 1 FROM trial_terms WHERE trial_terms MATCH ${fts} AND ${within(sql, "rowid", bounds)}`
          )
        )
    })
    if (inAll === null) return { value: countedOfFrequent, relation: "gte" }
    return { value: Math.min(upTo, inAll.n), relation: inAll.n > upTo ? "gte" : "eq" }
  })

/** Which of some trials have terms. */
export const havingTerms = (seqs: ReadonlyArray<number>, terms: Expression): Reading<ReadonlySet<number>> =>
  Effect.gen(function* () {
    if (seqs.length === 0) return new Set()
    const sql = yield* SqlClient.SqlClient
    const having = yield* sql.onDialectOrElse({
      pg: () =>
        Effect.succeed(sql`trial_search WHERE ${among(sql, "seq", seqs)} AND ${matching(sql, terms)}`),
      orElse: () =>
        Effect.map(
          asFts(terms),
          (fts) => sql`trial_terms WHERE ${among(sql, "rowid", seqs)} AND trial_terms MATCH ${fts}`
        )
    })
    const rowid = sql.literal(sql.onDialectOrElse({ pg: () => "seq", orElse: () => "rowid" }))
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Seq,
      execute: () => sql`SELECT ${rowid} AS seq FROM ${having}`
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

/** The searched trials `s`, and `t` beside them where checks look at more than texts. */
const checkedFrom = (sql: SqlClient.SqlClient, checks: ReadonlyArray<Check>): Statement.Fragment =>
  checks.every((check) => "piece" in check)
    ? sql`trial_search s`
    : sql`trial_search s JOIN trials t ON t.updated_seq = s.seq`

/** Which of some trials pass checks, in the order in which they are given. */
export const passing = (
  seqs: ReadonlyArray<number>,
  checks: ReadonlyArray<Check>
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    if (seqs.length === 0 || checks.length === 0) return seqs
    const passed = new Set(
      yield* places("", (sql) => {
        const conditions = sql.and(checks.map((check) => condition(sql, check)))
        return sql`SELECT s.seq FROM ${checkedFrom(sql, checks)} WHERE ${among(sql, "s.seq", seqs)} AND ${conditions}`
      })
    )
    return seqs.filter((seq) => passed.has(seq))
  })

/** How many places one statement of PostgreSQL checks at most. */
const slice = 100_000

/**
 * Which trials have terms and pass checks, where PostgreSQL does both: of the first thousand places at first, and then of so
 * many that no statement takes long.
 */
export const passingAtOnce = (
  terms: Expression,
  checks: ReadonlyArray<Check>,
  { limit, ...part }: Part
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const { direction } = part
    const isBack = direction === "-"
    const end = (of: "ASC" | "DESC") =>
      places("", (sql) => {
        const beyond = further(sql, "seq", part)
        return sql`SELECT seq FROM trial_search WHERE ${beyond} ORDER BY seq ${sql.literal(of)} LIMIT 1`
      })
    let [[least = 0], [most = -1]] = [yield* end("ASC"), yield* end("DESC")]
    const found: Array<number> = []
    for (let size = newest; least <= most && found.length < limit; size = slice) {
      const from = isBack ? Math.max(least, most - size + 1) : least
      const to = isBack ? most : Math.min(most, least + size - 1)
      const some = places(direction, (sql) => {
        // Many places are not read by their own index, but by that of the terms.
        const seq = sql.literal(size === newest ? "s.seq" : "s.seq + 0")
        return sql`SELECT s.seq FROM ${checkedFrom(sql, checks)}
          WHERE ${matching(sql, terms)} AND ${seq} BETWEEN ${from} AND ${to}
            AND ${sql.and(checks.map((check) => condition(sql, check)))}
          ORDER BY ${seq} ${orderOf(sql, direction)} LIMIT ${Math.min(size, limit - found.length)}`
      })
      found.push(...(yield* byIndex(some)))
      if (isBack) most = from - 1
      else least = to + 1
    }
    return found
  })
