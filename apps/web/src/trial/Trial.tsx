import type { Page, View, Visit } from "../Page.js"
import { type Registries, registryTitle } from "../values/RegistryTitle.js"
import { trialPath } from "../values/Shown.js"
import type { Trial } from "./Answers.js"
import { AsOfForm } from "./AsOfForm.js"
import { asOfView } from "./AsOfView.js"
import { Cite } from "./Cite.js"
import { Data, feedOf } from "./Data.js"
import { AllFields } from "./Fields.js"
import { Heading } from "./Heading.js"
import { type Place, placeOf } from "./Place.js"
import { RelatedOf } from "./RelatedOf.js"
import { Timeline } from "./Timeline.js"
import { words } from "./Words.js"

const baseOf = (visit: Visit, trial: Trial, registries: Registries) => ({
  title: `${trial.title.slice(0, 200).toWellFormed()} (${trial.id})`,
  description: words[visit.language].description(registryTitle(registries, trial.registry), trial.id),
  feed: { href: feedOf(visit, trial), title: words[visit.language].feed(trial.id) }
})

/** Older versions of a trial, without all that is on its first page. */
const olderView = async (visit: Visit, params: Place, cursor: string): Promise<View> => {
  const { client } = visit
  const trial = await client.orThrow.trials.get({ params })
  const history = await client.orThrow.trials.history({ params, query: { cursor } })
  // Only the last version says into what a trial was merged.
  const newest =
    trial.missingSince === null ? null : await client.orThrow.trials.history({ params, query: { limit: 1 } })
  const { items } = await client.orThrow.registries.list()
  return {
    ...baseOf(visit, trial, items),
    isUnlisted: true,
    body: (
      <>
        <Heading
          visit={visit}
          trial={trial}
          registries={items}
          mergedInto={newest?.items[0]?.mergedInto ?? null}
        />
        <Timeline visit={visit} trial={trial} history={history} />
      </>
    )
  }
}

const OnThisPage = ({ visit }: { readonly visit: Visit }) => {
  const said = words[visit.language]
  const parts = [
    ["versions", said.timeline],
    ["as-of", said.asOf],
    ["related", said.related],
    ["cite", said.cite],
    ["data", said.data]
  ] as const
  return (
    <nav aria-label={said.onThisPage}>
      <ul class="inline">
        {parts.map(([id, name]) => (
          <li>
            <a href={`#${id}`}>{name}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const presentView = async (visit: Visit, params: Place): Promise<View> => {
  const { at, client, language } = visit
  const said = words[language]
  const trial = await client.orThrow.trials.get({ params })
  const history = await client.orThrow.trials.history({ params })
  const related = await client.orThrow.trials.related({ params })
  const { items } = await client.orThrow.registries.list()
  const [newest] = history.items
  const of = { visit, registry: trial.registry, json: at(`/v1${trialPath(trial)}`), most: 20_000 }
  return {
    ...baseOf(visit, trial, items),
    body: (
      <>
        <Heading visit={visit} trial={trial} registries={items} mergedInto={newest?.mergedInto ?? null} />
        <OnThisPage visit={visit} />
        <p class="soft small">{said.language}</p>
        <AllFields of={of} trial={trial} />
        <Timeline visit={visit} trial={trial} history={history} />
        <section id="as-of">
          <h2>{said.asOf}</h2>
          <AsOfForm visit={visit} trial={trial} />
        </section>
        <RelatedOf of={of} registries={items} related={related} />
        <Cite
          visit={visit}
          trial={trial}
          registryTitle={registryTitle(items, trial.registry)}
          observedAt={newest?.observedAt ?? trial.updatedAt}
        />
        <Data trial={trial} visit={visit} />
      </>
    )
  }
}

/** One trial: all that its registry says, every version that we saw of it, and the same trial elsewhere. */
export const trial: Page = {
  path: "/trials/:registry/:id",
  parameters: ["asOf", "cursor"],
  section: "search",
  show: (visit) => {
    const place = placeOf(visit.params)
    const { asOf, cursor } = visit.query
    if (asOf !== undefined) return asOfView(visit, place, asOf)
    return cursor === undefined ? presentView(visit, place) : olderView(visit, place, cursor)
  }
}
