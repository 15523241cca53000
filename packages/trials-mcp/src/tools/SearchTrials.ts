import { Schema } from "effect"
import { contract, type TrialPage } from "trials-contract"
import type { Open } from "trials-contract"
import { argumentsOf, filters, limit } from "../Arguments.js"
import { asJson, type Cut } from "../Cut.js"
import { fitting } from "../Page.js"
import { answered } from "../Reply.js"
import { tool } from "../Tool.js"

/** How many trials a search shows at most. */
export const mostHits = 20

/** The fields of a hit. */
export const hitFields = [
  "registry",
  "id",
  "title",
  "status",
  "studyType",
  "phases",
  "leadInstitution",
  "updatedAt"
] as const

type Hit = Open<TrialPage>["items"][number]

/** A trial in the fields of a hit. */
const hitOf = (trial: Hit) => Object.fromEntries(hitFields.map((field) => [field, trial[field]]))

const shown = ({ items, nextCursor, total }: Open<TrialPage>) =>
  asJson({ total, items: items.map(hitOf), nextCursor })

/** Finds trials. */
export const searchTrials = tool({
  name: "search_trials",
  title: "Search trials",
  description:
    `Finds trials by words and filters: up to ${mostHits} of them in eight fields, the total (relation eq: exact; gte: at ` +
    "least; approx: about), and nextCursor for the next ones (give it as cursor with the same arguments). Newest change " +
    "first unless sorted; there is no order by relevance. A coded filter takes a code or a registry's own words; a value that " +
    "is neither is refused, which is not the same as none found. The status unknown does not mean that a trial is open. " +
    "get_trial has the whole of one.",
  arguments: argumentsOf(
    Schema.extend(
      contract.trials.list.query.pipe(Schema.omit("facets", "fields", "limit")),
      Schema.Struct({ limit: limit(mostHits, 10) })
    )
  ),
  answer: async ({ limit, ...query }, { api, fetchOptions }) => {
    const page = await fitting(
      limit,
      (most) =>
        api.trials.list({ query: { ...query, limit: most, fields: hitFields.join(",") }, fetchOptions }),
      shown
    )
    return answered(
      page,
      ({ path }: Cut) => `get_trial with the registry and the id of ${path.slice(0, 2).join(".")}`
    )
  }
})

/** The names of the filters. */
export const filterNames = Object.keys(argumentsOf(filters).jsonSchema["properties"] ?? {})
