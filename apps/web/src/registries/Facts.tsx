import type { Visit } from "../Page.js"
import { SaidTitle } from "../values/SaidText.js"
import { InstantOf } from "../values/Dates.js"
import { AsOf } from "./Card.js"
import { Edition } from "./Edition.js"
import type { RegistryState } from "./Answers.js"
import { words } from "./Words.js"

interface Shown {
  readonly registry: RegistryState
  readonly visit: Visit
}

/** What is known of a registry. */
export const Facts = ({ registry, visit }: Shown) => {
  const { language, now, to } = visit
  const said = words[language]
  const { attribution, homepage, lastChangeAt, lastProvenAt, licence, name, publishes, trials } = registry
  const publishing: Readonly<Record<string, string>> = said.publishing
  return (
    <>
      <dl class="facts">
        <dt>{said.dataAsOf}</dt>
        <dd>
          <AsOf instant={lastProvenAt} language={language} now={now} />
        </dd>
        <dt>{said.edition}</dt>
        <dd>
          <Edition registry={registry} visit={visit} />
        </dd>
        <dt>{said.trials}</dt>
        <dd>
          {said.listed(trials.listed)}
          {trials.missing > 0 && `, ${said.missing(trials.missing)}`}
        </dd>
        <dt>{said.lastChange}</dt>
        <dd>
          {lastChangeAt === null ? said.none : <InstantOf instant={lastChangeAt} language={language} />}
        </dd>
        <dt>{said.publishes}</dt>
        <dd>{publishing[publishes] ?? publishes}</dd>
        <dt>{said.attribution}</dt>
        <dd>
          <SaidTitle registry={name} text={attribution} />
        </dd>
        <dt>{said.licence}</dt>
        <dd>{licence ?? said.noLicence}</dd>
        {homepage !== null && /^https?:\/\//.test(homepage) && (
          <>
            <dt>{said.homepage}</dt>
            <dd>
              <a href={homepage}>{homepage}</a>
            </dd>
          </>
        )}
      </dl>
      <ul class="inline">
        <li>
          <a href={to("/search", { registry: name })}>{said.search}</a>
        </li>
        <li>
          <a href={to("/changes", { registry: name })}>{said.changes}</a>
        </li>
      </ul>
    </>
  )
}
