import * as Command from "@effect/cli/Command"
import { Effect, Layer, Option } from "effect"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import { help } from "../cli/Help.js"
import { everywhere, instant, oneTrial } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Output } from "../output/Output.js"
import { trialText } from "../output/TrialText.js"

export const show = Command.make(
  "show",
  {
    ...oneTrial,
    asOf: instant(
      "as-of",
      "end",
      "As we had observed it then: an instant with its zone, or a date (its end, in UTC)."
    ),
    ...everywhere
  },
  ({ asOf, id, registry }) =>
    Effect.gen(function* () {
      const { answer } = yield* Output
      const trials = yield* TrialQueries
      const versions = yield* VersionQueries
      const trial = yield* Option.match(asOf, {
        onNone: () => trials.get({ registry, id }),
        onSome: (then) => versions.asOf({ registry, id, instant: then })
      })
      yield* answer(trial, () => trialText(trial))
    }).pipe(
      Effect.provide(Layer.provide(Layer.merge(TrialQueries.layer, VersionQueries.layer), Databases.reader))
    )
).pipe(
  Command.withDescription(
    help("One trial, as it is now or as it was.", [
      ["trials show kdca C130010", "as it is now"],
      ["trials show kdca C130010 --as-of 2026-03-31", "as it was known at the end of that day"]
    ])
  )
)
