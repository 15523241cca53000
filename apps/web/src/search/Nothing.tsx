import type { Visit } from "../Page.js"
import { changed } from "./Filters.js"
import { words } from "./Words.js"

/** What to try where no trial fits. */
export const Nothing = ({ visit }: { readonly visit: Visit }) => {
  const { language, query, to } = visit
  const { byIdentifier, showMissing, tipIdentifier, tipMissing, tips } = words[language]
  const q = query["q"]
  return (
    <ul>
      {tips.map((tip) => (
        <li key={tip}>{tip}</li>
      ))}
      {query["missing"] !== "true" && (
        <li>
          {tipMissing} <a href={to("/search", changed(visit, { missing: true }))}>{showMissing}</a>
        </li>
      )}
      {q !== undefined && /[\p{L}\p{N}]/u.test(q) && (
        <li>
          {tipIdentifier} <a href={to("/search", { identifier: q, missing: true })}>{byIdentifier}</a>
        </li>
      )}
    </ul>
  )
}
