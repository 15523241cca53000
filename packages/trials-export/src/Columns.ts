/** The columns of an export: the fields of a trial, in the order of its schema. */
import type { Instant } from "trials-domain/Instant"
import * as Shape from "trials-domain/Shape"
import { Trial, trialFields } from "trials-domain/Trial"

/** A column: a field of a trial, and what its values consist of. */
export interface Column {
  readonly name: keyof Trial
  readonly shape: Shape.Shape | { readonly kind: "instant" }
}

type InstantField = {
  readonly [Name in keyof Trial]: NonNullable<Trial[Name]> extends Instant ? Name : never
}[keyof Trial]

// A schema does not say that its text is an instant, but its type does: one that is left out here does not compile.
const instants: Readonly<Record<InstantField, true>> = {
  createdAt: true,
  updatedAt: true,
  missingSince: true
}

/** All columns, in order. */
export const columns: ReadonlyArray<Column> = trialFields.map((name) => ({
  name,
  shape: Object.hasOwn(instants, name) ? { kind: "instant" } : Shape.of(Trial.fields[name].ast)
}))
