import { createHash } from "node:crypto"
import { canonical } from "trials-domain/Content"
import { TrialContent } from "trials-domain/Trial"
import type { Visit } from "../Page.js"
import { trialPath } from "../values/Shown.js"
import { SaidTitle } from "../values/SaidText.js"
import type { Trial } from "./Answers.js"
import { words } from "./Words.js"

const { toText } = canonical(TrialContent.fields)

/** The SHA-256, in hexadecimal digits, of the canonical text of what a registry says about a trial. */
const contentHash = (trial: Trial): string => createHash("sha256").update(toText(trial)).digest("hex")

/** A ready sentence that cites a version of a trial. */
export const Cite = ({ observedAt, registryTitle, trial, visit }: CiteProps) => {
  const { at, language, to, whole } = visit
  const said = words[language]
  const { id, registry, title, version } = trial
  const address = whole(to(trialPath(trial), { asOf: observedAt }))
  return (
    <section id="cite">
      <h2>{said.cite}</h2>
      <blockquote>
        <p>
          <SaidTitle registry={registry} text={registryTitle} />, <bdi>{id}</bdi>: “
          <SaidTitle registry={registry} text={title} most={1000} />
          ”. {said.citation({ version, observed: observedAt, hash: contentHash(trial), address })}
        </p>
      </blockquote>
      <p class="soft small">
        {said.citeText} {address.startsWith("/") && said.noHost}
      </p>
      <p class="soft small">
        {said.hashText} <a href={`${to("/about")}#cite`}>{said.recompute}</a>
      </p>
      <p>
        <a href={at(`/v1${trialPath(trial)}`, { asOf: observedAt })}>{said.versionJson}</a>
      </p>
    </section>
  )
}

interface CiteProps {
  readonly visit: Visit
  readonly trial: Trial
  readonly registryTitle: string
  /** When we observed the version. */
  readonly observedAt: string
}
