import { kindOf } from "../changes/ChangeItem.js"
import type { Page, Visit } from "../Page.js"
import { ChangedFields } from "../values/ChangedFields.js"
import { InstantOf } from "../values/Dates.js"
import { SaidTitle } from "../values/SaidText.js"
import { trialPath } from "../values/Shown.js"
import { kindCause, kindLabel } from "../words/Kinds.js"
import type { History } from "./Answers.js"
import { type Place, placeOf } from "./Place.js"
import { CompareForm } from "./CompareForm.js"
import { words } from "./Words.js"

const mostVersions = 100

/** A version that is compared: when it was seen, and what made it. */
const Side = ({ history, version, visit }: SideProps) => {
  const { language, to } = visit
  const said = words[language]
  const found = history.items.find((each) => each.version === version)
  // The first version is known also where the list does not reach back to it.
  const observedAt = found?.observedAt ?? (version === 1 ? history.items[0]?.trial.createdAt : undefined)
  const kind = found === undefined ? (version === 1 ? "created" : undefined) : kindOf(found)
  return (
    <>
      <dt>{said.version(version)}</dt>
      <dd>
        {kind !== undefined && (
          <>
            <span class="kind">{kindLabel(language, kind)}</span> {kindCause(language, kind)}{" "}
          </>
        )}
        {observedAt !== undefined && (
          <span class="soft">
            {said.observed}{" "}
            <a href={to(trialPath(placeOf(visit.params)), { asOf: observedAt })}>
              <InstantOf instant={observedAt} language={language} />
            </a>
          </span>
        )}
      </dd>
    </>
  )
}

interface SideProps {
  readonly visit: Visit
  readonly history: History
  readonly version: number
}

const Neighbours = ({ from, newest, place, to, visit }: NeighboursProps) => {
  const said = words[visit.language]
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  const link = (name: string, one: number, other: number) => (
    <li>
      <a href={visit.to(`${trialPath(place)}/compare`, { from: one, to: other })}>{name}</a>
    </li>
  )
  return (
    <ul class="inline">
      {from !== to && link(said.swap, to, from)}
      {low > 1 && link(said.before, low - 1, low)}
      {high < newest && link(said.after, high, high + 1)}
      <li>
        <a href={visit.to(trialPath(place))}>{said.back}</a>
      </li>
    </ul>
  )
}

interface NeighboursProps {
  readonly visit: Visit
  readonly place: Place
  readonly newest: number
  readonly from: number
  readonly to: number
}

/** Two versions of a trial, field by field: by default the first and the last one. */
export const compare: Page = {
  path: "/trials/:registry/:id/compare",
  parameters: ["from", "to"],
  section: "search",
  show: async (visit) => {
    const { at, client, language, query } = visit
    const said = words[language]
    const place = placeOf(visit.params)
    const history = await client.orThrow.trials.history({ params: place, query: { limit: mostVersions } })
    const [last] = history.items
    const newest = last?.version ?? 1
    // The API says what is wrong with a version that is none.
    const asked = { from: query["from"] ?? "1", to: query["to"] ?? String(newest) }
    const diff = await client.orThrow.trials.diff({ params: place, query: asked })
    const { changes, from, to } = diff
    const json = at(`/v1${trialPath(place)}/diff`, { from, to })
    const none = newest === 1 ? said.onlyOne : from === to ? said.sameVersion : said.noDifference
    return {
      title: `${said.comparison(from, to)}: ${place.id}`,
      description: said.compareDescription(place.id),
      isUnlisted: true,
      body: (
        <>
          <h1>{said.comparison(from, to)}</h1>
          {last !== undefined && (
            <p>
              <a href={visit.to(trialPath(place))}>
                <SaidTitle registry={place.registry} text={last.trial.title} />
              </a>
            </p>
          )}
          <dl class="facts">
            {[...new Set([from, to])].map((version) => (
              <Side visit={visit} history={history} version={version} />
            ))}
          </dl>
          <Neighbours visit={visit} place={place} newest={newest} from={from} to={to} />
          <p>{changes.length === 0 ? none : said.differ(changes.length)}</p>
          <ChangedFields of={{ visit, registry: place.registry, json, most: 20_000 }} changes={changes} />
          {newest > 1 && <CompareForm visit={visit} trial={place} newest={newest} from={from} to={to} />}
          <p class="soft">
            <a href={json}>{said.diffJson}</a>
          </p>
        </>
      )
    }
  }
}
