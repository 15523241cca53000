/**
 * The index by which trials are searched, derived from `trials` and their contents. `trial_search` holds the searched texts;
 * the terms are beside it in `trial_terms` on SQLite, an index of FTS5 without texts, and on PostgreSQL in a column with an
 * index. Both number a trial by its place in the order of lists (`updated_seq`). No other module knows these tables.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Array as Arr, Effect, type ParseResult, Schema } from "effect"
import { column } from "../sql/columns.js"
import { includes } from "../sql/dialect.js"
import { insertAll, type Row } from "../sql/insert.js"
import { toFts, toTsquery, type Expression } from "./Expression.js"
import type { Check } from "./Sought.js"
import { keysOf, type Searched, type SearchKeys, textFields } from "./Terms.js"

type Indexing<A> = Effect.Effect<A, SqlError.SqlError, SqlClient.SqlClient>
type Reading<A> = Effect.Effect<A, SqlError.SqlError | ParseResult.ParseError, SqlClient.SqlClient>

/** A trial whose search keys are to be written. */
export interface Indexed extends Searched {
  /** Its place in the order of lists. */
  readonly seq: number
}

/** The tables of the index, on either engine. */
export const tables: ReadonlyArray<string> = ["trial_vocabulary", "trial_terms", "trial_search"]

const texts = textFields.join(", ")

/** Makes the tables of the index. */
export const create: Indexing<void> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = (text: string) => `registry ${text} NOT NULL, id ${text} NOT NULL,
    ${textFields.map((name) => `${name} ${text} NOT NULL`).join(", ")}, weight INTEGER NOT NULL`
  yield* sql.onDialectOrElse({
    pg: () =>
      Effect.gen(function* () {
        const terms = "terms tsvector NOT NULL"
        yield* sql.unsafe(
          `CREATE TABLE trial_search (seq INTEGER PRIMARY KEY, ${columns('TEXT COLLATE "C"')}, ${terms})`
        )
        yield* sql`CREATE INDEX trial_search_by_term ON trial_search USING gin (terms)`
      }),
    orElse: () =>
      Effect.gen(function* () {
        yield* sql.unsafe(`CREATE TABLE trial_search (seq INTEGER PRIMARY KEY, ${columns("TEXT")})`)
        // This tokenizer takes every character beyond ASCII as part of a term.
        yield* sql`CREATE VIRTUAL TABLE trial_terms USING fts5(terms, content='', contentless_delete=1, detail=none,
          prefix='3 4 5', tokenize="ascii tokenchars ':_'")`
        yield* sql`CREATE VIRTUAL TABLE trial_vocabulary USING fts5vocab('trial_terms', 'instance')`
      })
  })
  yield* sql`CREATE UNIQUE INDEX trial_search_by_trial ON trial_search (registry, id)`
})

/** A sum over terms, by which the index of terms is compared with what it should hold. SQLite makes the same. */
const weightOf = (terms: ReadonlySet<string>): number => {
  let sum = 0
  for (const term of terms) {
    const letters = /[\ud800-\udfff]/.test(term) ? Array.from(term) : term
    sum +=
      131 * (letters[0]?.codePointAt(0) ?? 0) + 31 * (letters.at(-1)?.codePointAt(0) ?? 0) + letters.length
  }
  return sum
}
const weight = "sum(131 * unicode(term) + 31 * unicode(substr(term, -1)) + length(term))"

const rowOf = ({ terms, texts }: SearchKeys) => ({
  ...texts,
  weight: weightOf(terms),
  terms: [...terms].join(" ")
})

const names = [...textFields, "weight", "terms"] as const

const compared = [...textFields, "weight"] as const

/** The columns that a staged trial needs for its search keys. */
export const stagedColumns: ReadonlyArray<string> = names.map((name) => `search_${name}`)

/** The search keys of a trial that is listed, as `stagedColumns`. */
export const toStagedRow = (trial: Omit<Searched, "missingSince">): Row => {
  const row = rowOf(keysOf({ ...trial, missingSince: null }))
  return Object.fromEntries(names.map((name) => [`search_${name}`, row[name]]))
}

const toVector = (terms: string) => `array_to_tsvector(string_to_array(${terms}, ' '))`

