import { createWriteStream, fstatSync } from "node:fs"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Effect, Layer } from "effect"
import * as DotEnv from "trials-domain/DotEnv"
import * as Environment from "trials-domain/Environment"
import { run } from "./CommandLine.js"
import * as Failpoints from "./Failpoints.js"
import * as Holder from "./Holder.js"
import * as Logging from "./Logging.js"
import * as Output from "./Output.js"
import { runToExit } from "./Process.js"

const output = Output.make({
  // On a full disk, Node's own stream to a file counts a partial write as a complete one.
  stdout: fstatSync(1).isFile() ? createWriteStream("", { fd: 1 }) : process.stdout,
  stderr: process.stderr,
  noColor: (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb"
})

const environment = Layer.unwrapEffect(
  Effect.map(DotEnv.load(process.env), () => Layer.setConfigProvider(Environment.provider(process.env)))
)

const services = Layer.mergeAll(
  Output.layer(output),
  Layer.unwrapEffect(Effect.map(Environment.logLevel, (level) => Logging.layer(output, level))),
  Layer.suspend(() => Failpoints.layer(process.env["TRIALS_FAILPOINT"])),
  Holder.layer
).pipe(Layer.provideMerge(environment), Layer.provideMerge(NodeContext.layer))

runToExit(Effect.provide(run(process.argv, output), services), output)
