import { Schema } from "effect"
import { ContentText } from "../model/Content.js"
import { type SummaryField, summaryFields, Trial, type TrialContent, TrialSummary } from "../model/Trial.js"
import { Phase } from "../model/Vocabulary.js"
import { column, selectList } from "../sql/columns.js"
import type { Row } from "../sql/insert.js"

const list = <A extends string>(item: Schema.Schema<A>) => Schema.parseJson(Schema.Array(item))

/** A trial's row as lists read it: lists are JSON text, flags are 0 and 1. */
export const SummaryRow = Schema.Struct({
  ...TrialSummary.fields,
  phases: list(Phase),
  conditions: list(Schema.String),
  interventionNames: list(Schema.String),
  countries: list(Schema.String),
  hasResults: Schema.NullOr(Schema.transformLiterals([0, false], [1, true]))
})

/** The columns of `SummaryRow`, aliased. */
export const summarySelect = (alias: string): string => selectList(Object.keys(SummaryRow.fields), alias)

/** A trial as its row and its current version hold it. */
export const KnownTrial = Schema.Struct({
  ...Trial.pick("registry", "id", "version", "createdAt", "updatedAt", "missingSince").fields,
  /** The place in the feed of the version that moved `updatedAt`. */
  updatedSeq: Schema.Int,
  content: ContentText
})
export type KnownTrial = typeof KnownTrial.Type

/** The columns of `KnownTrial`, of `known`. */
export const knownSelect = `t.registry, t.id, t.version, t.created_at AS "createdAt", t.updated_at AS "updatedAt",
  t.missing_since AS "missingSince", t.updated_seq AS "updatedSeq", v.content`

/** Trials `t`, each with its current version `v`. */
export const known =
  "trials t JOIN trial_versions v ON v.registry = t.registry AND v.id = t.id AND v.version = t.version"

/** The whole trial in a row. */
export const toTrial = ({ content, updatedSeq: _, ...rest }: KnownTrial): Trial => ({ ...content, ...rest })

const named = summaryFields.map((field) => ({ field, column: column(field) }))

/** The columns of `trials` that hold the content's summary, in order, each with the alias if one is given. */
export const summaryColumns = (alias?: string): string =>
  named.map(({ column }) => (alias === undefined ? column : `${alias}.${column}`)).join(", ")

/** The clause after an insert of trials whose rows may be there: all but when they were created is replaced. */
export const replaced = `ON CONFLICT (registry, id) DO UPDATE SET ${`${summaryColumns()}, version, updated_at, missing_since, updated_seq`.replace(/\w+/g, "$& = excluded.$&")}`

/** The summary of a content as values for the columns of `trials`: lists as JSON text, flags as 0 and 1. */
export const toSummaryRow = (content: TrialContent): Row => {
  const row: Row = {}
  for (const { column, field } of named) {
    const value: TrialContent[SummaryField] = content[field]
    row[column] =
      typeof value === "boolean"
        ? Number(value)
        : typeof value === "object" && value !== null
          ? JSON.stringify(value)
          : value
  }
  return row
}
