/** What a registry said, as any database can hold it. */
import { Schema } from "effect"
import { isStorable } from "./Text.js"

const storable = Schema.filter<typeof Schema.String>(isStorable, {
  message: () => "has a NUL or half of a surrogate pair",
  jsonSchema: {}
})

/** A text that is said. */
export const said = Schema.String.pipe(storable)

/** A text that is said and not empty. */
export const saidFully = Schema.NonEmptyString.pipe(storable)

/** A text, null where nothing is said. */
export const text = Schema.NullOr(said)

/** A text within an object: what says nothing is null there, and never empty. */
export const fullText = Schema.NullOr(saidFully)

/** A list of texts. */
export const texts = Schema.Array(said)

/** Whether a value says anything: it is neither null nor an empty list. */
export const isSaid = (value: unknown): boolean =>
  value !== null && !(Array.isArray(value) && value.length === 0)

/** An object with these members; one that says nothing is no such object, but null. */
export const saying = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct(fields).pipe(
    Schema.filter((value) => Object.values(value).some(isSaid), {
      message: () => "says nothing",
      jsonSchema: {}
    })
  )
