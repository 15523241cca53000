import { kindOf } from "../changes/ChangeItem.js"
import type { Page, View, Visit } from "../Page.js"
import { ChangedFields } from "../values/ChangedFields.js"
import { InstantOf } from "../values/Dates.js"
import { SaidTitle } from "../values/SaidText.js"
import { trialPath } from "../values/Shown.js"
import { kindCause, kindLabel } from "../words/Kinds.js"
import type { Version } from "./Answers.js"
import { type Place, placeOf } from "./Place.js"
import { CompareForm } from "./CompareForm.js"
import { versionsOf } from "./Versions.js"
import { words } from "./Words.js"

/** A version that is compared: when it was seen, and what made it. */
const Side = ({ found, newest, version, visit }: SideProps) => {
  const { language, to } = visit
  const said = words[language]
  // The first version is known also where nobody read it.
  const observedAt = found?.observedAt ?? (version === 1 ? newest.trial.createdAt : undefined)
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
            <a href={to(trialPath(newest), { asOf: observedAt })}>
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
  readonly newest: Version
  readonly version: number
  /** Undefined where it is too far back. */
  readonly found: Version | undefined
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

/** A page that asks for versions which a trial does not have: how many it has, and the form. */
const noVersion = (visit: Visit, newest: Version): View => {
  const said = words[visit.language]
  const { version } = newest
  return {
    title: `${said.noVersion}: ${newest.id}`,
    description: said.compareDescription(newest.id),
    status: 404,
    body: (
      <>
        <h1>{said.noVersion}</h1>
        <p class="notice">{said.has(version)}</p>
        {version > 1 && <CompareForm visit={visit} trial={newest} newest={version} from={1} to={version} />}
        <p>
          <a href={visit.to(trialPath(newest))}>{said.back}</a>
        </p>
      </>
    )
  }
}

/** Why two versions have no field in which they differ. */
const noneOf = (visit: Visit, one: Version | undefined, other: Version | undefined) => {
  const said = words[visit.language]
  // The first version is of a trial that was listed.
  const isMissing = (version: Version | undefined) => (version?.trial.missingSince ?? null) !== null
  return isMissing(one) === isMissing(other) ? said.noDifference : said.listing
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
    const history = await client.orThrow.trials.history({ params: place, query: { limit: 1 } })
    const [last] = history.items
    const newest = last?.version ?? 1
    // The API says what is wrong with a version that is no number.
    const asked = { from: query["from"] ?? "1", to: query["to"] ?? String(newest) }
    if (last !== undefined && Math.max(Number(asked.from), Number(asked.to)) > newest)
      return noVersion(visit, last)
    const diff = await client.orThrow.trials.diff({ params: place, query: asked })
    const { changes, from, to } = diff
    const found = await versionsOf(
      visit,
      place,
      history,
      [from, to].filter((version) => version > 1)
    )
    const json = at(`/v1${trialPath(place)}/diff`, { from, to })
    const none =
      newest === 1
        ? said.onlyOne
        : from === to
          ? said.sameVersion
          : noneOf(visit, found.get(from), found.get(to))
    return {
      title: `${said.comparison(from, to)}: ${place.id}`,
      description: said.compareDescription(place.id),
      isUnlisted: true,
      body: (
        <>
          <h1>{said.comparison(from, to)}</h1>
          {last !== undefined && (
            <>
              <p>
                <a href={visit.to(trialPath(place))}>
                  <SaidTitle registry={place.registry} text={last.trial.title} />
                </a>
              </p>
              <dl class="facts">
                {[...new Set([from, to])].map((version) => (
                  <Side visit={visit} newest={last} version={version} found={found.get(version)} />
                ))}
              </dl>
            </>
          )}
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
