/**
 * Checks of what terms do not decide, in SQL: of the searched texts, and of the dates and instants of a trial.
 *
 * @module
 */
import { SqlClient, type Statement } from "@effect/sql"
import { Array as Arr, Effect } from "effect"
import { column } from "../sql/columns.js"
import { among, elements, includes } from "../sql/dialect.js"
import { type Reading, selected } from "./Places.js"
import type { Check } from "./Sought.js"

type Piece = Extract<Check, { readonly piece: string }>

/** Whether the texts have all pieces, in one condition whatever their number: both engines limit how deep conditions are. */
const havingPieces = (sql: SqlClient.SqlClient, fields: Piece["fields"], pieces: ReadonlyArray<string>) => {
  const has = (piece: string | Statement.Fragment) =>
    sql.or(fields.map((name) => includes(sql, `s.${name}`, piece)))
  const [one] = pieces
  if (one !== undefined && pieces.length === 1) return has(one)
  return sql`NOT EXISTS (SELECT 1 FROM ${elements(sql, pieces)} WHERE NOT ${has(sql.literal("p.value"))})`
}

const condition = (sql: SqlClient.SqlClient, check: Exclude<Check, Piece>): Statement.Fragment => {
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

/** What of a statement looks at checks: `FROM` what, and the conditions. `s` are the rows of `trial_search`. */
export const checking = (
  sql: SqlClient.SqlClient,
  checks: ReadonlyArray<Check>
): { readonly from: Statement.Fragment; readonly conditions: Statement.Fragment } => ({
  from: checks.every((check) => "piece" in check)
    ? sql`trial_search s`
    : sql`trial_search s JOIN trials t ON t.updated_seq = s.seq`,
  conditions: sql.and([
    ...Object.values(
      Arr.groupBy(
        checks.filter((check) => "piece" in check),
        ({ fields }) => fields.join()
      )
    ).map((group) =>
      havingPieces(
        sql,
        group[0].fields,
        group.map(({ piece }) => piece)
      )
    ),
    ...checks.flatMap((check) => ("piece" in check ? [] : [condition(sql, check)]))
  ])
})

/** Which of some trials pass checks, in the order in which they are given. */
export const passing = (
  seqs: ReadonlyArray<number>,
  checks: ReadonlyArray<Check>
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    if (seqs.length === 0 || checks.length === 0) return seqs
    const sql = yield* SqlClient.SqlClient
    const { conditions, from } = checking(sql, checks)
    const statement = sql`SELECT s.seq FROM ${from} WHERE ${among(sql, "s.seq", seqs)} AND ${conditions}`
    const passed = new Set(yield* selected("", statement))
    return seqs.filter((seq) => passed.has(seq))
  })