/** Inserts the search keys of staged trials; `staged` names the table as `s` and selects its rows, `seq` numbers them. */
export const insertStaged = (staged: Statement.Fragment, seq: Statement.Fragment): Indexing<void> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const keys = sql.literal(textFields.map((name) => `s.search_${name}`).join(", "))
    const into = sql.literal(`INSERT INTO trial_search (seq, registry, id, ${texts}, weight`)
    const of = sql`SELECT ${seq}, s.registry, s.id, ${keys}, CAST(s.search_weight AS INTEGER)`
    yield* sql.onDialectOrElse({
      pg: () =>
        sql`${into}, terms) ${of}, ${sql.literal(toVector("s.search_terms"))} FROM ${staged} ORDER BY s.id`,
      orElse: () =>
        Effect.zipRight(
          sql`${into}) ${of} FROM ${staged} ORDER BY s.id`,
          sql`INSERT INTO trial_terms (rowid, terms) SELECT ${seq}, s.search_terms FROM ${staged} ORDER BY s.id`
        )
    })
  })

/** Whether two states of a trial have the same search keys. */
export const isSame = (one: Indexed, other: Indexed): boolean => {
  const [before, after] = [rowOf(keysOf(one)), rowOf(keysOf(other))]
  return one.seq === other.seq && names.every((name) => before[name] === after[name])
}

const remove = (registry: string, ids: ReadonlyArray<string>): Indexing<void> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const those = sql`FROM trial_search WHERE registry = ${registry} AND id IN ${sql.in(ids)}`
    yield* sql.onDialectOrElse({
      pg: () => Effect.void,
      orElse: () => sql`DELETE FROM trial_terms WHERE rowid IN (SELECT seq ${those})`
    })
    yield* sql`DELETE ${those}`
  })

/** Writes the search keys of trials in place of their previous ones. */
export const write = (trials: ReadonlyArray<Indexed>): Indexing<void> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const [registry, each] of Object.entries(Arr.groupBy(trials, ({ registry }) => registry))) {
      for (const chunk of Arr.chunksOf(each, 500))
        yield* remove(
          registry,
          chunk.map(({ id }) => id)
        )
    }
    const rows = trials.map((trial) => ({
      seq: trial.seq,
      registry: trial.registry,
      id: trial.id,
      ...rowOf(keysOf(trial))
    }))
    yield* sql.onDialectOrElse({
      pg: () => {
        const plain = `seq, registry, id, ${texts}, weight`
        const typed = names.map((name) => `${name} ${name === "weight" ? "INTEGER" : "TEXT"}`).join(", ")
        return rows.length === 0
          ? Effect.void
          : sql.unsafe(
              `INSERT INTO trial_search (${plain}, terms) SELECT ${plain}, ${toVector("terms")}
                FROM json_to_recordset($1) AS r (seq INTEGER, registry TEXT, id TEXT, ${typed})`,
              [JSON.stringify(rows)]
            )
      },
      orElse: () =>
        Effect.zipRight(
          insertAll(
            sql,
            "trial_search",
            rows.map(({ terms: _, ...row }) => row)
          ),
          insertAll(
            sql,
            "trial_terms",
            rows.map(({ seq, terms }) => ({ rowid: seq, terms }))
          )
        )
    })
  })

/** Removes all search keys, before they are made anew. */
export const clear: Indexing<void> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.onDialectOrElse({
    pg: () => Effect.void,
    orElse: () => sql`INSERT INTO trial_terms (trial_terms) VALUES ('delete-all')`
  })
  yield* sql`DELETE FROM trial_search`
})

const Stored = Schema.Struct(
  { id: Schema.String, seq: Schema.Int, weight: Schema.Int, terms: Schema.NullOr(Schema.String) },
  { key: Schema.String, value: Schema.Unknown }
)

/** The ids of a registry's trials whose stored search keys do not match their contents. */
export const stale = (
  registry: string,
  trials: ReadonlyArray<Omit<Indexed, "registry">>
): Reading<ReadonlySet<string>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // SQLite's index holds no texts: `staleTerms` compares its sums.
    const terms = sql.onDialectOrElse({
      pg: () => sql.literal("array_to_string(tsvector_to_array(terms), ' ')"),
      orElse: () => sql.literal("NULL")
    })
    const find = SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: Stored,
      execute: (ids) => sql`SELECT id, seq, ${sql.literal(texts)}, weight, ${terms} AS terms FROM trial_search
        WHERE registry = ${registry} AND id IN ${sql.in(ids)}`
    })
    const sorted = (terms: unknown) => String(terms).split(" ").sort().join(" ")
    const wrong = new Set<string>()
    for (const chunk of Arr.chunksOf(trials, 500)) {
      const stored = new Map((yield* find(chunk.map(({ id }) => id))).map((row) => [row.id, row]))
      for (const trial of chunk) {
        const found = stored.get(trial.id)
        const keys = rowOf(keysOf({ ...trial, registry }))
        const isRight =
          found !== undefined &&
          found.seq === trial.seq &&
          compared.every((name) => found[name] === keys[name]) &&
          (found.terms === null || sorted(found.terms) === sorted(keys.terms))
        if (!isRight) wrong.add(trial.id)
      }
    }
    return wrong
  })

