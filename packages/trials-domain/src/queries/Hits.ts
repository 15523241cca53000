/**
 * The trials that a filter finds, by their places in the order of lists: page by page, counted, and the first of all.
 *
 * @module
 */
import { Array as Arr, Effect } from "effect"
import { countedUpTo, type Total } from "../model/Page.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import * as IndexRead from "../search/IndexRead.js"
import type { Check, Sought } from "../search/Sought.js"
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

/** How many trials that have the terms are read in one step, and checked in one. */
const mostRead = 10_000
const mostAtOnce = 500

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

/** Whether terms alone decide what a search finds, so that one statement gives a page of it. */
export const isDecided = (search: Search): boolean => othersOf(search).checks.length === 0

/** A part of the order of lists: where it begins, its direction, and how many at most. */
export type Asked = Omit<IndexRead.Part, "bounds">

const from = (step: Step, search: Search, { checks, terms }: Source, part: Asked) =>
  Effect.gen(function* () {
    const { bounds, filter } = search
    if (bounds === null) return []
    const { direction, limit } = part
    if (checks.length === 0) return yield* step(IndexRead.withTerms(terms, { ...part, bounds }))
    const found: Array<number> = []
    let after = part.after
    for (let size = Math.min(mostRead, 2 * limit + 20); ; size = Math.min(mostRead, 8 * size)) {
      const read = yield* step(IndexRead.withTerms(terms, { direction, bounds, after, limit: size }))
      for (const some of Arr.chunksOf(read, mostAtOnce)) {
        found.push(...(yield* step(IndexRead.passing(some, checks, filter.missing === true))))
        if (found.length >= limit) return found.slice(0, limit)
      }
      if (read.length < size) return found
      after = read.at(-1) ?? null
    }
  })

/** Where a page begins: after a trial among those that are named, or among the others. */
export interface Position {
  readonly among: "named" | "others"
  readonly seq: number
}

/** The named hits first, then the others; each the newest first. */
export const first = (
  step: Step,
  search: Search,
  after: Position | null,
  limit: number
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
      const seqs = yield* from(step, search, othersOf(search), { ...rest, limit: limit - found.length })
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
    const all = [...(yield* from(step, search, named, asked)), ...others]
    return all.sort((a, b) => (asked.direction === "-" ? b - a : a - b)).slice(0, asked.limit)
  })

/** Which of some trials are hits. */
export const among = (
  step: Step,
  search: Search,
  seqs: ReadonlyArray<number>
): Stepped<ReadonlyArray<number>> =>
  step(
    Effect.gen(function* () {
      const found = new Set<number>()
      const named = namedOf(search)
      for (const { checks, terms } of [...(named === null ? [] : [named]), othersOf(search)]) {
        const having = typeof terms === "string" ? new Set(seqs) : yield* IndexRead.havingTerms(seqs, terms)
        const passed = yield* IndexRead.passing([...having], checks, search.filter.missing === true)
        for (const seq of passed) found.add(seq)
      }
      return seqs.filter((seq) => found.has(seq))
    })
  )

const counted = (step: Step, search: Search, source: Source) =>
  Effect.gen(function* () {
    const { bounds, filter } = search
    const { checks, terms } = source
    if (bounds === null || typeof terms === "string") return { value: 0, relation: "eq" } as const
    const n = yield* step(IndexRead.countWithTerms(terms, bounds, countedUpTo + 1))
    if (checks.length === 0) return { value: n, relation: n > countedUpTo ? "gte" : "eq" } as const
    if (n > checkedUpTo) return { value: n, relation: "approx" } as const
    const part = { direction: "-", after: null, limit: checkedUpTo, bounds } as const
    let value = 0
    for (const some of Arr.chunksOf(yield* step(IndexRead.withTerms(terms, part)), mostAtOnce))
      value += (yield* step(IndexRead.passing(some, checks, filter.missing === true))).length
    return { value, relation: "eq" } as const
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
    const relation = parts.some((part) => part.relation === "approx")
      ? "approx"
      : value > countedUpTo
        ? "gte"
        : "eq"
    return { value: Math.min(value, countedUpTo), relation }
  })
