/**
 * What the word of a coded filter may be: a code, or a text that a registry wrote.
 *
 * @module
 */
import { fold } from "../model/Text.js"
import { ObservationalModel, Phase, Scope, SponsorClass, Status, StudyType } from "../model/Vocabulary.js"
import type { Term } from "./Expression.js"
import { coded, type CodedField, rawTag, tagged, whole } from "./Terms.js"

const letters = Array.from("abcdefghijklmnopqrstuvwxyz")
const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" })

// What ICU names beside countries: unions, islands of others, and what stands for none.
const noCountries = new Set("ac cp cq dg ea eu ez ic qo ta un xa xb zz".split(" "))

/** Whether a code is that of a country of today; former ones have the code of what they became. */
const isCountry = (code: string): boolean =>
  !noCountries.has(code) &&
  regions.of(code.toUpperCase()) !== undefined &&
  new Intl.Locale(`und-${code}`).region?.toLowerCase() === code

/** The codes of ISO 3166-1 alpha-2, in lower case. */
const countries = letters.flatMap((first) => letters.map((second) => first + second)).filter(isCountry)

/** The codes of each coded filter. */
export const codes: Readonly<Record<CodedField, ReadonlyArray<string>>> = {
  studyType: StudyType.literals,
  phase: Phase.literals,
  observationalModel: ObservationalModel.literals,
  scope: Scope.literals,
  status: Status.literals,
  sponsorClass: SponsorClass.literals,
  country: countries.map((code) => code.toUpperCase())
}

/** The coded filters. */
export const codedFields = Object.keys(codes) as ReadonlyArray<CodedField> // its own keys

/** The terms that the word of a coded filter may mean: that of a code, and that of a registry's own text. */
export interface CodedTerms {
  readonly code: Term | null
  readonly text: Term | null
}

/** What the word of a coded filter may mean, in any case. */
export const codedTerms = (field: CodedField, word: string): CodedTerms => {
  const { tag } = coded[field]
  const code = codes[field].find((each) => each.toLowerCase() === fold(word))
  const text = whole(word)
  return {
    code: code === undefined ? null : { term: tagged(tag, whole(code)) },
    text: text === "" ? null : { term: tagged(rawTag(tag), text) }
  }
}