const Misplaced = Schema.Struct({
  registry: Schema.NullOr(Schema.String),
  id: Schema.NullOr(Schema.String)
})

/**
 * The trials whose terms in SQLite's index are not those that were written with their texts, by a sum over them; null for
 * terms of no trial. PostgreSQL keeps both in one row.
 */
export const staleTerms: Reading<ReadonlyArray<typeof Misplaced.Type>> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Misplaced,
    execute: () => sql`WITH held AS MATERIALIZED (
        SELECT doc AS seq, ${sql.literal(weight)} AS weight FROM trial_vocabulary GROUP BY doc)
      SELECT s.registry, s.id FROM trial_search s LEFT JOIN held h ON h.seq = s.seq WHERE s.weight IS NOT h.weight
      UNION ALL
      SELECT NULL, NULL WHERE EXISTS (
        SELECT 1 FROM held h WHERE h.seq NOT IN (SELECT seq FROM trial_search)
          AND h.seq NOT IN (SELECT updated_seq FROM trials))
      ORDER BY 1, 2`
  })
  return yield* sql.onDialectOrElse({ pg: () => Effect.succeed([]), orElse: () => find() })
})

const Seq = Schema.Struct({ seq: Schema.Int })

/** The direction of a list: `-` puts the newest first. */
export type Direction = "" | "-"

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

/** Which trials have terms, by their places in the order of lists. With null, all trials. */
export const withTerms = (
  terms: Expression | null,
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
    if (terms === null)
      return yield* found(
        () => sql`SELECT updated_seq AS seq FROM trials WHERE ${beyond("updated_seq")}
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
    return yield* found(() =>
      sql.onDialectOrElse({
        pg: () => sql`WITH hits AS MATERIALIZED (SELECT seq FROM trial_search
            WHERE terms @@ CAST(${toTsquery(terms)} AS tsquery) AND ${beyond("seq")})
          SELECT seq FROM hits ORDER BY seq ${order} LIMIT ${limit}`,
        orElse: () => sql`SELECT rowid AS seq FROM trial_terms
          WHERE trial_terms MATCH ${toFts(terms)} AND ${beyond("rowid")} ORDER BY rowid ${order} LIMIT ${limit}`
      })
    )
  })

/** How many trials have terms, counted up to a number. */
export const countWithTerms = (terms: Expression, bounds: Bounds, upTo: number): Reading<number> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const count = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ n: Schema.Int }),
      execute: () =>
        sql`SELECT CAST(count(*) AS INTEGER) AS n FROM (${sql.onDialectOrElse({
          pg: () => sql`SELECT 1 FROM trial_search WHERE terms @@ CAST(${toTsquery(terms)} AS tsquery)
          AND ${within(sql, "seq", bounds)}`,
          orElse: () => sql`SELECT 1 FROM trial_terms WHERE trial_terms MATCH ${toFts(terms)}
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
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Seq,
      execute: () =>
        sql.onDialectOrElse({
          pg: () => sql`SELECT seq FROM trial_search
            WHERE seq IN ${sql.in(seqs)} AND terms @@ CAST(${toTsquery(terms)} AS tsquery)`,
          orElse: () => sql`SELECT rowid AS seq FROM trial_terms
            WHERE trial_terms MATCH ${toFts(terms)} AND rowid IN ${sql.in(seqs)}`
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
        WHERE t.updated_seq IN ${sql.in(seqs)} AND ${missingToo ? sql`1 = 1` : sql`t.missing_since IS NULL`}
          AND ${sql.and(checks.map((check) => condition(sql, check)))}`
    })
    const passed = new Set((yield* find()).map(({ seq }) => seq))
    return seqs.filter((seq) => passed.has(seq))
  })
