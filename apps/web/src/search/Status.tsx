import type { Language } from "../Language.js"
import { SaidTitle } from "../values/SaidText.js"
import { codeLabel } from "../words/Codes.js"
import { words } from "./Words.js"

/** What the registry says of whether a trial recruits. */
interface Told {
  readonly registry: string
  readonly status: string | null
  readonly statusRaw: string | null
  readonly lastKnownStatus: string | null
}

/**
 * Whether a trial recruits. Where the registry does not know, that is what is said, and the last known status only beside it:
 * no such trial is ever shown as open.
 */
export const Status = ({ language, told }: { readonly language: Language; readonly told: Told }) => {
  const { lastKnownStatus, registry, status, statusRaw } = told
  const { lastKnown, raw, unknownStatus } = words[language]
  if (status === null) return null
  if (status !== "unknown") return <strong>{codeLabel(language, "status", status)}</strong>
  const isWritten = statusRaw !== null && statusRaw.toLowerCase() !== "unknown"
  return (
    <>
      <strong>{unknownStatus}</strong>
      {lastKnownStatus !== null && ` (${lastKnown(codeLabel(language, "status", lastKnownStatus))})`}
      {lastKnownStatus === null && isWritten && (
        <>
          {" "}
          ({raw} <SaidTitle registry={registry} text={statusRaw} />)
        </>
      )}
    </>
  )
}
