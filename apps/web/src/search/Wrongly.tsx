import type { Visit } from "../Page.js"
import { labelOf } from "../refusal/ParameterLabel.js"
import { type Wrong, withoutWrong } from "../refusal/Wrong.js"
import { WrongList } from "../refusal/WrongList.js"
import { words } from "./Words.js"

/** What to do where a search cannot be made as asked: which of its parameters are wrong, and the search without them. */
export const Wrongly = ({ visit, wrong }: { readonly visit: Visit; readonly wrong: Wrong }) => {
  const { language, query, to } = visit
  const said = words[language]
  const labels = [...wrong.keys()].map((name) => labelOf(language, name))
  return (
    <section class="warning">
      <h2>{said.wrong}</h2>
      <p>{said.wrongText}</p>
      <WrongList visit={visit} wrong={wrong} />
      <p>
        <a href={to("/search", withoutWrong(query, wrong))}>{said.without(labels.join(", "))}</a>
      </p>
    </section>
  )
}
