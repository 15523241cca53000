import type { Page, Visit } from "../Page.js"
import { InstantOf } from "../values/Dates.js"
import { CountsOf } from "./CountsOf.js"
import { FeedList, mostChanges } from "./FeedList.js"
import { FilterForm } from "./FilterForm.js"
import { askedOf, filtersOf, pageParameters } from "./Filters.js"
import { InUse } from "./InUse.js"
import { type Period, periodNames, periodOf, startOfDay } from "./Period.js"
import { words } from "./Words.js"

const Span = ({ period, visit }: { readonly period: Period; readonly visit: Visit }) => {
  const { language, query, to } = visit
  const said = words[language]
  return (
    <>
      <ul class="inline">
        {periodNames.map((name) => (
          <li>
            <a
              href={to("/changes", {
                ...query,
                period: name,
                since: undefined,
                until: undefined,
                cursor: undefined
              })}
              aria-current={period.name === name ? "true" : undefined}
            >
              {said.periods[name]}
            </a>
          </li>
        ))}
      </ul>
      <p>
        {said.from} <InstantOf instant={period.since} language={language} />
        {period.until !== undefined && (
          <>
            , {said.to} <InstantOf instant={period.until} language={language} />
          </>
        )}
        . {said.utc}
      </p>
    </>
  )
}

const Wrong = ({ period, visit }: { readonly period: Period; readonly visit: Visit }) => (
  <>
    {period.wrong.map((name) => {
      const [before, said, after] = words[visit.language].wrong(name)
      return (
        <p class="warning">
          {before}
          <code>{said}</code>
          {after}
        </p>
      )
    })}
  </>
)

const Follow = ({ json, visit }: { readonly json: string; readonly visit: Visit }) => {
  const said = words[visit.language]
  return (
    <p class="soft">
      {said.follow}: <a href={visit.at("/v1/changes.atom", filtersOf(visit))}>{said.atom}</a>,{" "}
      <a href={json}>{said.json}</a>. {said.ndjson}
    </p>
  )
}

/** What changed in the registries, and why: newest first, counted, and narrowed by what is asked for. */
export const changes: Page = {
  path: "/changes",
  parameters: pageParameters,
  section: "changes",
  show: async (visit) => {
    const { at, client, language, now, query } = visit
    const said = words[language]
    const period = periodOf(query, now)
    const asked = askedOf(visit, period)
    const { items: registries } = await client.orThrow.registries.list()
    const counts = await client.orThrow.changes.summary({ query: asked })
    const feed = await client.orThrow.changes.list({
      query: { ...asked, order: "newest", limit: mostChanges, cursor: query["cursor"] }
    })
    const json = at("/v1/changes", {
      ...filtersOf(visit),
      order: "newest",
      since: period.since,
      until: period.until
    })
    return {
      title: said.title,
      description: said.description,
      isUnlisted: query["cursor"] !== undefined,
      feed: { href: at("/v1/changes.atom", filtersOf(visit)), title: said.feed },
      // The chart ends today, unless the period ended before.
      ...(period.until !== undefined && Date.parse(period.until) < now ? {} : { until: startOfDay(now, 1) }),
      body: (
        <>
          <h1>{said.title}</h1>
          <p class="lead">{said.lead}</p>
          <Wrong period={period} visit={visit} />
          <Span period={period} visit={visit} />
          <InUse visit={visit} />
          <details open={Object.keys(filtersOf(visit)).length > 0}>
            <summary>{said.narrow}</summary>
            <FilterForm period={period} registries={registries} visit={visit} />
          </details>
          <CountsOf counts={counts} period={period} registries={registries} visit={visit} />
          <FeedList feed={feed} period={period} registries={registries} visit={visit} />
          <Follow json={json} visit={visit} />
        </>
      )
    }
  }
}
