/**
 * The places in the feed of the changes that are wanted, read in steps that are short whatever is asked for.
 *
 * @module
 */
import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import { type Direction, orderOf, selected } from "../search/Places.js"
import { among } from "../sql/dialect.js"
import { type Changed, conditionsOf } from "./ChangesRequest.js"
import type { UnknownWord } from "./CodedFilter.js"
import * as Hits from "./Hits.js"
import { isPlain } from "./ListRequest.js"
import { conditionsOf as conditionsOfTrials } from "./PlainList.js"
import type { Step, Stepped } from "./Sliced.js"

/** How many changes one answer looks at, at most; and one step of it, by what it reads of each. */
const mostLookedAt = 100_000
const mostAtOnce = { index: 10_000, row: 2000 } as const
const mostCandidates = 500

/** A part of the feed: between two places, with both, in a direction. */
export interface Part {
  readonly direction: Direction
  readonly least: number
  readonly most: number
}

/** The places of the changes that were found, in their order. */
export interface Found {
  readonly seqs: ReadonlyArray<number>
  /** The last place that was looked at where there is more to look at; null where that was all. */
  readonly reached: number | null
}

const Candidate = Schema.Struct({ seq: Schema.Int, place: Schema.Int })

const joined = "JOIN trials t ON t.registry = v.registry AND t.id = v.id"

/** The changes in a few places, each with the place of its trial in the order of lists. */
const candidates = (where: Statement.Fragment) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Candidate,
      execute: () =>
        sql`SELECT v.seq, t.updated_seq AS place FROM trial_versions v ${sql.literal(joined)} WHERE ${where}`
    })
    return yield* find()
  })

/** The changes of few trials: each of these is looked at, however far back it changed. */
const ofFew = (
  step: Step,
  places: ReadonlyArray<number>,
  where: Statement.Fragment,
  direction: Direction,
  limit: number
): Stepped<Found> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    let seqs: ReadonlyArray<number> = []
    for (const some of Arr.chunksOf(places, mostCandidates)) {
      const found = yield* step(
        selected(
          direction,
          sql`SELECT v.seq FROM trials t JOIN trial_versions v ON v.registry = t.registry AND v.id = t.id
            WHERE ${among(sql, "t.updated_seq", some)} AND ${where}
            ORDER BY v.seq ${orderOf(sql, direction)} LIMIT ${limit}`
        )
      )
      seqs = [...seqs, ...found].sort((a, b) => (direction === "-" ? b - a : a - b)).slice(0, limit)
    }
    return { seqs, reached: seqs.length < limit ? null : (seqs.at(-1) ?? null) }
  })

/** The changes that are wanted in a part of the feed: as many as are wanted, of as many as are looked at. */
export const read = (
  step: Step,
  wanted: Changed,
  part: Part,
  limit: number,
  mostLooked = mostLookedAt
): Effect.Effect<Found, Effect.Effect.Error<Stepped<Found>> | UnknownWord, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { direction } = part
    const filter = { ...wanted.filter, missing: wanted.filter.missing !== false }
    const sieve = isPlain(filter) ? null : yield* Hits.sieve(step, yield* step(Hits.searchOf(filter)))
    const ofVersions = sql.and(conditionsOf(sql, wanted))
    const between = (least: number, most: number) => sql`v.seq BETWEEN ${least} AND ${most} AND ${ofVersions}`
    if (sieve !== null && sieve.candidates !== null) {
      const trials = yield* sieve.hits(step, sieve.candidates)
      return yield* ofFew(step, trials, between(part.least, part.most), direction, limit)
    }
    const ofTrials = sieve === null ? conditionsOfTrials(sql, filter) : []
    const from = sql.literal(`trial_versions v${ofTrials.length === 0 ? "" : ` ${joined}`}`)
    const isOfIndex = sieve === null && ofTrials.length === 0 && wanted.field === undefined

    /** Those of the wanted ones in some places, at most as many as are still wanted. */
    const within = (least: number, most: number, limit: number): Stepped<ReadonlyArray<number>> => {
      if (sieve === null)
        return step(
          selected(
            direction,
            sql`SELECT v.seq FROM ${from} WHERE ${sql.and([between(least, most), ...ofTrials])}
              ORDER BY v.seq ${orderOf(sql, direction)} LIMIT ${limit}`
          )
        )
      return Effect.gen(function* () {
        const found = yield* step(candidates(between(least, most)))
        const hits = new Set(yield* sieve.hits(step, [...new Set(found.map(({ place }) => place))]))
        return found
          .flatMap(({ place, seq }) => (hits.has(place) ? [seq] : []))
          .sort((a, b) => (direction === "-" ? b - a : a - b))
          .slice(0, limit)
      })
    }

    const most = isOfIndex ? mostAtOnce.index : mostAtOnce.row
    // An index has the versions of a trial.
    if (wanted.id !== undefined && sieve === null) {
      const seqs = yield* within(part.least, part.most, limit)
      return { seqs, reached: seqs.length < limit ? null : (seqs.at(-1) ?? null) }
    }

    let { least: first, most: last } = part
    let seqs: ReadonlyArray<number> = []
    let looked = 0
    for (
      let size = Math.min(most, limit);
      first <= last && looked < mostLooked;
      size = Math.min(most, 4 * size)
    ) {
      // The feed has no gaps, so this many places are this many changes.
      const [from, to] =
        direction === "-"
          ? [Math.max(first, last - size + 1), last]
          : [first, Math.min(last, first + size - 1)]
      seqs = [...seqs, ...(yield* within(from, to, limit - seqs.length))]
      const reached = seqs.at(-1)
      if (seqs.length >= limit && reached !== undefined)
        return { seqs, reached: reached === (direction === "-" ? first : last) ? null : reached }
      looked += to - from + 1
      if (direction === "-") last = from - 1
      else first = to + 1
    }
    if (first > last) return { seqs, reached: null }
    return { seqs, reached: direction === "-" ? last + 1 : first - 1 }
  })
