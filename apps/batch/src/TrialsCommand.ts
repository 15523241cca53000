import type { FileSystem, Path, Terminal } from "@effect/platform"
import { Effect } from "effect"
import { make } from "trials-domain/registries"
import type { RegistrySource } from "trials-domain/RegistrySource"
import { run } from "./cli/CommandLine.js"
import type { CommandError } from "./Failure.js"
import type { Output } from "./output/Output.js"
import { Registries } from "./Registries.js"

/** The `trials` command over some registries: what it does with a command line. `runMain` runs it. */
export type TrialsCommand = (
  argv: ReadonlyArray<string>,
  output: Output["Type"]
) => Effect.Effect<void, CommandError, FileSystem.FileSystem | Path.Path | Terminal.Terminal | Output>

/** What the command is made of. */
export interface TrialsCommandOptions {
  /** The registries that it knows, each with a name of its own: `[...builtin, acme]`. */
  readonly registries: Iterable<RegistrySource>
}

/** Makes the `trials` command. Throws `InvalidRegistry` if two registries have the same name. */
export const trialsCommand = ({ registries }: TrialsCommandOptions): TrialsCommand => {
  const known = make(registries)
  return (argv, output) => Effect.provideService(run(argv, output), Registries, known)
}
