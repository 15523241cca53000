import { TrialsClientError } from "trials-contract/client"
import type { View, Visit } from "../Page.js"
import { InstantOf, instantText } from "../values/Dates.js"
import { dayEnd, dayStart, givenInstant } from "../values/GivenInstant.js"
import { registryTitle } from "../values/RegistryTitle.js"
import { SaidTitle } from "../values/SaidText.js"
import { trialPath } from "../values/Shown.js"
import type { Trial } from "./Answers.js"
import { AsOfForm } from "./AsOfForm.js"
import { Cite } from "./Cite.js"
import { AllFields } from "./Fields.js"
import { Heading } from "./Heading.js"
import type { Place } from "./Place.js"
import { versionAt } from "./Versions.js"
import { words } from "./Words.js"

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

const NotYet = ({ isDay, trial, visit }: NotYetProps) => {
  const said = words[visit.language]
  return (
    <>
      <h1>{said.notYet}</h1>
      <p>
        <SaidTitle registry={trial.registry} text={trial.title} />
      </p>
      <p class="notice">
        {isDay ? said.notYetDay : said.notYetTime}{" "}
        <InstantOf instant={trial.createdAt} language={visit.language} />. {said.seenText}
      </p>
      <p>
        <a href={visit.to(trialPath(trial))}>{said.asOfNow}</a>
      </p>
      <AsOfForm visit={visit} trial={trial} day={trial.createdAt.slice(0, 10)} />
    </>
  )
}

interface NotYetProps {
  readonly visit: Visit
  readonly trial: Trial
  /** Whether a day was asked for, and not an instant. */
  readonly isDay: boolean
}

/** Of when a trial is shown; no instant where that is still to come. */
const Notice = ({ asOf, trial, visit }: NoticeProps) => {
  const said = words[visit.language]
  return (
    <p class="notice">
      {asOf === null ? (
        said.asOfFuture
      ) : (
        <>
          {said.asOfNotice} <InstantOf instant={asOf} language={visit.language} />.
        </>
      )}{" "}
      {said.version(trial.version)}. <a href={visit.to(trialPath(trial))}>{said.asOfNow}</a>
    </p>
  )
}

interface NoticeProps {
  readonly visit: Visit
  readonly trial: Trial
  readonly asOf: string | null
}

/** A trial as it had been seen at an instant, or at the end of a day (UTC). */
export const asOfView = async (visit: Visit, params: Place, given: string): Promise<View> => {
  const { at, client, language, now } = visit
  const said = words[language]
  const { items } = await client.orThrow.registries.list()
  const title = registryTitle(items, params.registry)
  const base = { isUnlisted: true, description: said.description(title, params.id) }
  const [begins, asOf] = [givenInstant(given, dayStart), givenInstant(given, dayEnd)]
  if (begins === undefined || asOf === undefined)
    return { ...base, status: 400, title: said.asOf, body: <WrongDay place={params} visit={visit} /> }
  const trial = await trialAt(visit, params, asOf)
  if (trial === null) {
    const present = await client.orThrow.trials.get({ params })
    const body = <NotYet isDay={begins !== asOf} trial={present} visit={visit} />
    return { ...base, title: said.notYet, body }
  }
  const version = await versionAt(visit, params, asOf)
  const isFuture = Date.parse(begins) > now
  const json = at(`/v1${trialPath(trial)}`, { asOf })
  const name = trial.title.slice(0, 200).toWellFormed()
  return {
    ...base,
    title: isFuture ? `${name} (${trial.id})` : said.asOfTitle(name, instantText(language, asOf)),
    ...(isFuture ? { until: Date.parse(begins) } : {}),
    body: (
      <>
        <Heading visit={visit} trial={trial} registries={items} mergedInto={version?.mergedInto ?? null} />
        <Notice visit={visit} trial={trial} asOf={isFuture ? null : asOf} />
        <AsOfForm visit={visit} trial={trial} day={asOf.slice(0, 10)} />
        <AllFields of={{ visit, registry: trial.registry, json, most: 20_000 }} trial={trial} />
        {version !== undefined && (
          <Cite visit={visit} trial={trial} registryTitle={title} observedAt={version.observedAt} />
        )}
      </>
    )
  }
}
