import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { help, index } from "../cli/Help.js"
import { initCi } from "./InitCi.js"

export const init = Command.make("init").pipe(
  Command.withDescription(
    HelpDoc.blocks([
      help("Write files that run this command elsewhere.", []),
      index({ Commands: [["ci", "the nightly workflow for GitHub Actions"]] })
    ])
  ),
  Command.withSubcommands([initCi])
)
