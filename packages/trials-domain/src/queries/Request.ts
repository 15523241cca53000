import { Schema } from "effect"
import { Instant } from "../model/Instant.js"
import { isStorable } from "../model/Text.js"

/** The message for a part that is wrong. */
export const must = (rule: string) => ({ message: () => ({ message: rule, override: true }) })

/** One word of a closed list. */
export const oneOf = <A extends string>(words: ReadonlyArray<A>) =>
  Schema.Literal(...words).annotations(must(`must be one of ${words.join(", ")}`))

/** How many items at most: 1 to `most`. */
export const limit = (most: number, normal: number) =>
  Schema.optionalWith(
    Schema.Int.pipe(Schema.between(1, most)).annotations(must(`must be a whole number from 1 to ${most}`)),
    { default: () => normal }
  )

/** A text that a database could hold; any other finds nothing, and PostgreSQL refuses it. */
export const text = Schema.String.pipe(
  Schema.filter(isStorable, { message: () => "has a NUL or half of a surrogate pair" })
)

/** Where a page begins: the `nextCursor` of the page before; left out for the first page. */
export const cursor = Schema.optional(text)

/** The name of a registry and the registry's own id of one of its trials. */
export const TrialKey = Schema.Struct({ registry: text, id: text })
export type TrialKey = typeof TrialKey.Type

/** An instant: `Instant.fromMillis` and `Instant.parse` make one. */
export const instant = Schema.typeSchema(Instant)
