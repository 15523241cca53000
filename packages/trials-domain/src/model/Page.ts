import { Schema } from "effect"

/** The number up to which the rows of a list are counted. */
export const countedUpTo = 10_000

/** How many rows a list has in total. */
export const Total = Schema.Struct({
  value: Schema.NonNegativeInt,
  relation: Schema.Literal("eq", "gte", "approx").annotations({
    description:
      "`gte`: there are more; they are counted exactly up to 10,000, or up to 1000 where nearly every trial is one. `approx`: " +
      "more than 1000 trials have what an index tells, of which not each has its words next to each other, or its date in the range."
  })
}).annotations({ identifier: "Total" })
export type Total = typeof Total.Type

/** One page of a list. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly total: Total
  /** Pass this as `cursor` to get the next page; null on the last page. */
  readonly nextCursor: string | null
}

/** The schema of a page of items. */
export const pageOf = <A, I>(identifier: string, item: Schema.Schema<A, I>) =>
  Schema.Struct({
    items: Schema.Array(item),
    total: Total,
    nextCursor: Schema.NullOr(Schema.String).annotations({
      description: "Give it as `cursor` for the next page; null on the last."
    })
  }).annotations({ identifier })
