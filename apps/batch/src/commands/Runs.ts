import * as Command from "@effect/cli/Command"
import { help } from "../Help.js"
import { runsList } from "./RunsList.js"
import { runsShow } from "./RunsShow.js"

export const runs = Command.make("runs").pipe(
  Command.withDescription(help("The ledger of runs.", [])),
  Command.withSubcommands([runsList, runsShow])
)
