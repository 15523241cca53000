import type { Visit } from "../Page.js"
import { InstantOf } from "../values/Dates.js"
import { RegistryLink } from "../values/RegistryTitle.js"
import { kindCause, kindLabel } from "../words/Kinds.js"
import type { RegistryState } from "../registries/Answers.js"
import type { Feed } from "./Answers.js"
import { ChangeItem, kindOf } from "./ChangeItem.js"
import { type Group, grouped } from "./Groups.js"
import { Nothing } from "./Nothing.js"
import type { Period } from "./Period.js"
import { words } from "./Words.js"

const Folded = ({ group: { changes, first }, registries, visit }: FoldedProps) => {
  const { language, query, to } = visit
  const said = words[language]
  return (
    <li>
      <p>
        <span class="kind">{kindLabel(language, kindOf(first))}</span> {said.alike(changes.length)}{" "}
        {kindCause(language, kindOf(first))}
        {first.mass && <> {said.massEdit}</>}
      </p>
      <p class="soft small">
        <RegistryLink visit={visit} registries={registries} name={first.registry} /> · {said.seen}{" "}
        <InstantOf instant={first.observedAt} language={language} /> ·{" "}
        <a href={to(`/runs/${encodeURIComponent(first.runId)}`)}>
          {said.run}
          <span class="visually-hidden"> {first.runId}</span>
        </a>{" "}
        · <a href={to("/changes", { ...query, each: true })}>{said.each}</a>
      </p>
    </li>
  )
}

interface FoldedProps extends Pick<FeedListProps, "visit" | "registries"> {
  readonly group: Group
}

const Turning = ({ feed, period, visit }: Omit<FeedListProps, "registries">) => {
  const { language, query, to } = visit
  const said = words[language]
  const isTurning = feed.nextCursor !== null || query["cursor"] !== undefined || query["each"] !== undefined
  // A period that ends today begins elsewhere tomorrow: further back it is told by its first instant.
  const back = { ...query, period: undefined, since: period.since, until: period.until }
  return (
    <>
      {feed.nextCursor !== null && feed.items.length < mostChanges && (
        <p class="notice">{feed.items.length === 0 ? said.noneHere : said.someHere}</p>
      )}
      {isTurning && (
        <ul class="inline">
          {query["cursor"] !== undefined && (
            <li>
              <a href={to("/changes", { ...query, cursor: undefined })}>{said.first}</a>
            </li>
          )}
          {feed.nextCursor !== null && (
            <li>
              <a href={to("/changes", { ...back, cursor: feed.nextCursor })} rel="next">
                {said.back}
              </a>
            </li>
          )}
          {query["each"] !== undefined && (
            <li>
              <a href={to("/changes", { ...query, each: undefined })}>{said.fold}</a>
            </li>
          )}
        </ul>
      )}
    </>
  )
}

/** How many changes a page shows. */
export const mostChanges = 50

interface FeedListProps {
  readonly visit: Visit
  readonly feed: Feed
  readonly period: Period
  readonly registries: ReadonlyArray<RegistryState>
}

/** The changes, newest first; those of one run that are alike as one line where there are very many. */
export const FeedList = ({ feed, period, registries, visit }: FeedListProps) => {
  const groups =
    visit.query["each"] === undefined
      ? grouped(feed.items)
      : feed.items.map((first) => ({ first, changes: [first], isFolded: false }))
  const isNothing = groups.length === 0 && feed.nextCursor === null && visit.query["cursor"] === undefined
  return (
    <section>
      <h2>{words[visit.language].newest}</h2>
      {isNothing && <Nothing registries={registries} visit={visit} />}
      {groups.length > 0 && (
        <ul class="hits">
          {groups.map((group) =>
            group.isFolded ? (
              <Folded group={group} registries={registries} visit={visit} />
            ) : (
              <ChangeItem change={group.first} registries={registries} visit={visit} />
            )
          )}
        </ul>
      )}
      <Turning feed={feed} period={period} visit={visit} />
    </section>
  )
}
