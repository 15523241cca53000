import type { FacetName } from "trials-domain/Facets"
import type { Body, Calls } from "../asking/Body.js"
import type { Visit } from "../Page.js"
import { type Wrong, withoutWrong, wrongOf } from "../refusal/Wrong.js"
import { filtersOf } from "./Filters.js"

/** A page of hits, with what they are counted by. */
export type Listing = Body<Calls["trials"]["list"]>

/** A trial as lists show it. */
export type Hit = Listing["items"][number]

type Query = NonNullable<NonNullable<Parameters<Visit["client"]["trials"]["list"]>[0]>["query"]>

/** By what hits are counted, in the order in which it is shown. */
export const facetNames = [
  "registry",
  "status",
  "studyType",
  "phase",
  "condition",
  "country",
  "department",
  "institution"
] as const satisfies ReadonlyArray<FacetName>

const listing = (visit: Visit): Promise<Listing> => {
  const { client, query } = visit
  const asked = {
    ...filtersOf(visit),
    sort: query["sort"],
    cursor: query["cursor"],
    facets: facetNames.join(",")
  }
  // As it was typed: what a parameter cannot be, the API says, and the page after it.
  return client.orThrow.trials.list({ query: asked as Query })
}

/** What an address finds, and which of its parameters are wrong: what is found is then found without these. */
export const asked = async (
  visit: Visit,
  wrong: Wrong = new Map()
): Promise<{ readonly found: Listing; readonly wrong: Wrong }> => {
  try {
    return { found: await listing(visit), wrong }
  } catch (error) {
    const more = wrongOf(error)
    if (![...more.keys()].some((name) => visit.query[name] !== undefined)) throw error
    // A cursor is a place in the list of these very filters.
    const { cursor: _, ...query } = withoutWrong(visit.query, more)
    return asked({ ...visit, query }, new Map([...wrong, ...more]))
  }
}
