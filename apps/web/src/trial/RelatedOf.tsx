import { type Registries, RegistryName } from "../values/RegistryTitle.js"
import { SaidTitle } from "../values/SaidText.js"
import { type Shown, trialPath } from "../values/Shown.js"
import { Value } from "../values/Value.js"
import { codeLabel } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import type { Related } from "./Answers.js"
import { StatusOf } from "./StatusOf.js"
import { words } from "./Words.js"

type Item = Related["items"][number]

const assertion = (said: { readonly [By in "this" | "other" | "both"]: string }, by: string): string =>
  by === "this" || by === "other" || by === "both" ? said[by] : by

const Disagreements = ({ item, of, registries }: DisagreementsProps) => {
  const { language } = of.visit
  const said = words[language]
  if (item.disagreements.length === 0) return <p class="soft">{said.agree}</p>
  return (
    <div class="box" role="region" aria-label={said.disagree} tabIndex={0}>
      <table>
        <caption>{said.disagree}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">
              {said.here} (<RegistryName registries={registries} name={of.registry} />)
            </th>
            <th scope="col">
              {said.there} (<RegistryName registries={registries} name={item.trial.registry} />)
            </th>
          </tr>
        </thead>
        <tbody>
          {item.disagreements.map(({ field, other, this: here }) => (
            <tr>
              <th scope="row">{fieldLabel(language, field)}</th>
              <td>
                <Value of={of} field={field} value={here} />
              </td>
              <td>
                <Value of={{ ...of, registry: item.trial.registry }} field={field} value={other} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface DisagreementsProps {
  readonly of: Shown
  readonly registries: Registries
  readonly item: Item
}

/** The same trial elsewhere: by which identifier, who says so, and where the registries disagree. */
export const RelatedOf = ({ of, registries, related }: RelatedProps) => {
  const { language, to } = of.visit
  const said = words[language]
  return (
    <section id="related">
      <h2>{said.related}</h2>
      <p>{related.items.length === 0 ? said.noRelated : said.relatedText}</p>
      {related.items.map((item) => (
        <article class="card">
          <h3>
            <a href={to(trialPath(item.trial))}>
              <RegistryName registries={registries} name={item.trial.registry} /> <bdi>{item.trial.id}</bdi>
            </a>
          </h3>
          <p>
            <SaidTitle registry={item.trial.registry} text={item.trial.title} /> ·{" "}
            <StatusOf language={language} trial={item.trial} />
          </p>
          <ul>
            {item.links.map(({ assertedBy, identifier, kind }) => (
              <li>
                {codeLabel(language, "identifierKind", kind)} <bdi>{identifier}</bdi> (
                {assertion(said.asserted, assertedBy)})
              </li>
            ))}
          </ul>
          <Disagreements item={item} of={of} registries={registries} />
        </article>
      ))}
    </section>
  )
}

interface RelatedProps {
  readonly of: Shown
  readonly registries: Registries
  readonly related: Related
}
