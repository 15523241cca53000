/**
 * The index by which trials are searched, derived from `trials` and their contents. `trial_search` holds the searched texts;
 * the terms are beside it in `trial_terms` on SQLite, an index of FTS5 without texts, and on PostgreSQL in a column with an
 * index. Both number a trial by its place in the order of lists (`updated_seq`). `trial_words` has the words of all
 * (`WordList`). This module writes and checks the tables, `IndexRead` reads them, and no other knows them.
 *
 * @module
 */
import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import { insertAll, type Row } from "../sql/insert.js"
import type { Indexing, Reading } from "./Places.js"
import { keysOf, type Searched, type SearchKeys, textFields } from "./Terms.js"
import * as WordList from "./WordList.js"

/** A trial whose search keys are to be written. */
export interface Indexed extends Searched {
  /** Its place in the order of lists. */
  readonly seq: number
}

/** The tables of the index, on either engine. */
export const tables: ReadonlyArray<string> = [
  "trial_vocabulary",
  "trial_words",
  "trial_terms",
  "trial_search"
]

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
          prefix='3 4 5 6', tokenize="ascii tokenchars ':_'")`
        yield* sql`CREATE VIRTUAL TABLE trial_vocabulary USING fts5vocab('trial_terms', 'instance')`
      })
  })
  yield* WordList.create
  yield* sql`CREATE UNIQUE INDEX trial_search_by_trial ON trial_search (registry, id)`
})

/** How many letters a term has at most that is a prefix with an index on SQLite, its tag included. */
export const longestPrefix = 6

/**
 * A sum over terms, by which the index of terms is compared with what it should hold: over the first three letters, the one in
 * the middle, the last one, and their number. SQLite makes the same.
 */
const weightOf = (terms: ReadonlySet<string>): number => {
  let sum = 0
  for (const term of terms) {
    const letters = /[\ud800-\udfff]/.test(term) ? Array.from(term) : term
    const at = (n: number) => letters.at(n)?.codePointAt(0) ?? 0
    sum += 131 * at(0) + 17 * at(1) + 13 * at(2) + 7 * at(letters.length >> 1) + 31 * at(-1) + letters.length
  }
  return sum % mostWeight
}
const mostWeight = 2_147_483_647
const letterAt = (n: string) => `coalesce(unicode(substr(term, ${n}, 1)), 0)`
const weight = `sum(131 * ${letterAt("1")} + 17 * ${letterAt("2")} + 13 * ${letterAt("3")}
  + 7 * ${letterAt("length(term) / 2 + 1")} + 31 * ${letterAt("-1")} + length(term)) % ${mostWeight}`

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
        Effect.all(
          [
            sql`${into}) ${of} FROM ${staged} ORDER BY s.id`,
            sql`INSERT INTO trial_terms (rowid, terms) SELECT ${seq}, s.search_terms FROM ${staged} ORDER BY s.id`
          ],
          { discard: true }
        )
    })
    yield* WordList.insertStaged(staged)
  })

/** Whether two states of a trial have the same search keys. */
export const isSame = (one: Indexed, other: Indexed): boolean => {
  // An edit moves a trial in the order of lists, so that nothing need be compared.
  if (one.seq !== other.seq) return false
  const [before, after] = [rowOf(keysOf(one)), rowOf(keysOf(other))]
  return names.every((name) => before[name] === after[name])
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
        Effect.all(
          [
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
          ],
          { discard: true }
        )
    })
    yield* WordList.insert(rows.map(({ terms }) => terms))
  })

/** Removes all search keys, before they are made anew. */
export const clear: Indexing<void> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.onDialectOrElse({
    pg: () => Effect.void,
    orElse: () => sql`INSERT INTO trial_terms (trial_terms) VALUES ('delete-all')`
  })
  yield* WordList.clear
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
      const wanted = chunk.map((trial) => ({ trial, keys: rowOf(keysOf({ ...trial, registry })) }))
      const words = yield* WordList.listed(WordList.wordsOf(wanted.map(({ keys }) => keys.terms)))
      const stored = new Map((yield* find(chunk.map(({ id }) => id))).map((row) => [row.id, row]))
      for (const { keys, trial } of wanted) {
        const found = stored.get(trial.id)
        const isRight =
          found !== undefined &&
          found.seq === trial.seq &&
          compared.every((name) => found[name] === keys[name]) &&
          (found.terms === null || sorted(found.terms) === sorted(keys.terms)) &&
          WordList.wordsOf([keys.terms]).every((word) => words.has(word))
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
