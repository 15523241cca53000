import type { Visit } from "../Page.js"
import { ChangedFields } from "../values/ChangedFields.js"
import { DateOf, InstantOf } from "../values/Dates.js"
import { type Registries, RegistryLink } from "../values/RegistryTitle.js"
import { SaidTitle } from "../values/SaidText.js"
import { type Shown, trialPath } from "../values/Shown.js"
import { kindCause, kindLabel } from "../words/Kinds.js"
import type { Change } from "./Answers.js"
import { words } from "./Words.js"

// Of one text in a list of changes.
const most = 2000

/** The word for what a change is: an edit that is silent has its own. */
export const kindOf = ({ kind, silent }: Pick<Change, "kind" | "silent">): string =>
  kind === "edited" && silent ? "silent" : kind

/** What a change is, by whom, and seen when. */
export const Cause = ({ change, visit }: { readonly change: Change; readonly visit: Visit }) => {
  const { language, to } = visit
  const said = words[language]
  const { editionDate, mass, mergedInto, observedAt, registry } = change
  return (
    <>
      <p>
        <span class="kind">{kindLabel(language, kindOf(change))}</span> {kindCause(language, kindOf(change))}
        {mass && <> {said.massEdit}</>}
        {mergedInto !== null && (
          <>
            {" "}
            {said.mergedInto} <a href={to(trialPath({ registry, id: mergedInto }))}>{mergedInto}</a>.
          </>
        )}
      </p>
      <p class="soft small">
        {said.seen} <InstantOf instant={observedAt} language={language} />
        {editionDate !== null && (
          <>
            {" · "}
            {said.edition} <DateOf date={editionDate} language={language} />
          </>
        )}
        {" · "}
        {said.ofRegistry}:{" "}
        {change.trial.registryUpdatedDate === null ? (
          said.noDate
        ) : (
          <DateOf date={change.trial.registryUpdatedDate} language={language} />
        )}
      </p>
    </>
  )
}

/** A change of a trial: what it is, by whom, seen when, and what each field was and is. */
export const ChangeItem = ({ change, registries, visit }: ChangeItemProps) => {
  const { language, to } = visit
  const path = trialPath(change)
  const of: Shown = { visit, registry: change.registry, json: visit.at(`/v1${path}/history`), most }
  return (
    <li>
      <h3>
        <a href={to(path)}>
          <SaidTitle registry={change.registry} text={change.trial.title} />
        </a>
      </h3>
      <p class="soft small">
        <RegistryLink visit={visit} registries={registries} name={change.registry} /> <bdi>{change.id}</bdi>
      </p>
      <Cause change={change} visit={visit} />
      {change.changes.length > 0 && (
        <>
          <ChangedFields of={of} changes={change.changes} trial={change.trial} isFolded />
          {change.version > 1 && (
            <p>
              <a href={to(`${path}/compare`, { from: change.version - 1, to: change.version })}>
                {words[language].compare}
                <span class="visually-hidden">
                  {" "}
                  ({change.id}, {change.version})
                </span>
              </a>
            </p>
          )}
        </>
      )}
    </li>
  )
}

interface ChangeItemProps {
  readonly change: Change
  readonly visit: Visit
  readonly registries: Registries
}
