import type { Visit } from "../Page.js"
import { Cause } from "../changes/ChangeItem.js"
import { InstantOf } from "../values/Dates.js"
import { trialPath } from "../values/Shown.js"
import { ChangedFields } from "../values/ChangedFields.js"
import { fieldLabel } from "../words/Fields.js"
import { codedFrom } from "../words/RawFields.js"
import type { History, Trial, Version } from "./Answers.js"
import { CompareForm } from "./CompareForm.js"
import { words } from "./Words.js"

const VersionItem = ({ version, visit }: { readonly version: Version; readonly visit: Visit }) => {
  const { at, language, to } = visit
  const said = words[language]
  const path = trialPath(version)
  const of = { visit, registry: version.registry, json: at(`/v1${path}/history`), most: 200 }
  const coded = version.changes.filter(({ field }) => codedFrom(field) !== undefined)
  // Links of one name are told apart by those who hear them alone.
  const which = <span class="visually-hidden"> ({said.version(version.version)})</span>
  return (
    <li>
      <h3>{said.version(version.version)}</h3>
      <Cause change={version} visit={visit} />
      {version.changes.length > 0 && (
        <p>
          {said.fields}{" "}
          {version.changes.map(({ field }) => fieldLabel(language, field, version.registry)).join(" · ")}
        </p>
      )}
      {coded.length > 0 && <ChangedFields of={of} changes={coded} trial={version.trial} />}
      <ul class="inline">
        {version.version > 1 && version.changes.length > 0 && (
          <li>
            <a href={to(`${path}/compare`, { from: version.version - 1, to: version.version })}>
              {said.whatChanged}
              {which}
            </a>
          </li>
        )}
        <li>
          <a href={to(path, { asOf: version.observedAt })}>
            {said.asItWas}
            {which}
          </a>
        </li>
        <li>
          <a href={at(`/v1${path}`, { asOf: version.observedAt })}>
            {said.asJson}
            {which}
          </a>
        </li>
      </ul>
    </li>
  )
}

/** The versions of a trial, newest first, each with what made it. Before the first one nothing is known. */
export const Timeline = ({ history, trial, visit }: TimelineProps) => {
  const { language, query, to } = visit
  const said = words[language]
  const path = trialPath(trial)
  return (
    <section id="versions">
      <h2>{said.timeline}</h2>
      <p>
        {said.total(history.total.value)} <strong>{said.seenFirst}</strong>{" "}
        <InstantOf instant={trial.createdAt} language={language} />. {said.seenText}
      </p>
      {trial.version > 1 && (
        <p>
          <a href={to(`${path}/compare`, { from: 1, to: trial.version })}>{said.firstNow}</a>
        </p>
      )}
      <ol class="hits" reversed>
        {history.items.map((version) => (
          <VersionItem version={version} visit={visit} />
        ))}
      </ol>
      <ul class="inline">
        {query["cursor"] !== undefined && (
          <li>
            <a href={to(path)}>{said.newest}</a>
          </li>
        )}
        {history.nextCursor !== null && (
          <li>
            <a href={to(path, { cursor: history.nextCursor })} rel="next">
              {said.older}
            </a>
          </li>
        )}
      </ul>
      {trial.version > 1 && (
        <>
          <h3>{said.compare}</h3>
          <CompareForm
            visit={visit}
            trial={trial}
            newest={trial.version}
            from={trial.version - 1}
            to={trial.version}
          />
        </>
      )}
    </section>
  )
}

interface TimelineProps {
  readonly visit: Visit
  readonly trial: Trial
  readonly history: History
}
