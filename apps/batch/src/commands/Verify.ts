import * as Command from "@effect/cli/Command"
import { Effect } from "effect"
import * as Verify from "trials-domain/Verify"
import { help } from "../cli/Help.js"
import { everywhere, filter } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Ended, exits } from "../Failure.js"
import { clean, Output } from "../output/Output.js"
import * as ProgressBar from "../output/ProgressBar.js"
import * as Source from "../Source.js"

const shown = 20

export const verify = Command.make(
  "verify",
  { registry: filter("registry", "Only this registry; every one unless given."), ...everywhere },
  ({ registry }) =>
    Effect.gen(function* () {
      const { answer, json, quiet } = yield* Output
      const check = yield* Verify.run(yield* Source.oneOrAll(registry), {
        others: registry === undefined
      }).pipe(Effect.provide(ProgressBar.layer))
      const { mismatches, trials } = check
      const sound = mismatches.length === 0
      if (json || !quiet || !sound) {
        yield* answer(check, () =>
          clean(
            [
              sound
                ? `${trials} trials are what their stored records say, and the feed has no gap.`
                : `${mismatches.length} ${mismatches.length === 1 ? "mismatch" : "mismatches"} in ${trials} trials:`,
              ...mismatches
                .slice(0, shown)
                .map(({ code, detail, id, registry }) =>
                  id === null ? `  ${registry ?? code}: ${detail}` : `  ${registry} ${id} ${code}: ${detail}`
                ),
              ...(mismatches.length > shown
                ? [`  and ${mismatches.length - shown} more; --json has them`]
                : [])
            ].join("\n")
          )
        )
      }
      if (!sound) return yield* new Ended({ exit: exits.found })
    }).pipe(Effect.provide(Databases.reader))
).pipe(
  Command.withDescription(
    help(
      "Rebuild every trial from its stored record and compare it with what is served; exit code 7 where they differ.",
      [["trials verify", "after a restore, or once a week"]]
    )
  )
)
