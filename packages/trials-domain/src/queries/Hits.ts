/**
 * The trials that a filter finds, by their places in the order of lists: page by page, counted, and the first of all.
 *
 * @module
 */
import { Effect } from "effect"
import { countedUpTo, type Total } from "../model/Page.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import * as IndexRead from "../search/IndexRead.js"
import { type Check, type Sought, soughtBy } from "../search/Sought.js"
import * as CodedFilter from "./CodedFilter.js"
import { boundsOf } from "./FeedBounds.js"
import { PlaceSet } from "./PlaceSet.js"
import type { Step, Stepped } from "./Sliced.js"

/** A part of what is sought: the trials that have terms, of which each passes checks. */
interface Source {
  readonly terms: Sought["terms"]
  readonly checks: ReadonlyArray<Check>
}

/** A search: what is sought, and where in the order of lists. */
export interface Search {
  readonly sought: Sought
  /** Null where nothing can be found. */
  readonly bounds: IndexRead.Bounds | null
  readonly filter: TrialFilter
}

/** The search of a filter. */
export const searchOf = (filter: TrialFilter, asOf: "now" | "then" = "now") =>
  Effect.gen(function* () {
    const sought = soughtBy(filter, yield* CodedFilter.termsOf(filter, asOf), yield* IndexRead.mostTerms)
    const search: Search = { sought, filter, bounds: yield* boundsOf(filter) }
    return search
  })

/** How many trials are read in one step: by their terms alone, or to be checked; and how many are checked in one. */
const mostRead = 25_000
const mostLooked = 10_000
const mostAtOnce = 500

/** More places than an engine can count. */
const mostPlaces = 2_147_483_647

/** Up to how many trials that have the terms are all checked to count them. */
const checkedUpTo = 1000

// Within a registry the bounds are exact.
const checksOf = ({ filter }: Search, checks: ReadonlyArray<Check>): ReadonlyArray<Check> =>
  filter.registry === undefined ? checks : checks.filter((check) => !("updated" in check))

const namedOf = (search: Search): Source | null =>
  search.sought.named === null
    ? null
    : { terms: search.sought.named, checks: checksOf(search, search.sought.checks) }

const othersOf = (search: Search): Source => ({
  terms: search.sought.terms,
  checks: checksOf(search, [...search.sought.checks, ...search.sought.wordChecks])
})

/** A part of the order of lists: where it begins, its direction, and how many at most. */
export interface Asked extends Omit<IndexRead.Part, "bounds"> {
  readonly limit: number
  /** How many may be given where that takes no longer. By default no more than the limit. */
  readonly upTo?: number
}

/** The hits of a source: as many as are wanted, or up to a larger number where that takes no longer. */
const from = (
  step: Step,
  { bounds }: Search,
  { checks, terms }: Source,
  { limit, upTo = limit, ...way }: Asked
): Stepped<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    if (bounds === null) return []
    const isDecided = checks.length === 0
    const part = { ...way, bounds }
    if (!isDecided) {
      const found = yield* step(IndexRead.passingAtOnce(terms, checks, part, limit))
      if (found !== null) return found.slice(0, upTo)
    }
    const most = isDecided ? mostRead : mostLooked
    const mostAnyway = isDecided ? Math.min(mostPlaces, upTo) : 0
    let found: ReadonlyArray<number> = []
    let after = way.after
    for (let size = Math.min(most, isDecided ? limit : mostAtOnce); ; size = Math.min(most, 8 * size)) {
      const read = yield* step(IndexRead.withTerms(terms, { ...part, after }, size, mostAnyway))
      found = found.concat(isDecided ? read : yield* passing(step, read, checks, limit - found.length))
      // Not all were checked.
      if (found.length >= limit && !isDecided) return found.slice(0, limit)
      if (found.length >= limit || read.length !== size) return found.slice(0, upTo)
      after = read.at(-1) ?? null
    }
  })

/** Which of some trials pass checks, as many as are wanted. A page is often among the first of them. */
const passing = (step: Step, seqs: ReadonlyArray<number>, checks: ReadonlyArray<Check>, limit: number) =>
  Effect.gen(function* () {
    if (checks.length === 0) return seqs
    const found: Array<number> = []
    let [start, size] = [0, 2 * limit + 20]
    while (start < seqs.length && found.length < limit) {
      size = Math.min(mostAtOnce, size)
      found.push(...(yield* step(IndexRead.passing(seqs.slice(start, start + size), checks))))
      ;[start, size] = [start + size, 4 * size]
    }
    return found
  })

/** Where a page begins: after a trial among those that are named, or among the others. */
export interface Position {
  readonly among: "named" | "others"
  readonly seq: number
}

