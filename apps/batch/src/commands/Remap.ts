import * as Command from "@effect/cli/Command"
import { Effect, Layer } from "effect"
import * as Remap from "trials-domain/Remap"
import { RunLedger } from "trials-domain/RunLedger"
import { help } from "../cli/Help.js"
import { everywhere, filter } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Ended } from "../Failure.js"
import { clean, Output } from "../output/Output.js"
import * as ProgressBar from "../output/ProgressBar.js"
import * as RunText from "../output/RunText.js"
import * as Source from "../Source.js"

export const remap = Command.make(
  "remap",
  { registry: filter("registry", "Only this registry; every one unless given."), ...everywhere },
  ({ registry }) =>
    Effect.gen(function* () {
      const { json, line, print, quiet } = yield* Output
      const ledger = yield* RunLedger
      for (const each of yield* Source.oneOrAll(registry)) {
        if ((yield* ledger.lastLoaded(each.name)) === null) {
          if (!quiet) yield* print(`${each.name}: nothing is stored yet`)
          continue
        }
        const run = yield* Remap.run(each).pipe(
          Effect.provide(ProgressBar.layer),
          Effect.zipLeft(Databases.confirmed)
        )
        if (json) yield* line(run)
        else if (!quiet)
          yield* print(
            clean(
              `${RunText.verdictOf(run)}  ${run.registry}: ${run.counts.remapped} trials remapped (run ${run.runId})`
            )
          )
        const exit = RunText.exitOf(run.verdict)
        if (exit !== 0) return yield* new Ended({ exit })
      }
    }).pipe(Effect.provide(Layer.provideMerge(RunLedger.layer, Databases.existingWriter)))
).pipe(
  Command.withDescription(
    help("Apply this version's mapping to the stored records, without asking a registry: a run of its own.", [
      ["trials remap", "after an update that reads a field better"]
    ])
  )
)
