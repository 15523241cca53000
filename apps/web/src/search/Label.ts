import { filterLabel as usualLabel } from "../changes/FilterLabel.js"
import type { Language } from "../Language.js"
import type { FilterName } from "./Filters.js"
import { words } from "./Words.js"

/** What people call a filter, as on the page of changes, but for what means something else of a list of trials. */
export const filterLabel = (language: Language, name: FilterName): string => {
  const own = new Map(Object.entries(words[language].names)).get(name)
  return own ?? usualLabel(language, name)
}