/** The named hits first, then the others; each the newest first. `upTo` as in `Asked`. */
export const first = (
  step: Step,
  search: Search,
  after: Position | null,
  limit: number,
  upTo: number
): Stepped<ReadonlyArray<Position>> =>
  Effect.gen(function* () {
    const named = namedOf(search)
    const found: Array<Position> = []
    if (named !== null && after?.among !== "others") {
      const seqs = yield* from(step, search, named, { direction: "-", after: after?.seq ?? null, limit })
      found.push(...seqs.map((seq): Position => ({ among: "named", seq })))
    }
    if (found.length < limit) {
      const rest = { direction: "-", after: after?.among === "others" ? after.seq : null } as const
      const asked = { ...rest, limit: limit - found.length, upTo: upTo - found.length }
      const seqs = yield* from(step, search, othersOf(search), asked)
      found.push(...seqs.map((seq): Position => ({ among: "others", seq })))
    }
    return found
  })

/** All hits in the order of lists, in either direction. */
export const inOrder = (step: Step, search: Search, asked: Asked): Stepped<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const named = namedOf(search)
    const others = yield* from(step, search, othersOf(search), asked)
    if (named === null) return others
    const first = yield* from(step, search, named, asked)
    const { direction, limit, upTo = limit } = asked
    const all = [...first, ...others].sort((a, b) => (direction === "-" ? b - a : a - b))
    // What has as many as were wanted may have more.
    return all.slice(0, first.length === limit || others.length === limit ? limit : upTo)
  })

/** What tells which of some trials are hits, without asking the index again. */
export interface Sieve {
  /** All that may be hits, where they are few; else null. */
  readonly candidates: ReadonlyArray<number> | null
  readonly hits: (step: Step, seqs: ReadonlyArray<number>) => Stepped<ReadonlyArray<number>>
}

const mostCandidates = 10_000

/** Reads all places of a search from the index. What terms do not decide is checked of those that are asked for. */
export const sieve = (step: Step, search: Search): Stepped<Sieve> =>
  Effect.gen(function* () {
    const named = namedOf(search)
    const sources = named === null ? [othersOf(search)] : [named, othersOf(search)]
    const whole = { direction: "-", after: null, limit: Number.POSITIVE_INFINITY } as const
    const read = yield* Effect.forEach(sources, ({ checks, terms }) =>
      Effect.map(from(step, search, { terms, checks: [] }, whole), (places) => ({ checks, places }))
    )
    const sets = read.map(({ checks, places }) => ({ checks, places: new PlaceSet(places) }))
    const size = read.reduce((sum, { places }) => sum + places.length, 0)
    return {
      candidates: size > mostCandidates ? null : read.flatMap(({ places }) => places),
      hits: (step, seqs) =>
        Effect.gen(function* () {
          const found = new Set<number>()
          for (const { checks, places } of sets) {
            const some = seqs.filter((seq) => places.has(seq))
            for (const seq of yield* passing(step, some, checks, some.length)) found.add(seq)
          }
          return seqs.filter((seq) => found.has(seq))
        })
    }
  })

const counted = (step: Step, search: Search, source: Source) =>
  Effect.gen(function* () {
    const { bounds } = search
    const { checks, terms } = source
    if (bounds === null || typeof terms === "string") return { value: 0, relation: "eq" } as const
    const withTerms = yield* step(IndexRead.countWithTerms(terms, bounds, countedUpTo))
    if (checks.length === 0) return withTerms
    if (withTerms.value > checkedUpTo || withTerms.relation === "gte")
      return { value: withTerms.value, relation: "approx" } as const
    const hits = yield* from(step, search, source, { direction: "-", after: null, limit: checkedUpTo })
    return { value: hits.length, relation: "eq" } as const
  })

/**
 * How many hits there are: exactly up to 10,000 where terms decide. Where texts are checked, up to 1000; above it, how many
 * have the terms.
 */
export const totalOf = (step: Step, search: Search): Stepped<Total> =>
  Effect.gen(function* () {
    const named = namedOf(search)
    const parts: ReadonlyArray<Total> = [
      ...(named === null ? [] : [yield* counted(step, search, named)]),
      yield* counted(step, search, othersOf(search))
    ]
    const value = parts.reduce((sum, part) => sum + part.value, 0)
    const isMore = value > countedUpTo || parts.some(({ relation }) => relation === "gte")
    const relation = parts.some((part) => part.relation === "approx") ? "approx" : isMore ? "gte" : "eq"
    return { value: Math.min(value, countedUpTo), relation }
  })
