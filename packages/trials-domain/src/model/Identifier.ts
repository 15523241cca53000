/**
 * The identifiers by which a trial is known, each in the one form by which it is found: people and registries write
 * `NCT01234567`, `nct 0123-4567` and `NCT 01234567` for the same number.
 *
 * @module
 */
import { Schema } from "effect"
import { SecondaryIdKind } from "./SecondaryId.js"
import { tidy } from "./Text.js"

/**
 * How a trial is known by an identifier: it is the registry's own id, one that it once gave the trial, or an id elsewhere,
 * by its shape. Grants are no identifiers of a trial.
 */
export const IdentifierKind = Schema.Literal(
  "own",
  "former",
  // The literals of a union keep their order.
  ...SecondaryIdKind.literals.filter((kind) => kind !== "grant")
).annotations({
  identifier: "IdentifierKind",
  description:
    "`own`: the registry's id of the trial. `former`: one that the registry once gave it, as of a record that was " +
    "merged into it. Any other: its id elsewhere, by its shape; `other` has the shape of none that is known."
})
export type IdentifierKind = typeof IdentifierKind.Type

/** An identifier of one trial. */
export interface TrialIdentifier {
  /** The form by which it is found, as `normalized` gives it. */
  readonly identifier: string
  readonly kind: IdentifierKind
  /** As its issuer writes it. */
  readonly written: string
}

// A number of CTIS and the number of its submission, which changes while the trial stays the same.
const submission = /^(20\d\d-5\d{5}-\d\d)-\d\d$/

/** The form by which an identifier is found: NFKC, capitals, letters and digits alone. Empty if it has none of these. */
export const normalized = (identifier: string): string =>
  tidy(identifier)
    .replace(submission, "$1")
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
