/**
 * Reads the index of terms on SQLite: FTS5, whose rowid is the place in the order of lists.
 *
 * @module
 */
import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { type Expression, replaced, toFts } from "./Expression.js"
import { type Bounds, counted, inPart, orderOf, type Part, type Reading, selected, within } from "./Places.js"
import { longestPrefix } from "./SearchIndex.js"

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

/** Which trials have terms. */
export const withTerms = (terms: Expression, part: Part, limit: number): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const fts = yield* asFts(terms)
    return yield* selected(
      part.direction,
      sql`SELECT rowid AS seq FROM trial_terms WHERE trial_terms MATCH ${fts} AND ${inPart(sql, "rowid", part)}
        ORDER BY rowid ${orderOf(sql, part.direction)} LIMIT ${limit}`
    )
  })

/** How many trials have terms, counted up to a number. */
export const countWithTerms = (terms: Expression, bounds: Bounds, upTo: number): Reading<number> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const fts = yield* asFts(terms)
    const found = sql`SELECT 1 FROM trial_terms WHERE trial_terms MATCH ${fts} AND ${within(sql, "rowid", bounds)}`
    return yield* counted(found, upTo)
  })
