import { Card, untilOf } from "../registries/Card.js"
import { fresh } from "../registries/Freshness.js"
import { SearchBox } from "../search/SearchBox.js"
import { startOfDay } from "../changes/Period.js"
import { words as everywhere } from "../layout/Words.js"
import type { Page } from "../Page.js"
import { Lately } from "./Lately.js"
import { words } from "./Words.js"

/** The first page. */
export const home: Page = {
  path: "",
  parameters: [],
  section: "home",
  show: async (visit) => {
    const { at, client, language, now } = visit
    const since = new Date(startOfDay(now, -6)).toISOString()
    const [registries, summary] = await Promise.all([
      fresh(client),
      client.orThrow.changes.summary({ query: { since } })
    ])
    const { description, feed, heading, lead, registries: freshness, search, searchLabel } = words[language]
    return {
      title: everywhere[language].site,
      description,
      feed: { href: at("/v1/changes.atom"), title: feed },
      until: untilOf(
        language,
        registries.map(({ registry }) => registry),
        now
      ),
      body: (
        <>
          <h1>{heading}</h1>
          <p class="lead">{lead}</p>
          <SearchBox visit={visit} label={searchLabel} button={search} />
          <Lately visit={visit} since={since} summary={summary} />
          <section>
            <h2>{freshness}</h2>
            <div class="cards">
              {registries.map((each) => (
                <Card key={each.registry.name} fresh={each} heading="h3" visit={visit} />
              ))}
            </div>
          </section>
        </>
      )
    }
  }
}
