/**
 * The words that trials have, beside the index of terms: `trial_words`. An index reads all that it has of a prefix before it
 * gives the first trial, and of whole words it skips what other terms leave out; so a prefix is replaced by the words that begin
 * with it. A word stays when the last trial that had it is gone.
 *
 * @module
 */
import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import { elements } from "../sql/dialect.js"
import { insertAll } from "../sql/insert.js"
import { type Expression, prefixesOf, replaced } from "./Expression.js"
import type { Indexing, Reading } from "./Places.js"

/** From how many letters on words are listed. */
const longWord = 5

/** The words of terms that are listed, each once. Tagged terms are no words. */
export const wordsOf = (terms: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    terms
      .flatMap((each) => each.split(" "))
      .filter((term) => Array.from(term).length >= longWord && !term.includes(":"))
  )
]

/** Makes the table. */
export const create: Indexing<void> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.onDialectOrElse({
    pg: () => sql`CREATE TABLE trial_words (word TEXT COLLATE "C" PRIMARY KEY)`,
    orElse: () => sql`CREATE TABLE trial_words (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID`
  })
})

/** Lists the words of staged trials; `staged` names the table as `s` and selects its rows. */
export const insertStaged = (staged: Statement.Fragment): Indexing<void> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // No term has a sign that JSON escapes.
    const each = sql.onDialectOrElse({
      pg: () => sql`unnest(string_to_array(s.terms, ' ')) AS e(value)`,
      orElse: () => sql`json_each('["' || replace(s.terms, ' ', '","') || '"]') e`
    })
    const isWord = sql.onDialectOrElse({
      pg: () => sql`strpos(e.value, ':') = 0`,
      orElse: () => sql`instr(e.value, ':') = 0`
    })
    yield* sql`INSERT INTO trial_words SELECT DISTINCT e.value FROM (SELECT s.search_terms AS terms FROM ${staged}) s, ${each}
      WHERE length(e.value) >= ${longWord} AND ${isWord} ORDER BY e.value ON CONFLICT DO NOTHING`
  })

/** Lists the words of terms. */
export const insert = (terms: ReadonlyArray<string>): Indexing<void> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = wordsOf(terms).map((word) => ({ word }))
    yield* insertAll(sql, "trial_words", rows, "ON CONFLICT DO NOTHING")
  })

/** Removes all words, before they are listed anew. */
export const clear: Indexing<void> = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`DELETE FROM trial_words`
)

/** Which of some words are listed. */
export const listed = (words: ReadonlyArray<string>): Reading<ReadonlySet<string>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ word: Schema.String }),
      execute: () =>
        sql`SELECT word FROM trial_words WHERE word IN (SELECT p.value FROM ${elements(sql, words)})`
    })
    return new Set((yield* find()).map(({ word }) => word))
  })

const Words = Schema.parseJson(Schema.Array(Schema.String))

/** A word after a tag, or by itself. */
const parted = (term: string): readonly [tag: string, word: string] => {
  const at = term.indexOf(":") + 1
  return [term.slice(0, at), term.slice(at)]
}

/**
 * An expression with the words that there are in place of its prefixes: of those that have more letters than `beyond`, tag
 * included, and stand for no more than `most` words.
 */
export const spelt = (terms: Expression, beyond: number, most: number): Reading<Expression> =>
  Effect.gen(function* () {
    // A shorter prefix may also stand for words that are too short to be listed.
    const isLong = (prefix: string) =>
      Array.from(prefix).length > beyond && Array.from(parted(prefix)[1]).length >= longWord - 1
    const prefixes = prefixesOf(terms).filter(isLong)
    if (prefixes.length === 0) return terms
    const sql = yield* SqlClient.SqlClient
    const list = sql.onDialectOrElse({
      pg: () => sql`json_agg(w.word)`,
      orElse: () => sql`json_group_array(w.word)`
    })
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ prefix: Schema.String, words: Words }),
      // No word has a character beyond the last one.
      execute: () => sql`SELECT p.value AS prefix, (SELECT coalesce(CAST(${list} AS TEXT), '[]') FROM (
          SELECT word FROM trial_words WHERE word >= p.value AND word < p.value || ${"\u{10ffff}"}
            LIMIT ${most + 1}) w) AS words
        FROM ${elements(sql, [...new Set(prefixes.map((prefix) => parted(prefix)[1]))])}`
    })
    const found = new Map((yield* find()).map(({ prefix, words }) => [prefix, words]))
    return replaced(terms, (prefix) => {
      const [tag, word] = parted(prefix)
      const words = isLong(prefix) ? found.get(word) : undefined
      if (words === undefined || words.length > most) return null
      // The word itself may be too short to be listed; one that nobody has finds nothing.
      return [...new Set([word, ...words])].map((each) => tag + each)
    })
  })
