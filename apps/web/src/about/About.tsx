import { Fragment } from "preact"
import type { Page, Visit } from "../Page.js"
import type { RegistryState } from "../registries/Answers.js"
import { SaidTitle } from "../values/SaidText.js"
import { Programs } from "./Programs.js"
import { words } from "./Words.js"

const Sources = ({
  registries,
  visit: { language, to }
}: {
  readonly registries: ReadonlyArray<RegistryState>
  readonly visit: Visit
}) => {
  const { licence: label, noLicence, sources } = words[language]
  return (
    <section>
      <h2 id="sources">{sources}</h2>
      <ul>
        {registries.map(({ attribution, licence, name }) => (
          <li key={name}>
            <a href={to(`/registries/${encodeURIComponent(name)}`)}>
              <SaidTitle registry={name} text={attribution} />
            </a>{" "}
            ({licence === null ? noLicence : `${label} ${licence}`})
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What the site is, and how to use what it has. */
export const about: Page = {
  path: "/about",
  parameters: [],
  section: "about",
  show: async (visit) => {
    const { items } = await visit.client.orThrow.registries.list()
    const { description, how, lead, not, notText, steps, title } = words[visit.language]
    return {
      title,
      description,
      body: (
        <>
          <h1>{title}</h1>
          <p class="lead">{lead}</p>
          <section>
            <h2 id="how">{how}</h2>
            {steps.map(([name, text]) => (
              <Fragment key={name}>
                <h3>{name}</h3>
                <p>{text}</p>
              </Fragment>
            ))}
          </section>
          <section>
            <h2 id="not">{not}</h2>
            <ul>
              {notText.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </section>
          <Sources registries={items} visit={visit} />
          <Programs visit={visit} />
        </>
      )
    }
  }
}
