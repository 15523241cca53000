/**
 * Reads the index of terms on PostgreSQL: a `tsvector` of each trial, and an inverted index of them.
 *
 * The index gives all trials that have a term before the first, in no order. So what is frequent is sooner found by a look
 * at the trials themselves, the newest first, and of many terms only the rare ones are asked of the index.
 *
 * @module
 */
import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Schema } from "effect"
import type { Total } from "../model/Page.js"
import { among } from "../sql/dialect.js"
import * as Checks from "./Checks.js"
import { all, conjunctsOf, type Expression, toTsquery } from "./Expression.js"
import { type Bounds, counted, inPart, orderOf, type Part, type Reading, selected, within } from "./Places.js"
import type { Check } from "./Sought.js"
import * as WordList from "./WordList.js"

/** How many trials are looked at in any case. */
const newest = 1000

/** How many trials tell how frequent terms are. */
const sampled = 250

/** Of how many terms of one text they tell it. The index is asked for the rare ones among these. */
export const mostTerms = 40

/** How many hits of what is frequent are found by a look at most. More are sooner taken from the index. */
const mostOfLook = 20_000

/** How many trials may be looked at for each such hit; and how many where few hits are wanted. */
const lookedForEach = 3
const fewLooked = 8000

/** How many hits the index gives in little time, to be counted. */
const mostCounted = 50_000

/** Up to how many hits of what is frequent are counted where there are more than that. */
const countedOfFrequent = 1000

/** How much more it takes to look at the terms of a trial than to have it from the index for one term. */
const costOfLook = 150

/** How many words a prefix may stand for; of more, the index finds them. */
const mostWords = 20

const matching = (sql: SqlClient.SqlClient, terms: Expression): Statement.Fragment =>
  sql`terms @@ CAST(${toTsquery(terms)} AS tsquery)`

/** What is read by the index of terms. The planner would rather read all texts, as it does not know what that takes. */
const byIndex = <A>(read: Reading<A>): Reading<A> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const set = (scan: string, jit: string) =>
      sql`SELECT set_config('enable_seqscan', ${scan}, true), set_config('jit', ${jit}, true)`
    const [was] = yield* sql<{ readonly scan: string; readonly jit: string }>`
      SELECT current_setting('enable_seqscan') AS scan, current_setting('jit') AS jit`
    // A plan with a scan that it cannot avoid gets a cost so high that PostgreSQL would compile it.
    yield* set("off", "off")
    const found = yield* read
    yield* set(was?.scan ?? "on", was?.jit ?? "on")
    return found
  })

/** The hits among the first trials of a part. */
const amongFirst = (terms: Expression, part: Part, limit: number, looked: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const order = orderOf(sql, part.direction)
    return yield* selected(
      part.direction,
      sql`SELECT seq FROM (SELECT seq, terms FROM trial_search WHERE ${inPart(sql, "seq", part)}
          ORDER BY seq ${order} LIMIT ${looked}) AS first
        WHERE ${matching(sql, terms)} ORDER BY seq ${order} LIMIT ${limit}`
    )
  })

/** How frequent terms are among the first trials of a part, and each of the parts that all have to be there. */
const sharesOf = (terms: Expression, part: Part) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const each = conjunctsOf(terms).slice(0, mostTerms)
    const counts = [terms, ...each].map(
      (some) => sql`CAST(count(*) FILTER (WHERE ${matching(sql, some)}) AS INTEGER)`
    )
    // As many as there are by the statistics, and before there are any, at most as many as places.
    const trials = sql`CAST(coalesce((SELECT nullif(reltuples, -1) FROM pg_class
      WHERE oid = CAST('trial_search' AS regclass)), (SELECT max(seq) FROM trial_search), 0) AS float8)`
    const find = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ n: Schema.Array(Schema.Int), trials: Schema.Number }),
      // Terms that are joined to none are unpacked once for all counts.
      execute: () => sql`SELECT ARRAY[${sql.csv(counts)}] AS n, ${trials} AS trials FROM (
        SELECT terms || CAST('' AS tsvector) AS terms FROM (SELECT terms FROM trial_search
          WHERE ${inPart(sql, "seq", part)} ORDER BY seq ${orderOf(sql, part.direction)} LIMIT ${sampled}) AS first
        OFFSET 0) AS sample`
    })
    const { n, trials: known } = yield* Effect.catchTag(find(), "NoSuchElementException", Effect.die)
    const [whole = 0, ...shares] = n.map((found) => Math.max(found, 0.5) / sampled)
    return {
      whole,
      hits: whole * known,
      each: each.map((terms, at) => ({ terms, share: shares[at] ?? whole }))
    }
  })

type Shares = Effect.Effect.Success<ReturnType<typeof sharesOf>>

/** The condition that a trial has terms, so that the index is asked for the rare ones, and each trial for the others. */
const having = (sql: SqlClient.SqlClient, terms: Expression, { each }: Shares): Statement.Fragment => {
  const parts = [...each].sort((a, b) => a.share - b.share)
  let [asked, least] = [parts, parts.reduce((sum, { share }) => sum + share, 0)]
  let [read, left] = [0, 1]
  for (const [n, { share }] of parts.entries()) {
    read += share
    left *= share
    const cost = read + costOfLook * left
    if (cost < least) [asked, least] = [parts.slice(0, n + 1), cost]
  }
  const whole = matching(sql, terms)
  // In this form, no index is asked for it.
  return asked.length === each.length
    ? whole
    : sql`${matching(sql, all(asked.map(({ terms }) => terms)))} AND (${whole}) IS TRUE`
}

