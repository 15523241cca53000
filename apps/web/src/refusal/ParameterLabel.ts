import { filterLabel } from "../changes/FilterLabel.js"
import type { Language } from "../Language.js"
import { words } from "./Words.js"

/** What people call a parameter of an address; its own name where there is no other. */
export const labelOf = (language: Language, parameter: string): string =>
  new Map(Object.entries(words[language].parameters)).get(parameter) ?? filterLabel(language, parameter)
