/**
 * The terms by which a trial is found, and the texts in which a search looks where terms alone do not decide.
 *
 * A word has its own term; a run of syllables has one for each syllable and each two that follow each other. A term that
 * counts only in one field has the tag of that field before it (`t:` the title), and so have coded values (`st:` the
 * status) and the years of dates.
 *
 * @module
 */
import { normalized } from "../model/Identifier.js"
import type { TrialContent } from "../model/Trial.js"
import { identifiersOf } from "../model/TrialIdentifiers.js"
import { isSyllables, signsOf, wordsOf } from "./Words.js"

/** A trial, as far as it is searched. */
export interface Searched {
  readonly registry: string
  readonly id: string
  readonly content: TrialContent
  /** Not null where its registry no longer lists it. */
  readonly missingSince: string | null
}

/** The texts that are searched, each with the tag of its terms. What is in `other` has no filter of its own. */
export const textTags = {
  title: "t",
  department: "d",
  institution: "i",
  sponsor: "s",
  condition: "c",
  intervention: "v",
  other: null
} as const

/** The name of a searched text. */
export type TextField = keyof typeof textTags

/** The searched texts in their order. */
// `Object.keys` gives its own keys.
export const textFields = Object.keys(textTags) as ReadonlyArray<TextField>

/** The coded values that are searched, each with the tag of its terms and with the texts that it was read from. */
export const coded = {
  studyType: { tag: "ty", raw: "studyTypeRaw" },
  phase: { tag: "ph", raw: "phaseRaw" },
  observationalModel: { tag: "om", raw: "observationalModelRaw" },
  scope: { tag: "sc", raw: "scopeRaw" },
  status: { tag: "st", raw: "statusRaw" },
  sponsorClass: { tag: "sp", raw: null },
  country: { tag: "co", raw: "countriesRaw" }
} as const

/** The name of a coded filter. */
export type CodedField = keyof typeof coded

const codesOf: Readonly<Record<CodedField, (content: TrialContent) => ReadonlyArray<string | null>>> = {
  studyType: ({ studyType }) => [studyType],
  phase: ({ phases }) => phases,
  observationalModel: ({ observationalModel }) => [observationalModel],
  scope: ({ scope }) => [scope],
  status: ({ status }) => [status],
  sponsorClass: ({ sponsorClass }) => [sponsorClass],
  country: ({ countries }) => countries
}

/** The dates that are searched, each with the tag of its terms. */
export const dated = {
  registeredDate: "dr",
  startDate: "ds",
  completionDate: "dc",
  registryUpdatedDate: "du"
} as const

/** The name of a searched date. */
export type DatedField = keyof typeof dated

/** The tag of the registry. */
export const registryTag = "re"
/** The tag of whether there are results: 1 or 0. */
export const resultsTag = "rs"
/** The tag of an identifier. */
export const identifierTag = "id"
/** The tag of a whole acronym. */
export const acronymTag = "ac"
/** The tag of a sign that is no part of a word. */
const signTag = "zz"

/** The term of a trial that its registry no longer lists. */
export const missing = "mi:1"

/** A term with the tag of its field. */
export const tagged = (tag: string, term: string): string => `${tag}:${term}`

// Longer words share a term with others, and PostgreSQL holds none above 2 KB.
const longestTerm = 64

/** The beginning of a word, as far as its term has it. */
export const cut = (word: string, length = longestTerm): string =>
  word.length <= length
    ? word
    : word
        .slice(0, length)
        .toWellFormed()
        .replace(/\ufffd$/, "")

/** A digest of a text: FNV-1a in 64 bits, which a browser has at hand as well. */
const digestOf = (text: string): string => {
  let digest = 0xcbf29ce484222325n
  for (let n = 0; n < text.length; n += 1)
    digest = BigInt.asUintN(64, (digest ^ BigInt(text.charCodeAt(n))) * 0x100000001b3n)
  return digest.toString(16).padStart(16, "0")
}

/** A value as one term. Of a long one its digest tells what its beginning does not. */
const told = (value: string): string =>
  value.length <= longestTerm ? value : `${cut(value, longestTerm - 16)}${digestOf(value)}`

/** A code, an acronym, or a text of a closed vocabulary, as one term: its words, joined. Empty if it has none. */
export const whole = (text: string): string => told(wordsOf(text).join("_"))

/** An identifier as one term; empty if it has no letter or digit. */
export const identifierOf = (text: string): string => told(normalized(text).toLowerCase())

/** The term of a sign, which no engine reads as one. */
export const signOf = (sign: string): string => tagged(signTag, (sign.codePointAt(0) ?? 0).toString(16))

/** The first year that is a term: an earlier one counts as this. */
export const earliest = 1900

/** The last year that is a term: a later one counts as this. */
export const latest = 2099

