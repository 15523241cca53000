import { Schema } from "effect"
import { fullText, saidFully, saying } from "./Said.js"
import { Allocation, ArmType, Assignment, InterventionType, Masking, Purpose } from "./Vocabulary.js"

/** How a trial is set up. */
export const Design = saying({
  allocation: Schema.NullOr(Allocation),
  masking: Schema.NullOr(Masking),
  purpose: Schema.NullOr(Purpose),
  assignment: Schema.NullOr(Assignment)
}).annotations({ identifier: "Design" })
export type Design = typeof Design.Type

/** Something that is done to participants, by the registry's name of it. */
export const Intervention = Schema.Struct({
  type: Schema.NullOr(InterventionType),
  name: saidFully,
  otherNames: Schema.Array(saidFully)
}).annotations({ identifier: "Intervention" })
export type Intervention = typeof Intervention.Type

/** A group of participants. */
export const Arm = Schema.Struct({ label: saidFully, type: Schema.NullOr(ArmType) }).annotations({
  identifier: "Arm"
})
export type Arm = typeof Arm.Type

/** What a trial measures, and when. */
export const Outcome = Schema.Struct({
  measure: saidFully,
  timeFrame: fullText,
  description: fullText
}).annotations({
  identifier: "Outcome"
})
export type Outcome = typeof Outcome.Type
