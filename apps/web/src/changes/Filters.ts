import { TrialFilter } from "trials-domain/TrialFilter"
import type { Visit } from "../Page.js"
import type { FeedQuery } from "./Answers.js"
import type { Period } from "./Period.js"

/** The parameters that say which changes are shown, besides of when they are: those of the API. */
export const filterNames: ReadonlyArray<string> = [
  "kind",
  "field",
  "silent",
  "mass",
  ...Object.keys(TrialFilter.fields)
]

/** All parameters of the page. `each`: also those that are usually one line are shown each. */
export const pageParameters: ReadonlyArray<string> = [
  "period",
  "since",
  "until",
  ...filterNames,
  "each",
  "cursor"
]

/** The filters that are in use. */
export const filtersOf = ({ query }: Pick<Visit, "query">): Readonly<Record<string, string>> =>
  Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = query[name]
      return value === undefined ? [] : [[name, value]]
    })
  )

/** What the API is asked for. */
export const askedOf = (visit: Pick<Visit, "query">, { since, until }: Period) =>
  ({
    ...filtersOf(visit),
    since,
    ...(until === undefined ? {} : { until })
    // The API checks what a visitor gave, and says which parameter is wrong.
  }) as Omit<FeedQuery, "limit" | "cursor" | "order" | "after">
