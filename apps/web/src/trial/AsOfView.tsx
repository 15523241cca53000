import { TrialsClientError } from "trials-contract/client"
import type { View, Visit } from "../Page.js"
import { InstantOf, instantText } from "../values/Dates.js"
import { dayEnd, givenInstant } from "../values/GivenInstant.js"
import { registryTitle } from "../values/RegistryTitle.js"
import { SaidTitle } from "../values/SaidText.js"
import { trialPath } from "../values/Shown.js"
import type { Trial } from "./Answers.js"
import { AsOfForm } from "./AsOfForm.js"
import { Cite } from "./Cite.js"
import { AllFields } from "./Fields.js"
import { Heading } from "./Heading.js"
import type { Place } from "./Place.js"
import { words } from "./Words.js"

// Enough for the versions of nearly every trial: without its version the citation has the instant that was asked for.
const mostVersions = 100

/** The trial at an instant; null where it had not been seen. Whether there is such a trial at all is not known then. */
const trialAt = async ({ client }: Visit, params: Place, asOf: string): Promise<Trial | null> => {
  try {
    return await client.orThrow.trials.get({ params, query: { asOf } })
  } catch (error) {
    if (error instanceof TrialsClientError && error.status === 404) return null
    throw error
  }
}

const WrongDay = ({ place, visit }: { readonly place: Place; readonly visit: Visit }) => (
  <>
    <h1>{words[visit.language].asOf}</h1>
    <p class="warning">{words[visit.language].asOfWrong}</p>
    <AsOfForm visit={visit} trial={place} />
  </>
)

const NotYet = ({ trial, visit }: { readonly trial: Trial; readonly visit: Visit }) => {
  const said = words[visit.language]
  return (
    <>
      <h1>{said.notYet}</h1>
      <p>
        <SaidTitle registry={trial.registry} text={trial.title} />
      </p>
      <p class="notice">
        {said.notYetText} <InstantOf instant={trial.createdAt} language={visit.language} />. {said.seenText}
      </p>
      <p>
        <a href={visit.to(trialPath(trial))}>{said.asOfNow}</a>
      </p>
      <AsOfForm visit={visit} trial={trial} day={trial.createdAt.slice(0, 10)} />
    </>
  )
}

/** A trial as it had been seen at an instant, or at the end of a day (UTC). */
export const asOfView = async (visit: Visit, params: Place, given: string): Promise<View> => {
  const { client, language, at } = visit
  const said = words[language]
  const base = { isUnlisted: true, description: said.description(params.registry, params.id) }
  const asOf = givenInstant(given, dayEnd)
  if (asOf === undefined) {
    return { ...base, status: 400, title: said.asOf, body: <WrongDay place={params} visit={visit} /> }
  }
  const trial = await trialAt(visit, params, asOf)
  if (trial === null) {
    const now = await client.orThrow.trials.get({ params })
    return { ...base, title: said.notYet, body: <NotYet trial={now} visit={visit} /> }
  }
  const history = await client.orThrow.trials.history({ params, query: { limit: mostVersions } })
  const { items } = await client.orThrow.registries.list()
  const version = history.items.find((each) => each.version === trial.version)
  const json = at(`/v1${trialPath(trial)}`, { asOf })
  return {
    ...base,
    title: said.asOfTitle(trial.title.slice(0, 200).toWellFormed(), instantText(language, asOf)),
    body: (
      <>
        <Heading visit={visit} trial={trial} registries={items} mergedInto={version?.mergedInto ?? null} />
        <p class="notice">
          {said.asOfNotice} <InstantOf instant={asOf} language={language} />. {said.version(trial.version)}.{" "}
          <a href={visit.to(trialPath(trial))}>{said.asOfNow}</a>
        </p>
        <AsOfForm visit={visit} trial={trial} day={asOf.slice(0, 10)} />
        <AllFields of={{ visit, registry: trial.registry, json, most: 20_000 }} trial={trial} />
        <Cite
          visit={visit}
          trial={trial}
          registryTitle={registryTitle(items, trial.registry)}
          observedAt={version?.observedAt ?? asOf}
        />
      </>
    )
  }
}
