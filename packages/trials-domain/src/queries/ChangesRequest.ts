/**
 * Which changes are asked for.
 *
 * @module
 */
import type { SqlClient, Statement } from "@effect/sql"
import { Schema } from "effect"
import { ChangeKind } from "../model/Change.js"
import { contentFields, editedField } from "../model/Trial.js"
import { TrialFilter } from "../model/TrialFilter.js"
import { includes } from "../sql/dialect.js"
import * as FeedPosition from "./FeedPosition.js"
import * as Request from "./Request.js"

const changed = {
  /** Only changes observed at this instant or later. */
  since: Schema.optional(Request.instant),
  /** Only changes observed at this instant or earlier. */
  until: Schema.optional(Request.instant),
  kind: Schema.optional(Request.oneOf(ChangeKind.literals)),
  /** Only changes to this field; for a computed field, also edits of the field that it is computed from. */
  field: Schema.optional(Request.oneOf(contentFields)),
  /** Only edits whose registry did not move its own update date, or (false) only what is none. */
  silent: Schema.optional(Schema.Boolean),
  /** Only edits of a mass change, or (false) only what is none. */
  mass: Schema.optional(Schema.Boolean),
  /** Only changes of the trial with this id, of the registry of the filter. */
  id: Schema.optional(Request.text),
  /** Only changes of these trials, as they are now. Those that are missing are among them unless `missing` is false. */
  filter: Schema.optionalWith(TrialFilter, { default: () => ({}) })
}

/** An id is of a registry. */
const hasRegistry = <A extends { readonly id?: string | undefined; readonly filter: TrialFilter }>({
  filter,
  id
}: A) =>
  id === undefined || filter.registry !== undefined
    ? undefined
    : { path: ["id"], message: "goes with registry" }

export const SummaryRequest = Schema.Struct(changed).pipe(Schema.filter(hasRegistry))

/** Which changes to count: by default all. */
export interface SummaryRequest extends Schema.Schema.Encoded<typeof SummaryRequest> {}

export const ChangesRequest = Schema.Struct({
  /** What was already seen: the `nextAfter` of the feed before, or the seq of a change. Default: nothing. */
  after: Schema.optionalWith(
    FeedPosition.FeedPosition.annotations(
      Request.must("must be the nextAfter of an answer, or the seq of a change")
    ),
    { default: () => FeedPosition.beginning }
  ),
  order: Schema.optionalWith(Request.oneOf(FeedPosition.FeedOrder.literals), {
    default: (): FeedPosition.FeedOrder => "oldest"
  }),
  limit: Request.limit(1000, 100),
  /** With the newest first alone. */
  cursor: Request.cursor,
  ...changed
}).pipe(
  Schema.filter(hasRegistry),
  Schema.filter(({ cursor, order }) =>
    cursor === undefined || order === "newest"
      ? undefined
      : { path: ["cursor"], message: "goes with order=newest; the feed is followed by after" }
  )
)

/**
 * Which changes to read: by default the first 100 (at most 1000) of the feed. `after` is the `nextAfter` of the part before,
 * or the seq of a change. With the newest first, `cursor` is the `nextCursor` of the page before.
 */
export interface ChangesRequest extends Schema.Schema.Encoded<typeof ChangesRequest> {}

/** The changes that are wanted. */
export type Changed = typeof SummaryRequest.Type

/** What is asked of the versions `v`, apart from their trials. */
export const conditionsOf = (
  sql: SqlClient.SqlClient,
  { field, filter, id, kind, mass, silent, since, until }: Changed
): ReadonlyArray<Statement.Fragment> => {
  const where: Array<Statement.Fragment> = [sql`1 = 1`]
  // Which places are looked at decides which index is read: as expressions, these do not lead to that of a registry's times.
  if (filter.registry !== undefined)
    where.push(
      id === undefined
        ? sql`v.registry || '' = ${filter.registry}`
        : sql`v.registry = ${filter.registry} AND v.id = ${id}`
    )
  if (kind !== undefined) where.push(sql`v.kind = ${kind}`)
  if (silent !== undefined) where.push(sql`v.silent = ${Number(silent)}`)
  if (mass !== undefined) where.push(sql`v.mass = ${Number(mass)}`)
  if (since !== undefined) where.push(sql`v.observed_at || '' >= ${since}`)
  if (until !== undefined) where.push(sql`v.observed_at || '' <= ${until}`)
  if (field !== undefined) {
    // A change is our own JSON text with its field first: see Change.FieldChange.
    const names = new Set([field, editedField(field)])
    where.push(sql`v.kind IN ('edited', 'remapped')`)
    where.push(sql.or([...names].map((name) => includes(sql, "v.changes", `{"field":"${name}",`))))
  }
  return where
}

/** What a cursor is bound to: the changes that it is of. */
export const describe = ({ filter, ...changed }: Changed): string =>
  JSON.stringify([
    "changes",
    ...Object.entries({ ...filter, ...changed })
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  ])
