import type { Body, Calls } from "../asking/Body.js"
import type { Visit } from "../Page.js"
import { whole } from "../text/Numbers.js"
import { DateOf } from "../values/Dates.js"
import { kindLabel } from "../words/Kinds.js"
import { words } from "./Words.js"

/** What changed since a day, counted by what it is. */
export const Lately = ({
  since,
  summary: { complete, counted, kinds, silent },
  visit: { language, to }
}: {
  readonly since: string
  readonly summary: Body<Calls["changes"]["summary"]>
  readonly visit: Visit
}) => {
  const said = words[language]
  return (
    <section>
      <h2>{said.changed}</h2>
      <p class="soft">
        {said.since} <DateOf date={since.slice(0, 10)} language={language} />
      </p>
      {counted === 0 && <p>{said.quiet}</p>}
      {!complete && <p>{said.atLeast(counted)}</p>}
      {counted > 0 && (
        <ul class="tally">
          {kinds.map(({ count, value }) => (
            <li key={value}>
              <a href={to("/changes", { kind: value, since })}>
                <b>{whole(language, count)}</b> {kindLabel(language, value)}
              </a>
            </li>
          ))}
        </ul>
      )}
      {silent > 0 && (
        <p>
          {said.silent(silent)} <a href={to("/changes", { silent: true, since })}>{said.seeSilent}</a>
        </p>
      )}
      <p>
        <a href={to("/changes")}>{said.all}</a>
      </p>
    </section>
  )
}
