/**
 * A filter in the two forms that an export needs: as conditions on the rows of today, and as a function of a trial. It
 * is the only part of an export that knows what can be filtered by, and both forms choose what the list chooses.
 *
 * @module
 */
import { SqlClient, type Statement } from "@effect/sql"
import { Effect } from "effect"
import type { Trial } from "../model/Trial.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { isSought, soughtBy } from "../search/Sought.js"
import { among } from "../sql/dialect.js"
import type { StoreError } from "../store/StoreError.js"
import * as CodedFilter from "./CodedFilter.js"
import { boundsOf } from "./FeedBounds.js"
import * as Hits from "./Hits.js"
import type { Moved, Step } from "./Sliced.js"

/** A filter of an export. */
export interface ExportFilter {
  /** Conditions on `trials t` for trials that have not changed since the pin. */
  readonly where: ReadonlyArray<Statement.Fragment>
  /** Whether these conditions decide, so that such a trial need not be looked at. */
  readonly isDecided: boolean
  /** Whether a trial fits, whenever it was like that. */
  readonly matches: (trial: Trial) => boolean
}

/** Up to how many hits are known by their places before the first page. */
const mostKnown = 10_000

/** The filter of an export of what is there now. */
export const make = (
  step: Step,
  filter: TrialFilter,
  asOf: "now" | "then"
): Effect.Effect<ExportFilter, CodedFilter.UnknownWord | StoreError | Moved, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const sought = soughtBy(filter, yield* step(CodedFilter.termsOf(filter, asOf)))
    const { missing, updatedSince, updatedUntil } = filter
    const matches = isSought(sought, missing === true)
    // A registry chooses keys, and the pages go by key.
    const plain = [
      ...(missing === true ? [] : [sql`t.missing_since IS NULL`]),
      ...(updatedSince === undefined ? [] : [sql`t.updated_at >= ${updatedSince}`]),
      ...(updatedUntil === undefined ? [] : [sql`t.updated_at <= ${updatedUntil}`])
    ]
    if (sought.isPlain) return { where: plain, isDecided: true, matches: (trial) => matches(trial) }
    const search = { sought, filter, bounds: yield* step(boundsOf(filter)) }
    const hits = yield* Hits.inOrder(step, search, { direction: "-", after: null, limit: mostKnown + 1 })
    const isDecided = hits.length <= mostKnown
    return {
      where: isDecided ? [among(sql, "t.updated_seq", hits)] : plain,
      isDecided,
      matches: (trial) => matches(trial)
    }
  })
