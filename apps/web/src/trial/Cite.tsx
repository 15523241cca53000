import { createHash } from "node:crypto"
import { canonical } from "trials-domain/Content"
import { TrialContent } from "trials-domain/Trial"
import type { Visit } from "../Page.js"
import { trialPath } from "../values/Shown.js"
import { beginning } from "../values/SaidText.js"
import type { Trial } from "./Answers.js"
import { words } from "./Words.js"

const { toText } = canonical(TrialContent.fields)

/** The SHA-256, in hexadecimal digits, of the canonical text of what a registry says about a trial. */
const contentHash = (trial: Trial): string => createHash("sha256").update(toText(trial)).digest("hex")

/** A ready sentence that cites a version of a trial. */
export const Cite = ({ observedAt, registryTitle, trial, visit }: CiteProps) => {
  const { language, to, whole } = visit
  const said = words[language]
  const { id, registry, title, version } = trial
  const { after, before } = said.citation({
    registry: registryTitle,
    id,
    version,
    observed: observedAt,
    hash: contentHash(trial),
    address: whole(to(trialPath({ registry, id }), { asOf: observedAt }))
  })
  return (
    <section id="cite">
      <h2>{said.cite}</h2>
      <blockquote>
        <p>
          {before}“<bdi>{beginning(title, 1000)}</bdi>”{after}
        </p>
      </blockquote>
      <p class="soft small">{said.citeText}</p>
    </section>
  )
}

interface CiteProps {
  readonly visit: Visit
  readonly trial: Trial
  readonly registryTitle: string
  /** When we observed the version, or up to when. */
  readonly observedAt: string
}
