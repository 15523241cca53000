/**
 * The trials of a page, with the fields that it shows.
 *
 * @module
 */
import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { InvalidRequest } from "../model/InvalidRequest.js"
import type { TrialSummary } from "../model/Trial.js"
import { among } from "../sql/dialect.js"
import type { StoreError } from "../store/StoreError.js"
import { known, KnownTrial, knownSelect, SummaryRow, summarySelect, toTrial } from "../store/TrialRow.js"
import type { Listed } from "./ListRequest.js"

const ListedRow = Schema.Struct({ ...SummaryRow.fields, updatedSeq: Schema.Int })
const whole = `${summarySelect("t")}, t.updated_seq AS "updatedSeq"`

/** How many trials a page may have that carry more than the summary. */
const mostWhole = 25

const isSummary: ReadonlySet<string> = new Set(Object.keys(SummaryRow.fields))

/** What of a trial a list shows. */
const chosen =
  (fields: ReadonlyArray<string> | undefined) =>
  (trial: TrialSummary): TrialSummary => {
    if (fields === undefined) return trial
    const each: Readonly<Record<string, unknown>> = { ...trial }
    const names = new Set(["registry", "id", ...fields])
    // A caller that chooses knows which fields there are.
    return Object.fromEntries([...names].map((name) => [name, each[name]])) as unknown as TrialSummary
  }

/** Refuses a page that would be too large. */
export const refuseLarge = ({ fields = [], limit }: Listed): Effect.Effect<void, InvalidRequest> => {
  const large = fields.filter((name) => !isSummary.has(name))
  if (limit <= mostWhole || large.length === 0) return Effect.void
  const detail = `must be at most ${mostWhole} with ${large.join(", ")}, which lists do not carry by themselves`
  return new InvalidRequest({ issues: [{ path: "limit", detail }] })
}

/** A trial of a page, by its place in the order of lists. */
export interface ListedTrial {
  readonly seq: number
  readonly trial: TrialSummary
}

/** Some trials by their places, in the order in which these are given. */
export const at = (
  seqs: ReadonlyArray<number>,
  fields: Listed["fields"]
): Effect.Effect<ReadonlyArray<ListedTrial>, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (seqs.length === 0) return []
    const sql = yield* SqlClient.SqlClient
    const isWhole = fields?.some((name) => !isSummary.has(name)) === true
    const wholes = SqlSchema.findAll({
      Request: Schema.Void,
      Result: KnownTrial,
      execute: () => sql`SELECT ${sql.literal(knownSelect)} FROM ${sql.literal(known)}
        WHERE ${among(sql, "t.updated_seq", seqs)}`
    })
    const summaries = SqlSchema.findAll({
      Request: Schema.Void,
      Result: ListedRow,
      execute: () =>
        sql`SELECT ${sql.literal(whole)} FROM trials t WHERE ${among(sql, "t.updated_seq", seqs)}`
    })
    const rows: ReadonlyArray<TrialSummary & { readonly updatedSeq: number }> = isWhole
      ? (yield* wholes()).map((row) => ({ ...toTrial(row), updatedSeq: row.updatedSeq }))
      : yield* summaries()
    const bySeq = new Map(rows.map(({ updatedSeq, ...trial }) => [updatedSeq, trial]))
    return seqs.flatMap((seq) => {
      const trial = bySeq.get(seq)
      return trial === undefined ? [] : [{ seq, trial: chosen(fields)(trial) }]
    })
  })
