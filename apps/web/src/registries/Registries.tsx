import type { Page } from "../Page.js"
import { Card, untilOf } from "./Card.js"
import { fresh } from "./Freshness.js"
import { words } from "./Words.js"

/** All registries. */
export const registries: Page = {
  path: "/registries",
  parameters: [],
  section: "registries",
  show: async (visit) => {
    const { client, language, now } = visit
    const all = await fresh(client)
    const { description, lead, title } = words[language]
    return {
      title,
      description,
      until: untilOf(
        language,
        all.map(({ registry }) => registry),
        now
      ),
      body: (
        <>
          <h1>{title}</h1>
          <p class="lead">{lead}</p>
          <div class="cards">
            {all.map((each) => (
              <Card key={each.registry.name} fresh={each} heading="h2" visit={visit} />
            ))}
          </div>
        </>
      )
    }
  }
}
