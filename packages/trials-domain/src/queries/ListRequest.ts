/**
 * How a list of trials is asked for, and what names a place in it.
 *
 * @module
 */
import { Schema } from "effect"
import { FacetName } from "../model/Facets.js"
import { trialFields } from "../model/Trial.js"
import { TrialFilter, TrialSort } from "../model/TrialFilter.js"
import { soughtBy } from "../search/Sought.js"
import * as CodedFilter from "./CodedFilter.js"
import * as Cursor from "./Cursor.js"
import * as Request from "./Request.js"

const listed = {
  filter: Schema.optionalWith(TrialFilter, { default: () => ({}) }),
  /** Which fields each trial is listed with, beside its registry and id; by default those of the summary. */
  fields: Schema.optional(Schema.Array(Request.oneOf(trialFields))),
  limit: Request.limit(100, 20),
  cursor: Request.cursor
}
export const ListRequest = Schema.Struct({
  ...listed,
  /** By which values the hits are counted; by default by none. */
  facets: Schema.optionalWith(Schema.Array(Request.oneOf(FacetName.literals)), { default: () => [] }),
  sort: Schema.optionalWith(Request.oneOf(TrialSort.literals), { default: (): TrialSort => "-updatedAt" })
})

/**
 * Which trials to list, and how: by default all that are not missing, newest first, 20 (at most 100) a page. `cursor` is
 * the `nextCursor` of the page before.
 */
export interface ListRequest extends Schema.Schema.Encoded<typeof ListRequest> {}

export const RecentRequest = Schema.Struct({
  ...listed,
  days: Schema.optionalWith(
    Schema.Number.pipe(Schema.between(1, 365)).annotations(Request.must("must be a number from 1 to 365")),
    { default: () => 7 }
  )
})

/** Which trials of the last `days` times 24 hours to list: of the last 7 (1 to 365) by default, 20 (at most 100) a page. */
export interface RecentRequest extends Schema.Schema.Encoded<typeof RecentRequest> {}

/** A list as it is asked for, with its defaults. */
export type Listed = typeof ListRequest.Type

/** A position in a list: the values by which it is sorted. */
export type Position = ReadonlyArray<string | number>

const { place, text } = Cursor
const ofIds = Schema.is(Schema.Tuple(text, text))
const ofFeed = Schema.is(Schema.Tuple(place))
const ofRegistry = Schema.is(Schema.Tuple(text, place))
const ofHits = Schema.is(Schema.Tuple(Schema.Literal("named", "others"), place))

/** Whether something is a position of a list. */
export const formOf = ({
  filter,
  sort
}: Pick<Listed, "filter" | "sort">): ((value: unknown) => value is Position) => {
  if (sort === "id") return ofIds
  if (!isPlain(filter)) return sort === "updatedAt" ? ofFeed : ofHits
  return filter.registry === undefined ? ofFeed : ofRegistry
}

/** Whether nothing is sought but the trials of a registry, or of a time. */
export const isPlain = (filter: TrialFilter): boolean =>
  soughtBy(filter, {}).isPlain && !CodedFilter.isGiven(filter)

/** What a cursor is bound to: the list that it is of. */
export const describe = (kind: string, request: Pick<Listed, "filter" | "sort">): string =>
  JSON.stringify([
    kind,
    request.sort,
    Object.entries(request.filter)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  ])
