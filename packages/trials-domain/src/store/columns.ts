import { String as Str } from "effect"
import type { Row } from "../sql/insert.js"
import { type ContentField, contentFields, type TrialContent, trialFields } from "../model/Trial.js"

/** The column of a field. */
export const column = (field: string): string => Str.camelToSnake(field)

const named = contentFields.map((field) => ({ field, column: column(field), key: JSON.stringify(field) }))

/** `alias.column AS "field"` for every field, so that rows come back with the names of the schema. */
export const selectList = (fields: ReadonlyArray<string>, alias: string): string =>
  fields.map((field) => `${alias}.${column(field)} AS "${field}"`).join(", ")

/** The columns of a trial's content, in order, with an alias before each. */
export const contentColumns = (alias?: string): string =>
  contentFields.map((field) => (alias === undefined ? column(field) : `${alias}.${column(field)}`)).join(", ")

export const trialSelect = (alias: string): string => selectList(trialFields, alias)

/** A trial's content as its columns take it: lists as JSON text, flags as 0 and 1. */
export const toRow = (content: TrialContent): Row => {
  const row: Row = {}
  for (const { column, field } of named) {
    const value: TrialContent[ContentField] = content[field]
    row[column] =
      typeof value === "boolean"
        ? Number(value)
        : typeof value === "object" && value !== null
          ? JSON.stringify(value)
          : value
  }
  return row
}

/** A trial's content as JSON text, its keys in the order of the schema: equal contents give equal text. */
export const toJson = (content: TrialContent): string =>
  `{${named.map(({ field, key }) => `${key}:${JSON.stringify(content[field])}`).join(",")}}`
