import { Record } from "effect"
import type { Finding } from "../../model/Finding.js"
import { shortened, tidy, tidyLines } from "../../model/Text.js"
import type { ContentField } from "../../model/Trial.js"
import { type CtgovPiece, paths } from "./CtgovRecord.js"
import type { Words } from "./CtgovVocabulary.js"

/** An object of a study, or a study. */
export type Values = Readonly<Record<string, unknown>>

export const isValues = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const memberOf = (value: unknown, name: string): unknown =>
  isValues(value) && Object.hasOwn(value, name) ? value[name] : undefined

// Every piece of every study is looked up.
const namesOf: Readonly<Record<CtgovPiece, ReadonlyArray<string>>> = Record.map(paths, (path) =>
  path.split(".")
)

const at = (study: Values, names: ReadonlyArray<string>): unknown => {
  let value: unknown = study
  for (const name of names) value = memberOf(value, name)
  return value
}

/** The value of a piece that is in no list of objects; undefined where the study does not have it. */
export const valueOf = (study: Values, piece: CtgovPiece): unknown => at(study, namesOf[piece])

const objectsIn = (list: unknown): ReadonlyArray<Values> =>
  // An empty list may come as `{}`.
  Array.isArray(list) ? list.filter(isValues) : []

/** The objects of a piece that is a list of them. */
export const objectsOf = (study: Values, piece: CtgovPiece): ReadonlyArray<Values> =>
  objectsIn(valueOf(study, piece))

/** The objects of the list that a piece is in. */
export const objectsAround = (study: Values, piece: CtgovPiece): ReadonlyArray<Values> =>
  objectsIn(at(study, namesOf[piece].slice(0, -1)))

// What stands in withheld studies, and where the registry removed a text.
const removed = /^\[(?:redacted|missing)\]$/i

/** What is read of one study: values that say something, and findings about those that cannot be read. */
export interface Reader {
  readonly findings: ReadonlyArray<Finding>
  readonly find: (code: string, field: ContentField, value: unknown) => void
  /** A tidied text; null where nothing is said. */
  readonly text: (field: ContentField, value: unknown) => string | null
  /** The text without which an item of a list says nothing that can be shown; null, and a finding, where it has none. */
  readonly name: (field: ContentField, item: Values, name: string) => string | null
  /** A text of many lines. */
  readonly lines: (field: ContentField, value: unknown) => string | null
  /** Tidied texts, each once, in the order of the registry. */
  readonly texts: (field: ContentField, value: unknown) => ReadonlyArray<string>
  readonly flag: (field: ContentField, value: unknown) => boolean | null
  /** The code of a word; `unknown` for a word that nobody knows. */
  readonly coded: <Code extends string>(
    words: Words<Code>,
    field: ContentField,
    value: unknown
  ) => Code | "unknown" | null
}

const isAbsent = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  // The API writes a missing value also as `{}` or `[{}]`.
  (typeof value === "object" && Object.values(value).every(isAbsent))

/** Reads a study's values. */
export const reader = (): Reader => {
  const findings: Array<Finding> = []
  const find: Reader["find"] = (code, field, value) =>
    void findings.push({
      code,
      field,
      value: shortened(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))
    })
  const textBy =
    (tidied: (text: string) => string): Reader["text"] =>
    (field, value) => {
      if (typeof value === "string") {
        const text = tidied(value)
        return text === "" || removed.test(text) ? null : text
      }
      if (!isAbsent(value)) find("value-invalid", field, value)
      return null
    }
  const text = textBy(tidy)
  return {
    findings,
    find,
    text,
    name: (field, item, name) => {
      const value = item[name]
      const said = text(field, value)
      const isRemoved = typeof value === "string" && removed.test(tidy(value))
      if (said === null && !isRemoved && !isAbsent(item)) find("name-missing", field, item)
      return said
    },
    lines: textBy(tidyLines),
    texts: (field, value) => {
      if (!Array.isArray(value)) {
        if (!isAbsent(value)) find("value-invalid", field, value)
        return []
      }
      const said = value.map((each: unknown) => text(field, each)).filter((each) => each !== null)
      return [...new Set(said)]
    },
    flag: (field, value) => {
      if (typeof value === "boolean") return value
      if (!isAbsent(value)) find("value-invalid", field, value)
      return null
    },
    coded: (words, field, value) => {
      const word = text(field, value)
      if (word === null) return null
      const code = words.get(word)
      if (code === undefined) find("vocabulary-unknown", field, word)
      return code ?? "unknown"
    }
  }
}
