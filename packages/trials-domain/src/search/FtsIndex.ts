/**
 * Reads the index of terms on SQLite: FTS5, whose rowid is the place in the order of lists.
 *
 * @module
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { type Expression, toFts } from "./Expression.js"
import { type Bounds, counted, inPart, orderOf, type Part, type Reading, selected, within } from "./Places.js"
import { longestPrefix } from "./SearchIndex.js"
import * as WordList from "./WordList.js"

/** How many words a prefix may stand for in a search of SQLite; of more, FTS5 finds them. */
const mostWords = 300

/** An expression in the language of SQLite's index, which has shorter prefixes as terms of its own. */
const asFts = (terms: Expression): Reading<string> =>
  Effect.map(WordList.spelt(terms, longestPrefix, mostWords), toFts)

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
