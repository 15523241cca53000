import { type SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import { countedUpTo, type Page, type Total } from "../model/Page.js"
import type { StoreError } from "../store/StoreError.js"

/** How many rows `from` has: exact up to 10,000, a lower bound above that. */
export const totalOf = (
  sql: SqlClient.SqlClient,
  from: Statement.Fragment
): Effect.Effect<Total, StoreError> => {
  const count = SqlSchema.single({
    Request: Schema.Void,
    Result: Schema.Struct({ n: Schema.Int }),
    execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS n
      FROM (SELECT 1 FROM ${from} LIMIT ${countedUpTo + 1}) AS counted`
  })
  return Effect.map(Effect.catchTag(count(), "NoSuchElementException", Effect.die), ({ n }): Total =>
    n > countedUpTo ? { value: countedUpTo, relation: "gte" } : { value: n, relation: "eq" }
  )
}

/** How many rows to ask for, so that a page of `limit` rows shows whether there is another. */
export const oneMore = (limit: number): number => limit + 1

/** Makes a page of rows that were asked for with `oneMore(limit)`; `cursorAfter` returns the cursor after a row. */
export const pageFrom = <A>(
  rows: ReadonlyArray<A>,
  limit: number,
  total: Total,
  cursorAfter: (last: A) => string
): Page<A> => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, total, nextCursor: rows.length > limit && last !== undefined ? cursorAfter(last) : null }
}
