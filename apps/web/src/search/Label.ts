import type { Language } from "../Language.js"
import { codeLabel, isCoded } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import { type FilterName, ranges } from "./Filters.js"
import { words } from "./Words.js"

const fieldsOf: Partial<Record<FilterName, string>> = {
  institution: "leadInstitution",
  condition: "conditions",
  intervention: "interventions",
  phase: "phases",
  country: "countries"
}

const isNamed = (name: FilterName): name is FilterName & keyof (typeof words)["en"]["names"] =>
  Object.hasOwn(words.en.names, name)

/** What people call a filter. */
export const filterLabel = (language: Language, name: FilterName): string => {
  const { fromShort, names, toShort } = words[language]
  if (isNamed(name)) return names[name]
  for (const [field, from, to] of ranges) {
    if (name === from) return fromShort(fieldLabel(language, field))
    if (name === to) return toShort(fieldLabel(language, field))
  }
  return fieldLabel(language, fieldsOf[name] ?? name)
}

/** What people call a value of a filter. */
export const valueLabel = (language: Language, name: FilterName, value: string): string => {
  const { no, yes } = words[language]
  if (name === "hasResults" || name === "missing") return value === "true" ? yes : no
  return isCoded(name) ? codeLabel(language, name, value) : value
}
