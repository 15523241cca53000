import { Schema } from "effect"

/** How far the rows of a list are counted. */
export const countedUpTo = 10_000

/** How many there are in all. */
export const Total = Schema.Struct({
  value: Schema.NonNegativeInt,
  relation: Schema.Literal("eq", "gte").annotations({
    description: "`gte`: there are more; they are counted exactly up to 10,000."
  })
}).annotations({ identifier: "Total" })
export type Total = typeof Total.Type

/** One page of a list. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly total: Total
  /** Given as `cursor` it asks for the next page; null on the last. */
  readonly nextCursor: string | null
}

/** The schema of a page of such items. */
export const pageOf = <A, I>(identifier: string, item: Schema.Schema<A, I>) =>
  Schema.Struct({
    items: Schema.Array(item),
    total: Total,
    nextCursor: Schema.NullOr(Schema.String).annotations({
      description: "Give it as `cursor` for the next page; null on the last."
    })
  }).annotations({ identifier })

/** Which piece of a list is asked for. */
export interface PageRequest {
  /** 1 to 100. */
  readonly limit: number
  /** `nextCursor` of the page before; undefined for the first. */
  readonly cursor?: string | undefined
}
