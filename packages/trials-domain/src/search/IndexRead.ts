/**
 * Reads the index by which trials are searched: which trials have terms, how many there are, and which of them pass the checks
 * of what terms do not decide.
 *
 * @module
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Total } from "../model/Page.js"
import * as Checks from "./Checks.js"
import type { Expression } from "./Expression.js"
import * as FtsIndex from "./FtsIndex.js"
import { type Bounds, inPart, orderOf, type Part, type Reading, selected } from "./Places.js"
import { type Check, fewTerms } from "./Sought.js"
import * as TsvectorIndex from "./TsvectorIndex.js"

export { type Bounds, type Part, unbounded } from "./Places.js"

const onEngine = <A>(engines: {
  readonly postgres: (sql: SqlClient.SqlClient) => Reading<A>
  readonly sqlite: (sql: SqlClient.SqlClient) => Reading<A>
}): Reading<A> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.onDialectOrElse({ pg: () => engines.postgres(sql), orElse: () => engines.sqlite(sql) })
  )

/** For how many terms of one text an index is asked. That of PostgreSQL is asked for the rare ones among them. */
export const mostTerms: Reading<number> = onEngine({
  postgres: () => Effect.succeed(TsvectorIndex.mostTerms),
  sqlite: () => Effect.succeed(fewTerms)
})

/**
 * Which trials have terms, by their places in the order of lists; or `all` trials, or those that are still `listed`: as many
 * as are wanted, or up to a larger number where that takes no longer.
 */
export const withTerms = (
  terms: Expression | "listed" | "all",
  part: Part,
  limit: number,
  upTo = limit
): Reading<ReadonlyArray<number>> =>
  typeof terms === "string"
    ? Effect.flatMap(SqlClient.SqlClient, (sql) =>
        selected(
          part.direction,
          sql`SELECT updated_seq AS seq FROM trials
            WHERE ${terms === "all" ? sql`1 = 1` : sql`missing_since IS NULL`} AND ${inPart(sql, "updated_seq", part)}
            ORDER BY updated_seq ${orderOf(sql, part.direction)} LIMIT ${limit}`
        )
      )
    : onEngine({
        postgres: () => TsvectorIndex.withTerms(terms, part, limit, upTo),
        sqlite: () => FtsIndex.withTerms(terms, part, limit)
      })

/** How many trials have terms: exactly up to a number, and on PostgreSQL, where they are frequent, up to 1000. */
export const countWithTerms = (terms: Expression, bounds: Bounds, upTo: number): Reading<Total> =>
  onEngine({
    postgres: () => TsvectorIndex.countWithTerms(terms, bounds, upTo),
    sqlite: () =>
      Effect.map(FtsIndex.countWithTerms(terms, bounds, upTo + 1), (n) => ({
        value: Math.min(upTo, n),
        relation: n > upTo ? "gte" : "eq"
      }))
  })

/** Which of some trials pass checks, in the order in which they are given. */
export const passing = Checks.passing

/**
 * Which trials have terms and pass checks, where the engine does both: as many as are wanted, or all that there are where they had
 * to be looked for anyway. Null where it would do so in this process.
 */
export const passingAtOnce = (
  terms: Expression | "listed" | "all",
  checks: ReadonlyArray<Check>,
  part: Part,
  limit: number
): Reading<ReadonlyArray<number> | null> =>
  typeof terms === "string"
    ? Effect.succeed(null)
    : onEngine<ReadonlyArray<number> | null>({
        postgres: () => TsvectorIndex.passing(terms, checks, part, limit),
        sqlite: () => Effect.succeed(null)
      })
