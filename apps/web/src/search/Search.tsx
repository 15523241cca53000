import type { Page, Visit } from "../Page.js"
import { Chips } from "./Chips.js"
import { Facets } from "./Facets.js"
import { changed, changesOf, filterNames } from "./Filters.js"
import { Form } from "./Form.js"
import { Hits } from "./Hits.js"
import { asked, type Listing } from "./Listing.js"
import { Nothing } from "./Nothing.js"
import { Taken } from "./Taken.js"
import { titleOf } from "./Title.js"
import { words } from "./Words.js"
import { Wrongly } from "./Wrongly.js"

/** How many hits there are, and which trials are not among them. */
const Count = ({ found: { total }, visit }: { readonly found: Listing; readonly visit: Visit }) => {
  const { hideMissing, leftOut, none, showMissing, total: totals, withMissing } = words[visit.language]
  const isMissing = visit.query["missing"] === "true"
  // One that a newer server has says, like `approx`, that the number is not exact.
  const relation = total.relation === "eq" ? "eq" : total.relation === "gte" ? "gte" : "approx"
  return (
    <>
      <h2>{total.value === 0 ? none : totals[relation](total.value)}</h2>
      <p class="soft">
        {isMissing ? withMissing : leftOut}{" "}
        <a href={visit.to("/search", changed(visit, { missing: isMissing ? undefined : true }))}>
          {isMissing ? hideMissing : showMissing}
        </a>
      </p>
    </>
  )
}

/** The ways to the other pages of the list. */
const Further = ({ found: { nextCursor }, visit }: { readonly found: Listing; readonly visit: Visit }) => {
  const { first, next } = words[visit.language]
  const isLater = visit.query["cursor"] !== undefined
  if (nextCursor === null && !isLater) return null
  return (
    <p class="row">
      {nextCursor !== null && (
        <a rel="next" href={visit.to("/search", changed(visit, { cursor: nextCursor }))}>
          {next}
        </a>
      )}
      {isLater && <a href={visit.to("/search", changed(visit, {}))}>{first}</a>}
    </p>
  )
}

/** The search: every view of it is an address. */
export const search: Page = {
  path: "/search",
  parameters: [...filterNames, "sort", "cursor"],
  section: "search",
  show: async (visit) => {
    const { at, client, language } = visit
    const [{ found, wrong }, { items }] = await Promise.all([asked(visit), client.orThrow.registries.list()])
    const registries = new Map(items.map(({ name, title }) => [name, title]))
    const { changes, description, title } = words[language]
    const shown = { registries, visit, wrong, listing: found }
    if (wrong.size > 0)
      return {
        title,
        description,
        status: 400,
        isUnlisted: true,
        body: (
          <>
            <h1>{title}</h1>
            <Form {...shown} />
            <Wrongly visit={visit} wrong={wrong} />
          </>
        )
      }
    return {
      title: titleOf(visit, registries),
      description,
      isUnlisted: true,
      feed: { href: at("/v1/changes.atom", changesOf(visit)), title: changes },
      body: (
        <>
          <h1>{title}</h1>
          <Form {...shown} />
          <Chips {...shown} />
          <div class="found">
            <div>
              <Count found={found} visit={visit} />
              {found.items.length === 0 ? <Nothing visit={visit} /> : <Hits {...shown} />}
              <Further found={found} visit={visit} />
              <Taken visit={visit} />
            </div>
            <Facets {...shown} />
          </div>
        </>
      )
    }
  }
}
