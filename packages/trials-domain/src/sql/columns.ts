import { String as Str } from "effect"

/** The column name of a field. */
export const column = (field: string): string => Str.camelToSnake(field)

/** `alias.column AS "field"` for every field, so that rows come back with the schema's names. */
export const selectList = (fields: ReadonlyArray<string>, alias: string): string =>
  fields.map((field) => `${alias}.${column(field)} AS "${field}"`).join(", ")
