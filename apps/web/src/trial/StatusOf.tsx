import type { Language } from "../Language.js"
import { beginning } from "../values/SaidText.js"
import { codeLabel } from "../words/Codes.js"
import type { Trial } from "./Answers.js"
import { words } from "./Words.js"

/**
 * Whether a trial recruits, in words. What the registry itself does not know is never shown as open: only with the last
 * status that was confirmed, as such.
 */
export const StatusOf = ({ language, trial }: StatusProps) => {
  const { lastKnownStatus, status } = trial
  if (status === null) return <span class="unsaid">{words[language].noStatus}</span>
  return (
    <span class={status === "unknown" ? "status unknown" : "status"}>
      <bdi>{codeLabel(language, "status", beginning(status, 100))}</bdi>
      {status === "unknown" && lastKnownStatus !== null && (
        <> ({words[language].lastKnown(codeLabel(language, "status", beginning(lastKnownStatus, 100)))})</>
      )}
    </span>
  )
}

interface StatusProps {
  readonly language: Language
  readonly trial: Pick<Trial, "status" | "lastKnownStatus">
}
