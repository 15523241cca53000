/**
 * Trials by their identifiers: those that are known by one, and those that are the same trial elsewhere.
 *
 * @module
 */
import { Schema } from "effect"
import { Total } from "./Page.js"
import { IdentifierKind } from "./Identifier.js"
import { Trial, TrialSummary } from "./Trial.js"

/** A trial that is known by an identifier. */
export const IdentifiedTrial = Schema.Struct({
  kind: IdentifierKind,
  identifier: Schema.String.annotations({ description: "As the trial's registry writes it." }),
  trial: TrialSummary
}).annotations({ identifier: "IdentifiedTrial" })
export type IdentifiedTrial = typeof IdentifiedTrial.Type

/** The trials that are known by an identifier, none of them where it is not known here. */
export const IdentifiedTrials = Schema.Struct({
  identifier: Schema.String.annotations({
    description:
      "What was asked for, in the form by which it is found: capitals, letters and digits alone, without a label and " +
      "without the number of a submission to CTIS."
  }),
  items: Schema.Array(IdentifiedTrial).annotations({
    description:
      "Up to 100: trials that their registry lists before those that it dropped; of these, one whose own id it is first, " +
      "then one that once had it."
  }),
  total: Total
}).annotations({ identifier: "IdentifiedTrials" })
export type IdentifiedTrials = typeof IdentifiedTrials.Type

/** An identifier by which two trials are the same. */
export const TrialLink = Schema.Struct({
  identifier: Schema.String.annotations({ description: "As its issuer writes it." }),
  kind: IdentifierKind.annotations({
    description: "Whose it is, by its shape; `former` where it is one that a registry once gave the trial."
  }),
  assertedBy: Schema.Literal("this", "other", "both").annotations({
    description:
      "Whose registry says so. `this`: the trial that was asked for names the other's id, or a former one of it. `other`: " +
      "the other names its id, or a former one of it. `both`: each names the same third one."
  })
}).annotations({ identifier: "TrialLink" })
export type TrialLink = typeof TrialLink.Type

/**
 * The fields in which the same trial should be the same wherever it is registered. Titles, sponsors and texts are each
 * registry's own words; registration, updates and results are each registry's own.
 */
export const comparableFields = [
  "studyType",
  "phases",
  "status",
  "enrollment",
  "startDate",
  "primaryCompletionDate",
  "completionDate",
  "countries"
] as const satisfies ReadonlyArray<keyof TrialSummary>

/** A field in which two registries say different things of the same trial. */
export const Disagreement = Schema.Struct({
  field: Schema.Literal(...comparableFields),
  this: Schema.Unknown.annotations({ description: "What the trial says that was asked for." }),
  other: Schema.Unknown.annotations({ description: "What the other one says." })
}).annotations({ identifier: "Disagreement" })
export type Disagreement = typeof Disagreement.Type

/** The same trial elsewhere. */
export const RelatedTrial = Schema.Struct({
  trial: TrialSummary,
  links: Schema.Array(TrialLink),
  disagreements: Schema.Array(Disagreement).annotations({
    description:
      "The fields in which the two say different things. Where one says nothing, or a date less precisely, they do not " +
      "disagree."
  })
}).annotations({ identifier: "RelatedTrial" })
export type RelatedTrial = typeof RelatedTrial.Type

/** The same trial elsewhere, by explicit identifiers alone. */
export const RelatedTrials = Schema.Struct({
  registry: Trial.fields.registry,
  id: Trial.fields.id,
  items: Schema.Array(RelatedTrial).annotations({
    description: "Up to 100. That a trial is not among them does not mean that it is another one."
  })
}).annotations({ identifier: "RelatedTrials" })
export type RelatedTrials = typeof RelatedTrials.Type

/** A value in a form in which those that agree are equal; null where nothing was said. */
const said = (value: TrialSummary[(typeof comparableFields)[number]]): string | null => {
  if (value === null || value === "unknown") return null
  if (typeof value === "string" || typeof value === "number") return String(value)
  return value.length === 0 ? null : [...value].sort().join()
}

const isDate = (field: (typeof comparableFields)[number]): boolean => field.endsWith("Date")

/** The comparable fields in which two summaries of the same trial say different things. */
export const disagreements = (one: TrialSummary, other: TrialSummary): ReadonlyArray<Disagreement> =>
  comparableFields.flatMap((field) => {
    const [here, there] = [said(one[field]), said(other[field])]
    if (here === null || there === null) return []
    // A month agrees with each of its days.
    const agree = isDate(field) ? here.startsWith(there) || there.startsWith(here) : here === there
    return agree ? [] : [{ field, this: one[field], other: other[field] }]
  })
