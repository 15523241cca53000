import { createWriteStream, fstatSync } from "node:fs"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Effect, Layer } from "effect"
import * as DotEnv from "trials-domain/DotEnv"
import * as Environment from "trials-domain/Environment"
import * as Logging from "./output/Logging.js"
import * as Output from "./output/Output.js"
import * as Failpoints from "./process/Failpoints.js"
import * as Holder from "./process/Holder.js"
import { runToExit } from "./process/Process.js"
import type { TrialsCommand } from "./TrialsCommand.js"

const environment = Layer.unwrapEffect(
  Effect.map(DotEnv.load(process.env), () => Layer.setConfigProvider(Environment.provider(process.env)))
)

/**
 * Runs a command over this process: its arguments, its settings (the environment and a `.env` file), its streams, its
 * signals. Exits with the command's code.
 */
export const runMain = (command: TrialsCommand): void => {
  const output = Output.make({
    // On a full disk, Node's own stream to a file counts a partial write as a complete one.
    stdout: fstatSync(1).isFile() ? createWriteStream("", { fd: 1 }) : process.stdout,
    stderr: process.stderr,
    noColor: (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb"
  })
  const services = Layer.mergeAll(
    Output.layer(output),
    Layer.unwrapEffect(Effect.map(Environment.logLevel, (level) => Logging.layer(output, level))),
    Layer.suspend(() => Failpoints.layer(process.env["TRIALS_FAILPOINT"])),
    Holder.layer
  ).pipe(Layer.provideMerge(environment), Layer.provideMerge(NodeContext.layer))
  runToExit(Effect.provide(command(process.argv, output), services), output)
}
