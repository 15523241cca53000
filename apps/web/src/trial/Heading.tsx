import type { Visit } from "../Page.js"
import { InstantOf } from "../values/Dates.js"
import { type Registries, RegistryLink } from "../values/RegistryTitle.js"
import { SaidTitle } from "../values/SaidText.js"
import { trialPath } from "../values/Shown.js"
import type { Trial } from "./Answers.js"
import { StatusOf } from "./StatusOf.js"
import { words } from "./Words.js"

/** What a trial is called, whose it is, whether it recruits, and a warning where its registry no longer lists it. */
export const Heading = ({ mergedInto, registries, trial, visit }: HeadingProps) => {
  const { language, to } = visit
  const said = words[language]
  const { acronym, id, missingSince, registry, title, url } = trial
  return (
    <>
      <h1>
        <SaidTitle registry={registry} text={title} most={1000} />
        {acronym !== null && (
          <>
            {" "}
            (<SaidTitle registry={registry} text={acronym} />)
          </>
        )}
      </h1>
      <p>
        <RegistryLink visit={visit} registries={registries} name={registry} /> <bdi>{id}</bdi> ·{" "}
        <strong>
          <StatusOf language={language} trial={trial} />
        </strong>
        {url !== null && /^https?:\/\//.test(url) && (
          <>
            {" · "}
            <a href={url} rel="noreferrer">
              {said.ownPage}
            </a>
          </>
        )}
      </p>
      {missingSince !== null && (
        <p class="warning">
          {said.missing} <InstantOf instant={missingSince} language={language} />.{" "}
          {mergedInto !== null && (
            <>
              {said.merged} <a href={to(trialPath({ registry, id: mergedInto }))}>{mergedInto}</a>.{" "}
            </>
          )}
          {said.missingText}
        </p>
      )}
    </>
  )
}

interface HeadingProps {
  readonly visit: Visit
  readonly trial: Trial
  readonly registries: Registries
  /** The trial of today into which its registry merged it; null where none is known. */
  readonly mergedInto: string | null
}
