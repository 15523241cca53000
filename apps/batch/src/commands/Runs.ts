import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { help, index } from "../cli/Help.js"
import { runsList } from "./RunsList.js"
import { runsShow } from "./RunsShow.js"

export const runs = Command.make("runs").pipe(
  Command.withDescription(
    HelpDoc.blocks([
      help("The ledger: every run, whatever its verdict.", []),
      index({
        Commands: [
          ["list", "every run, newest first"],
          ["show", "one run, how it was proven whole, and what disagreed"]
        ]
      })
    ])
  ),
  Command.withSubcommands([runsList, runsShow])
)