/** As many hits as are wanted if they are so frequent that the first trials of a part have them; or none. */
const ifFrequent = (terms: Expression, { whole }: Shares, part: Part, limit: number) =>
  Effect.gen(function* () {
    const looked = Math.ceil((1.2 * limit) / whole)
    if (limit > mostOfLook || looked > Math.max(fewLooked, lookedForEach * limit)) return []
    const found = yield* amongFirst(terms, part, limit, looked)
    return found.length === limit ? found : []
  })

/** The first of all that have terms. */
const byTerms = (terms: Expression, shares: Shares, part: Part, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const hits = sql`SELECT seq FROM trial_search WHERE ${having(sql, terms, shares)} AND ${inPart(sql, "seq", part)}`
    const first = sql`WITH hits AS MATERIALIZED (${hits})
      SELECT seq FROM hits ORDER BY seq ${orderOf(sql, part.direction)} LIMIT ${limit}`
    return yield* byIndex(selected(part.direction, first))
  })

/**
 * Which trials have terms: as many as are wanted, or, where that takes no longer, up to a larger number. All that there are if
 * they are neither.
 */
export const withTerms = (
  terms: Expression,
  part: Part,
  limit: number,
  upTo: number
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const first = limit <= newest ? yield* amongFirst(terms, part, limit, newest) : []
    if (first.length === limit) return first
    const words = yield* WordList.spelt(terms, 0, mostWords)
    const shares = yield* sharesOf(words, part)
    const found = limit <= newest ? [] : yield* ifFrequent(words, shares, part, limit)
    if (found.length === limit) return found
    return yield* byTerms(words, shares, part, Math.max(limit, upTo))
  })

/** How many trials have terms: exactly up to a number, and up to 1000 where they are frequent and many. */
export const countWithTerms = (terms: Expression, bounds: Bounds, upTo: number): Reading<Total> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const part = { direction: "-", after: null, bounds } as const
    const words = yield* WordList.spelt(terms, 0, mostWords)
    const shares = yield* sharesOf(words, part)
    const isMuch = shares.hits > mostCounted
    const some = isMuch ? yield* ifFrequent(words, shares, part, countedOfFrequent + 1) : []
    if (some.length > countedOfFrequent) return { value: countedOfFrequent, relation: "gte" }
    const hits = sql`SELECT 1 FROM trial_search WHERE ${having(sql, words, shares)} AND ${within(sql, "seq", bounds)}`
    const n = yield* byIndex(counted(hits, upTo + 1))
    return { value: Math.min(upTo, n), relation: n > upTo ? "gte" : "eq" }
  })

/** Which of some trials have terms. */
const havingTerms = (seqs: ReadonlyArray<number>, terms: Expression): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* selected(
      "",
      sql`SELECT seq FROM trial_search WHERE ${among(sql, "seq", seqs)} AND ${matching(sql, terms)}`
    )
  })

/** How many trials that have terms are checked by their places; of more, a statement checks those of so many places. */
const mostChecked = 10_000
const mostInSlice = 100_000
const shareOfSlices = 0.04

/**
 * Which trials have terms and pass checks: as many as are wanted, or all that there are where they had to be looked for
 * anyway. The first thousand trials of a part are looked at first.
 */
export const passing = (
  terms: Expression,
  checks: ReadonlyArray<Check>,
  part: Part,
  limit: number
): Reading<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { direction } = part
    const order = orderOf(sql, direction)
    const { conditions, from } = Checks.checking(sql, checks)
    const first = sql`SELECT seq FROM trial_search WHERE ${inPart(sql, "seq", part)}
      ORDER BY seq ${order} LIMIT ${newest}`
    const some = yield* selected(direction, first)
    const has = new Set(yield* havingTerms(some, terms))
    const found = yield* Checks.passing(
      some.filter((seq) => has.has(seq)),
      checks
    )
    if (found.length >= limit || some.length < newest) return found.slice(0, limit)
    const rest = { ...part, after: some.at(-1) ?? null }
    const words = yield* WordList.spelt(terms, 0, mostWords)
    const shares = yield* sharesOf(words, rest)
    if (shares.whole < shareOfSlices) {
      const candidates = yield* byTerms(words, shares, rest, mostChecked + 1)
      if (candidates.length <= mostChecked) return [...found, ...(yield* Checks.passing(candidates, checks))]
    }
    // So many are not looked up one by one.
    let left: Part | null = rest
    let all: ReadonlyArray<number> = found
    while (left !== null && all.length < limit) {
      const end: ReadonlyArray<number> = yield* selected(
        direction,
        sql`SELECT seq FROM trial_search WHERE ${inPart(sql, "seq", left)}
          ORDER BY seq ${order} LIMIT 1 OFFSET ${mostInSlice - 1}`
      )
      const [last] = end
      const bounds =
        direction === "-" ? { least: last ?? null, most: null } : { least: null, most: last ?? null }
      // In this form, the places are not read by their own index, but by that of the terms.
      const places = sql`${inPart(sql, "s.seq + 0", left)} AND ${within(sql, "s.seq + 0", bounds)}`
      const hits = sql`SELECT s.seq FROM ${from} WHERE ${having(sql, words, shares)} AND ${places} AND ${conditions}
        ORDER BY s.seq + 0 ${order} LIMIT ${Math.min(mostInSlice, limit - all.length)}`
      all = all.concat(yield* byIndex(selected(direction, hits)))
      left = last === undefined ? null : { ...left, after: last }
    }
    return all
  })
