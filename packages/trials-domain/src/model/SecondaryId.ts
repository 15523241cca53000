import { Schema } from "effect"
import { fullText, saidFully } from "./Said.js"

/**
 * Whose identifier it is, by its shape. A `grant` is an identifier of money and never of a trial; `other` may be
 * anything.
 */
export const SecondaryIdKind = Schema.Literal(
  "nct",
  "ctis",
  "eudract",
  "isrctn",
  "kct",
  "utn",
  "jrct",
  "umin",
  "drks",
  "actrn",
  "grant",
  "other"
).annotations({ identifier: "SecondaryIdKind" })
export type SecondaryIdKind = typeof SecondaryIdKind.Type

/** Another identifier of a trial beside its registry's own. */
export const SecondaryId = Schema.Struct({
  id: fullText.annotations({
    description: "As its issuer writes it; null where the text says that there is none."
  }),
  kind: Schema.NullOr(SecondaryIdKind).annotations({ description: "Null where `id` is." }),
  issuer: fullText.annotations({
    description:
      "The registry's own label: who issued it, or else of which type it is. Null for the sponsor's own id."
  }),
  raw: saidFully.annotations({ description: "The registry's own text." })
}).annotations({ identifier: "SecondaryId" })
export type SecondaryId = typeof SecondaryId.Type
