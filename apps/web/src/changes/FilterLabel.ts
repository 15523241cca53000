import type { Language } from "../Language.js"
import { type CodedName, codeLabel, isCoded } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import { kindLabel } from "../words/Kinds.js"
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
