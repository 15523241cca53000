import { Schema } from "effect"
import { fullText, saying } from "./Said.js"
import { Sex } from "./Vocabulary.js"

/** Who may take part in a trial. */
export const Eligibility = saying({
  criteria: fullText.annotations({ description: "Lines of text, in the registry's own markup." }),
  sex: Schema.NullOr(Sex),
  minimumAge: fullText.annotations({ description: "As the registry writes it: `18 Years`." }),
  maximumAge: fullText,
  healthyVolunteers: Schema.NullOr(Schema.Boolean)
}).annotations({ identifier: "Eligibility" })
export type Eligibility = typeof Eligibility.Type
