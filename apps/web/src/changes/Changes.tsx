import type { Page, Visit } from "../Page.js"
import { type Wrong, wrongOf } from "../refusal/Wrong.js"
import { CountsOf } from "./CountsOf.js"
import { FeedList, mostChanges } from "./FeedList.js"
import { FilterForm } from "./FilterForm.js"
import { filtersText } from "./FilterLabel.js"
import { askedOf, filtersOf, pageParameters } from "./Filters.js"
import { InUse } from "./InUse.js"
import { type Period, periodOf, settled, startOfDay } from "./Period.js"
import { PeriodShown, TimeNotices } from "./PeriodShown.js"
import { words } from "./Words.js"
import { WrongFilters } from "./WrongFilters.js"

const Follow = ({ json, visit }: { readonly json: string; readonly visit: Visit }) => {
  const said = words[visit.language]
  return (
    <p class="soft">
      {said.follow}: <a href={visit.at("/v1/changes.atom", filtersOf(visit))}>{said.atom}</a>,{" "}
      <a href={json}>{said.json}</a>. {said.ndjson}
    </p>
  )
}

const none: Wrong = new Map()

/** The changes of a period, counted, and the newest of them; or which parameters the API refuses. */
const read = async (visit: Visit, period: Period) => {
  const { client, query } = visit
  const asked = askedOf(visit, period)
  try {
    const counts = await client.orThrow.changes.summary({ query: asked })
    const feed = await client.orThrow.changes.list({
      query: { ...asked, order: "newest", limit: mostChanges, cursor: query["cursor"] }
    })
    return { counts, feed, wrong: none }
  } catch (error) {
    const wrong = wrongOf(error)
    if (wrong.size === 0) throw error
    return { wrong }
  }
}

/** The instant from which a period shows another page; none where it has ended. */
const untilOf = ({ flaw, since, until }: Period, now: number) => {
  if (flaw === "future") return { until: Date.parse(since) }
  // The chart ends today, unless the period ended before.
  return until !== undefined && Date.parse(until) < now ? {} : { until: startOfDay(now, 1) }
}

/** What changed in the registries, and why: newest first, counted, and narrowed by what is asked for. */
export const changes: Page = {
  path: "/changes",
  parameters: pageParameters,
  section: "changes",
  show: async (given) => {
    const { at, client, language, now } = given
    const said = words[language]
    const period = periodOf(given.query, now)
    const visit: Visit = { ...given, query: settled(given.query) }
    const filters = filtersOf(visit)
    const { items: registries } = await client.orThrow.registries.list()
    const { counts, feed, wrong } = period.flaw === null ? await read(visit, period) : { wrong: none }
    const json = at("/v1/changes", { ...filters, order: "newest", since: period.since, until: period.until })
    const shown = { period, registries, visit }
    return {
      title: [said.title, ...filtersText(language, filters, registries)].join(": "),
      description: said.description,
      status: wrong.size === 0 ? 200 : 400,
      // Periods alone are for everybody; what is chosen beside them is without end.
      isUnlisted: Object.keys(given.query).some((name) => name !== "period"),
      feed: { href: at("/v1/changes.atom", filters), title: said.feed },
      ...untilOf(period, now),
      body: (
        <>
          <h1>{said.title}</h1>
          <p class="lead">{said.lead}</p>
          <WrongFilters visit={visit} wrong={wrong} />
          <TimeNotices period={period} visit={given} />
          <PeriodShown period={period} visit={visit} />
          <InUse registries={registries} visit={visit} />
          <details open={Object.keys(filters).length > 0 || period.flaw !== null}>
            <summary>{said.narrow}</summary>
            <FilterForm {...shown} wrong={wrong} />
          </details>
          {counts && <CountsOf {...shown} counts={counts} />}
          {feed && <FeedList {...shown} feed={feed} />}
          {wrong.size === 0 && <Follow json={json} visit={visit} />}
        </>
      )
    }
  }
}