/** The year of a date, as its term has it. */
export const yearOf = (date: string): number => Math.min(latest, Math.max(earliest, Number(date.slice(0, 4))))

/** The terms of a word. */
export const termsOf = (word: string): ReadonlyArray<string> => {
  if (!isSyllables(word)) return [cut(word)]
  const syllables = Array.from(word)
  return syllables.flatMap((one, n) => {
    const next = syllables[n + 1]
    return next === undefined ? [one] : [one, one + next]
  })
}

/** What a search finds a trial by. */
export interface SearchKeys {
  /** The words of each text, each between two spaces; the values of a list are on lines of their own. */
  readonly texts: Readonly<Record<TextField, string>>
  readonly terms: ReadonlySet<string>
}

const said = (...values: ReadonlyArray<string | null | ReadonlyArray<string>>): ReadonlyArray<string> =>
  values.flat().filter((value) => value !== null)

const textsOf = (id: string, content: TrialContent): Readonly<Record<TextField, ReadonlyArray<string>>> => {
  const names = content.interventions.map(({ name }) => name)
  return {
    title: said(content.title, content.officialTitle),
    department: said(content.department),
    institution: said(content.leadInstitution),
    sponsor: said(content.collaborators, content.funders),
    condition: content.conditions,
    intervention: said(
      names,
      // A registry may give names alone.
      content.interventionNames.filter((name) => !names.includes(name)),
      ...content.interventions.map(({ otherNames }) => otherNames)
    ),
    other: said(
      identifiersOf(id, content).map(({ written }) => written),
      content.acronym,
      content.keywords,
      content.studyTypeRaw,
      content.phaseRaw,
      content.observationalModelRaw,
      content.scopeRaw
    )
  }
}

/**
 * How much of a trial is searched: at most about 900,000 bytes of terms, as PostgreSQL holds a megabyte of them for one row.
 * One value takes half of what is left at most, and is cut there. No record of a registry is near it.
 */
const most = 900_000

/** The bytes of a syllable's terms: by itself and with the next one, each with a tag and without. */
const syllableCost = 22
const costOf = (word: string): number =>
  isSyllables(word) ? syllableCost * word.length : 10 + 6 * Math.min(word.length, longestTerm)

/** By what a trial is found. */
export const keysOf = ({ content, id, missingSince, registry }: Searched): SearchKeys => {
  const terms = new Set<string>()
  const texts: Record<TextField, string> = {
    title: "",
    department: "",
    institution: "",
    sponsor: "",
    condition: "",
    intervention: "",
    other: ""
  }
  let left = most
  const all = textsOf(id, content)
  for (const field of textFields) {
    const tag = textTags[field]
    const lines: Array<string> = []
    for (const value of all[field]) {
      let line = ""
      let own = left / 2
      for (const whole of wordsOf(value)) {
        const word = isSyllables(whole)
          ? whole.slice(0, Math.floor(own / syllableCost)).toWellFormed()
          : whole
        const cost = costOf(word)
        if (word === "" || cost > own) break
        own -= cost
        left -= cost
        line += ` ${word}`
        for (const term of termsOf(word)) {
          terms.add(term)
          if (tag !== null) terms.add(tagged(tag, term))
        }
      }
      if (line !== "") lines.push(`${line} `)
    }
    texts[field] = lines.join("\n")
  }
  for (const sign of signsOf(textFields.flatMap((field) => all[field]).join(" "))) terms.add(signOf(sign))
  const add = (tag: string, value: string) => void (value !== "" && terms.add(tagged(tag, value)))
  // `Object.entries` gives its own keys.
  for (const [field, { raw, tag }] of Object.entries(coded) as ReadonlyArray<
    [CodedField, (typeof coded)[CodedField]]
  >) {
    for (const code of codesOf[field](content)) if (code !== null) add(tag, whole(code))
    for (const text of raw === null ? [] : said(content[raw])) add(rawTag(tag), whole(text))
  }
  for (const [field, tag] of Object.entries(dated) as ReadonlyArray<[DatedField, string]>) {
    const date = content[field]
    if (date === null) continue
    const year = String(yearOf(date))
    add(tag, year)
    add(tag, year.slice(0, 3))
  }
  for (const { identifier } of identifiersOf(id, content)) add(identifierTag, identifierOf(identifier))
  if (content.acronym !== null) add(acronymTag, whole(content.acronym))
  if (content.hasResults !== null) add(resultsTag, String(Number(content.hasResults)))
  add(registryTag, whole(registry))
  if (missingSince !== null) terms.add(missing)
  return { texts, terms }
}

/** The tag of the registry's own texts of a coded field. A word of three letters is a prefix, and has no `_`. */
export const rawTag = (tag: string): string => `${tag}_`
