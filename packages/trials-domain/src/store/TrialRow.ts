import { Schema } from "effect"
import { Phase, Trial, TrialContent } from "../model/Trial.js"

const list = <A extends string>(item: Schema.Schema<A>) => Schema.parseJson(Schema.Array(item))

const stored = {
  phases: list(Phase),
  collaborators: list(Schema.String),
  conditions: list(Schema.String),
  interventions: list(Schema.String),
  countries: list(Schema.String),
  hasResults: Schema.NullOr(Schema.transformLiterals([0, false], [1, true]))
}

/** A trial as its row holds it: lists are JSON text, flags 0 and 1. */
export const TrialRow = Schema.Struct({ ...Trial.fields, ...stored })

/** A trial's content as JSON text, as a version holds it. */
export const ContentJson = Schema.parseJson(TrialContent)
