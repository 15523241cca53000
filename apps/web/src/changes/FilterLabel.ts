import type { Language } from "../Language.js"
import { type CodedName, codeLabel, isCoded } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import { kindLabel } from "../words/Kinds.js"
import { type Registries, registryTitle } from "../values/RegistryTitle.js"
import { words } from "./Words.js"

const ends = /^(.+)(From|To)$/

/** What a filter is called. */
export const filterLabel = (language: Language, name: string): string => {
  const said = new Map(Object.entries(words[language].labels)).get(name)
  if (said !== undefined) return said
  const [, field, end] = ends.exec(name) ?? []
  if (field === undefined) return fieldLabel(language, name)
  return `${fieldLabel(language, field)} ${end === "From" ? "≥" : "≤"}`
}

/** What the value of a filter is called. */
export const filterValue = (language: Language, name: string, value: string): string => {
  if (name === "kind") return kindLabel(language, value)
  if (name === "field") return fieldLabel(language, value)
  const { also, no, only, without, yes } = words[language]
  if (name === "hasResults") return value === "true" ? yes : no
  if (value === "true") return name === "missing" ? also : only
  if (value === "false") return without
  const coded: CodedName | undefined = isCoded(name) ? name : undefined
  return coded === undefined ? value : codeLabel(language, coded, value)
}

// As many as a title has room for.
const [mostFilters, mostLetters] = [3, 60]

const named = new Set(["silent", "mass", "missing", "hasResults"])

/** What filters ask for, as one short text; none where there are no filters. */
export const filtersText = (
  language: Language,
  filters: Readonly<Record<string, string>>,
  registries: Registries
): ReadonlyArray<string> => {
  const texts = Object.entries(filters).map(([name, value]) => {
    const said = name === "registry" ? registryTitle(registries, value) : filterValue(language, name, value)
    const text = named.has(name) ? `${filterLabel(language, name)} (${said})` : said
    return text.slice(0, mostLetters).toWellFormed()
  })
  return texts.length === 0 ? [] : [texts.slice(0, mostFilters).join(" · ")]
}
