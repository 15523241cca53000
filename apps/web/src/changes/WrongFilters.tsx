import type { Visit } from "../Page.js"
import { ruleOf } from "../refusal/Rules.js"
import type { Wrong } from "../refusal/Wrong.js"
import { filterLabel } from "./FilterLabel.js"
import { words } from "./Words.js"

/** What to do about a parameter that the API refused; nothing where it did not. */
export const Rule = ({ name, visit, wrong }: RuleProps) => {
  const detail = wrong.get(name)
  if (detail === undefined) return null
  const rule = ruleOf(visit.language, name)
  return rule === undefined ? <span lang="en">{detail}</span> : <>{rule}</>
}

interface RuleProps {
  readonly visit: Visit
  readonly name: string
  readonly wrong: Wrong
}

/** The parameters that the API refused, each with what to do about it and a link that leaves it alone out. */
export const WrongFilters = ({ visit, wrong }: Omit<RuleProps, "name">) => {
  const { language, query, to } = visit
  const said = words[language]
  if (wrong.size === 0) return null
  return (
    <div class="warning">
      <p>{said.refused}</p>
      <ul>
        {[...wrong.keys()].map((name) => (
          <li>
            <b>{name === "cursor" ? <code>{name}</code> : filterLabel(language, name)}</b>:{" "}
            <Rule visit={visit} name={name} wrong={wrong} />{" "}
            <a href={to("/changes", { ...query, [name]: undefined, cursor: undefined })}>
              {said.leaveOutOne}
              <span class="visually-hidden"> ({filterLabel(language, name)})</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
