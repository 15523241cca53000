import { Schema } from "effect"

/** How many there are in all. */
const Total = Schema.Struct({
  value: Schema.NonNegativeInt,
  relation: Schema.Literal("eq", "gte").annotations({
    description: "`gte`: there are more; they are counted exactly up to 10,000."
  })
}).annotations({ identifier: "Total" })

const nextCursor = Schema.NullOr(Schema.String).annotations({
  description: "Give it as `cursor` for the next page; null on the last."
})

/** One page of a list. */
export const listOf = <A, I>(identifier: string, item: Schema.Schema<A, I>) =>
  Schema.Struct({ items: Schema.Array(item), total: Total, nextCursor }).annotations({ identifier })
