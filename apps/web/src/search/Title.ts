import { filterValue } from "../changes/FilterLabel.js"
import type { Visit } from "../Page.js"
import { beginning } from "../values/SaidText.js"
import { type FilterName, filtersOf } from "./Filters.js"
import { filterLabel } from "./Label.js"
import { words } from "./Words.js"

const most = 200

/** What a search is called: by its words, and by its filters where it has no words. */
export const titleOf = (visit: Visit, registries: ReadonlyMap<string, string>): string => {
  const { language, query } = visit
  const { title, titleFor } = words[language]
  if (query["q"] !== undefined) return titleFor(query["q"])
  const given = Object.entries(filtersOf(visit)) as ReadonlyArray<[FilterName, string]> // its own keys
  const named = given.map(([name, value]) => {
    if (name === "missing") return filterLabel(language, name)
    const said = name === "registry" ? registries.get(value) : filterValue(language, name, value)
    return `${filterLabel(language, name)}: ${said ?? value}`
  })
  return named.length === 0 ? title : titleFor(beginning(named.join(", "), most))
}
