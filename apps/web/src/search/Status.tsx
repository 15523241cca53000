import type { Language } from "../Language.js"
import { StatusOf } from "../trial/StatusOf.js"
import { SaidTitle } from "../values/SaidText.js"
import type { Hit } from "./Listing.js"
import { words } from "./Words.js"

/** Whether a trial recruits; where no code is known for what its registry writes, that as well. */
export const Status = ({ hit, language }: { readonly hit: Hit; readonly language: Language }) => {
  const { lastKnownStatus, registry, status, statusRaw } = hit
  const isNews = statusRaw !== null && statusRaw.toLowerCase() !== "unknown"
  return (
    <>
      <strong>
        <StatusOf language={language} trial={hit} />
      </strong>
      {status === "unknown" && lastKnownStatus === null && isNews && (
        <>
          {" "}
          ({words[language].raw} <SaidTitle registry={registry} text={statusRaw} most={120} />)
        </>
      )}
    </>
  )
}
