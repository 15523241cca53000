import { Revision } from "./Revision.js"
import { Duration, Schema } from "effect"
import { Instant } from "./Instant.js"
import { Publishing } from "./Publishing.js"
import { RunReport } from "./Run.js"
import { RegistryName } from "./Trial.js"

/** A registry, and how fresh our copy of it is. */
export const RegistryState = Schema.Struct({
  name: RegistryName,
  title: Schema.String,
  homepage: Schema.NullOr(Schema.String),
  attribution: Schema.String,
  licence: Schema.NullOr(Schema.String).annotations({ description: "Null where it is not confirmed." }),
  publishes: Publishing,
  revision: Schema.NullOr(Revision).annotations({ description: "The edition of the last proven run." }),
  lastRun: Schema.NullOr(RunReport).annotations({ description: "The newest run, whatever its verdict." }),
  lastProvenAt: Schema.NullOr(Instant).annotations({ description: "When the last proven run ended." }),
  ageSeconds: Schema.NullOr(Schema.NonNegativeInt).annotations({
    description:
      "The age of the last proven run at the time of this answer; null where there is none, or where it ended in the future, because a clock is wrong."
  }),
  countedAgeSeconds: Schema.NullOr(Schema.NonNegativeInt).annotations({
    description:
      "As much of that age as counts towards a limit: without Saturdays and Sundays (UTC) where the registry publishes on " +
      "business days."
  }),
  lastChangeAt: Schema.NullOr(Instant).annotations({
    description: "When a run last changed any of its trials."
  }),
  trials: Schema.Struct({
    listed: Schema.NonNegativeInt.annotations({ description: "Trials that the registry lists." }),
    missing: Schema.NonNegativeInt.annotations({ description: "Trials that it no longer lists." })
  })
}).annotations({ identifier: "RegistryState" })
export type RegistryState = typeof RegistryState.Type

/**
 * Whether the last proven run is older than `maxAge`, is missing, or is dated in the future. Of its age counts what
 * `countedAgeSeconds` counts.
 */
export const isStale = (
  { countedAgeSeconds }: Pick<RegistryState, "countedAgeSeconds">,
  maxAge: Duration.Duration
): boolean => countedAgeSeconds === null || countedAgeSeconds > Duration.toSeconds(maxAge)
