/**
 * A filter in the two forms that an export needs: as conditions on the rows of today, and as a function of a trial. It
 * is the only part of an export that knows what can be filtered by, and both forms choose what the list chooses.
 *
 * @module
 */
import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import type { Trial } from "../model/Trial.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { isSought } from "../search/Sought.js"
import { among } from "../sql/dialect.js"
import type { StoreError } from "../store/StoreError.js"
import * as CodedFilter from "./CodedFilter.js"
import * as Hits from "./Hits.js"
import { conditionsOf } from "./PlainList.js"
import type { Moved, Step } from "./Sliced.js"

const Key = Schema.Struct({ registry: Schema.String, id: Schema.String })

/** What names a trial in an export. */
export type Key = typeof Key.Type

/** A filter of an export. */
export interface ExportFilter {
  /** The trials that fit, in the order of the export, where they are few and it is of now; null where each is looked at. */
  readonly keys: ReadonlyArray<Key> | null
  /** Tells which trials fit that have not changed since the pin; null where `where` does. */
  readonly hits: Hits.Sieve | null
  /** Conditions on `trials t` for such a trial. */
  readonly where: ReadonlyArray<Statement.Fragment>
  /** Whether a trial fits, whenever it was like that. */
  readonly matches: (trial: Trial) => boolean
}

const mostAtOnce = 1000

/** The trials at some places in the order of lists, in the order of exports, which is that of both engines. */
const keysAt = (step: Step, seqs: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Array(Schema.Int),
      Result: Key,
      execute: (some) => sql`SELECT registry, id FROM trials WHERE ${among(sql, "updated_seq", some)}`
    })
    const keys = yield* Effect.forEach(Arr.chunksOf(seqs, mostAtOnce), (some) => step(find(some)))
    return keys
      .flat()
      .map((key) => ({ key, bytes: Buffer.from(`${key.registry}\0${key.id}`) }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ key }) => key)
  })

/** The filter of an export of what is there now. */
export const make = (
  step: Step,
  filter: TrialFilter,
  asOf: "now" | "then"
): Effect.Effect<ExportFilter, CodedFilter.UnknownWord | StoreError | Moved, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const search = yield* step(Hits.searchOf(filter, asOf))
    const matches = isSought(search.sought, filter.missing === true)
    // A registry chooses keys, and the pages go by key.
    const plain = conditionsOf(sql, filter)
    const whole = { keys: null, hits: null, where: plain, matches: (trial: Trial) => matches(trial) }
    if (search.sought.isPlain) return whole
    const hits = yield* Hits.sieve(step, search)
    // The hits of today do not say which trials fitted at an earlier instant.
    const few = asOf === "then" ? null : hits.candidates
    return { ...whole, hits, keys: few === null ? null : yield* keysAt(step, yield* hits.hits(step, few)) }
  })
