/**
 * The answers that are made of several things of the library.
 *
 * @module
 */
import { Schema } from "effect"
import { Facets } from "trials-domain/Facets"
import { FeedPosition } from "trials-domain/FeedPosition"
import { pageOf } from "trials-domain/Page"
import { RegistryState } from "trials-domain/RegistryState"
import { RunSummary } from "trials-domain/Run"
import { Trial, TrialSummary } from "trials-domain/Trial"
import { TrialVersion } from "trials-domain/TrialVersion"

/** A trial in the fields that were asked for. */
export const ChosenFields = Schema.partial(Trial.omit("registry", "id")).pipe(
  Schema.extend(Trial.pick("registry", "id")),
  Schema.annotations({
    identifier: "ChosenFields",
    description: "Where `fields` is given: its fields, and always the registry and the id."
  })
)

/** A page of trials, each in its short fields. */
export const TrialPage = Schema.Struct({
  ...pageOf("TrialPage", TrialSummary).fields,
  facets: Schema.optional(Facets).annotations({ description: "Only where `facets` asks for them." })
}).annotations({ identifier: "TrialPage" })
export type TrialPage = typeof TrialPage.Encoded

/** A page of the versions of a trial. */
export const VersionPage = pageOf("VersionPage", TrialVersion)
export type VersionPage = typeof VersionPage.Encoded

/** A page of the runs. */
export const RunPage = pageOf("RunPage", RunSummary)
export type RunPage = typeof RunPage.Encoded

/** A piece of the feed of changes. */
export const ChangeFeed = Schema.Struct({
  items: Schema.Array(TrialVersion),
  nextAfter: FeedPosition.annotations({
    description:
      "Give it as `after` to get every later change exactly once: `<seq>:<tag>`, or `0` where there is no change yet. The end of the feed is " +
      "where it no longer moves: a filter may leave a part with few items, or none, before that. With " +
      "`order=newest` it is the end of the feed."
  }),
  nextCursor: Schema.NullOr(Schema.String).annotations({
    description:
      "With `order=newest`: give it as `cursor` to look further back, also where this page has none or few; null at the end. " +
      "Else null."
  })
}).annotations({ identifier: "ChangeFeed" })
export type ChangeFeed = typeof ChangeFeed.Encoded

/** All registries. */
export const Registries = Schema.Struct({ items: Schema.Array(RegistryState) }).annotations({
  identifier: "Registries"
})
export type Registries = typeof Registries.Encoded
