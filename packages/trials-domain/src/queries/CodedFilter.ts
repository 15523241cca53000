import type { SqlClient } from "@effect/sql"
import { Effect, Schema } from "effect"
import type { TrialFilter } from "../model/TrialFilter.js"
import type { Term } from "../search/Expression.js"
import * as IndexRead from "../search/IndexRead.js"
import { codedFields, codedTerms, codes } from "../search/CodedWords.js"
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

/** Whether a filter has a coded one. */
export const isGiven = (filter: TrialFilter): boolean =>
  codedFields.some((field) => filter[field] !== undefined)

/**
 * The term of each coded filter: of the code that its word is, or of the registry's own text, in any case. Of an earlier
 * state (`then`) it is not known which texts there were, so that any word is taken.
 */
export const termsOf = (
  filter: TrialFilter,
  asOf: "now" | "then" = "now"
): Effect.Effect<
  Readonly<Partial<Record<CodedField, Term>>>,
  UnknownWord | StoreError,
  SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const found: Partial<Record<CodedField, Term>> = {}
    for (const field of codedFields) {
      const word = filter[field]
      if (word === undefined) continue
      const { code, text } = codedTerms(field, word)
      const term =
        code ??
        (text !== null &&
        (asOf === "then" || (yield* IndexRead.countWithTerms(text, IndexRead.unbounded, 1)).value > 0)
          ? text
          : null)
      if (term === null)
        return yield* new UnknownWord({
          filter: field,
          word,
          codes: codes[field]
        })
      found[field] = term
    }
    return found
  })
