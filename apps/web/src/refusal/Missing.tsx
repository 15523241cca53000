import { SearchBox } from "../search/SearchBox.js"
import type { View, Visit } from "../Page.js"
import { words } from "./Words.js"

/** The page of an address that leads nowhere. */
export const missing = (visit: Visit): View => {
  const { home, missing, search, searchLabel } = words[visit.language]
  return {
    title: missing.title,
    description: missing.text,
    status: 404,
    isUnlisted: true,
    body: (
      <>
        <h1>{missing.title}</h1>
        <p>{missing.text}</p>
        <SearchBox visit={visit} label={searchLabel} button={search} />
        <p>
          <a href={visit.to("")}>{home}</a>
        </p>
      </>
    )
  }
}
