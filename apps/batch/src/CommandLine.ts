import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as Span from "@effect/cli/HelpDoc/Span"
import { createRequire } from "node:module"
import { type Console, Effect } from "effect"
import { Misuse } from "./Failure.js"
import { abridge, footer } from "./Help.js"
import type { Output } from "./Output.js"
import { trials } from "./Trials.js"

const packageJson: { readonly version: string } = createRequire(import.meta.url)("../package.json")

const parse = Command.run(trials, {
  name: "trials",
  version: packageJson.version,
  summary: Span.text("collects registries of clinical trials"),
  footer
})

/** The library's help goes to stdout through Output, which knows about colours; its errors are told by Failure. */
const consoleOf = (output: Output["Type"], words: ReadonlyArray<string>): Console.Console => {
  const standard = Effect.runSync(Effect.console)
  const log = (text: unknown) => output.text(abridge(String(text).trimEnd(), words))
  return {
    ...standard,
    log: (text) => Effect.sync(() => log(text)),
    error: () => Effect.void,
    unsafe: { ...standard.unsafe, log, error: () => undefined }
  }
}

/** Reads a command line and does what it says. */
export const run = (argv: ReadonlyArray<string>, output: Output["Type"]) => {
  const args = argv.slice(2)
  const end = args.findIndex((arg) => arg.startsWith("-"))
  const words = end === -1 ? args : args.slice(0, end)
  return parse(argv).pipe(
    Effect.catchTag("CommandMismatch", () =>
      Effect.fail(new Misuse({ message: `There is no command "${words.join(" ")}". See --help.` }))
    ),
    // The built-in options are told once, by the command without a name.
    Effect.provide(CliConfig.layer({ showBuiltIns: false, isCaseSensitive: true })),
    Effect.withConsole(consoleOf(output, words))
  )
}
