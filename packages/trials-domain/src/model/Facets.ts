import { Schema } from "effect"

/** By what hits are counted. */
export const FacetName = Schema.Literal(
  "registry",
  "department",
  "studyType",
  "phase",
  "status",
  "institution",
  "sponsorClass",
  "condition",
  "country"
)
export type FacetName = typeof FacetName.Type

/** A value, and how many of the counted hits have it. */
export const FacetValue = Schema.Struct({
  value: Schema.NullOr(Schema.String).annotations({ description: "Null: the registry does not say." }),
  count: Schema.NonNegativeInt
}).annotations({ identifier: "FacetValue" })
export type FacetValue = typeof FacetValue.Type

const values = Schema.optional(Schema.Array(FacetValue))

/** The hits of a list counted by their values. A trial with several values counts once under each of them. */
export const Facets = Schema.Struct({
  counted: Schema.NonNegativeInt.annotations({
    description: "How many hits were counted: all of them, or the newest 10,000."
  }),
  complete: Schema.Boolean.annotations({ description: "Whether these are all hits." }),
  fields: Schema.Struct({
    registry: values,
    department: values,
    studyType: values,
    phase: values,
    status: values,
    institution: values,
    sponsorClass: values,
    condition: values,
    country: values
  } satisfies Readonly<Record<FacetName, typeof values>>).annotations({
    description: "Of each facet that was asked for the 100 most frequent values, the most frequent first."
  })
}).annotations({ identifier: "Facets" })
export type Facets = typeof Facets.Type
