import type { SqlClient } from "@effect/sql"
import { Effect, Schema } from "effect"
import type { TrialFilter } from "../model/TrialFilter.js"
import { ObservationalModel, Phase, Scope, SponsorClass, Status, StudyType } from "../model/Vocabulary.js"
import type { Term } from "../search/Expression.js"
import * as SearchIndex from "../search/SearchIndex.js"
import { codedTerms } from "../search/Sought.js"
import type { CodedField } from "../search/Terms.js"
import type { StoreError } from "../store/StoreError.js"

/** A filter's word is neither a code nor a text that a registry wrote in any stored trial. */
export class UnknownWord extends Schema.TaggedError<UnknownWord>("trials-domain/UnknownWord")("UnknownWord", {
  filter: Schema.Literal(
    "studyType",
    "phase",
    "observationalModel",
    "scope",
    "status",
    "sponsorClass",
    "country"
  ),
  word: Schema.String,
  codes: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return (
      `No trial has "${this.word}" as its ${this.filter}. The codes are ${this.codes.join(", ")}; ` +
      "a registry's own words are those of its trials (studyTypeRaw, phaseRaw, …)."
    )
  }
}

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

const codes: Readonly<Record<CodedField, ReadonlyArray<string>>> = {
  studyType: StudyType.literals,
  phase: Phase.literals,
  observationalModel: ObservationalModel.literals,
  scope: Scope.literals,
  status: Status.literals,
  sponsorClass: SponsorClass.literals,
  country: countries
}

const fields = Object.keys(codes) as ReadonlyArray<CodedField> // its own keys

/** Whether a filter has a coded one. */
export const isGiven = (filter: TrialFilter): boolean => fields.some((field) => filter[field] !== undefined)

/** The term of each coded filter: of the code that its word is, or of the registry's own text, in any case. */
export const termsOf = (
  filter: TrialFilter
): Effect.Effect<
  Readonly<Partial<Record<CodedField, Term>>>,
  UnknownWord | StoreError,
  SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const found: Partial<Record<CodedField, Term>> = {}
    for (const field of fields) {
      const word = filter[field]
      if (word === undefined) continue
      const { code, text } = codedTerms(field, word, codes[field])
      const term =
        code ??
        (text !== null && (yield* SearchIndex.countWithTerms(text, SearchIndex.unbounded, 1)) > 0
          ? text
          : null)
      if (term === null)
        return yield* new UnknownWord({
          filter: field,
          word,
          codes: field === "country" ? codes.country.map((each) => each.toUpperCase()) : codes[field]
        })
      found[field] = term
    }
    return found
  })
