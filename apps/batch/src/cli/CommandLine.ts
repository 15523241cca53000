import * as CliConfig from "@effect/cli/CliConfig"
import * as CliOptions from "@effect/cli/Options"
import * as Command from "@effect/cli/Command"
import * as Span from "@effect/cli/HelpDoc/Span"
import { type Console, Effect, Layer, Option, Predicate } from "effect"
import { Misuse } from "../Failure.js"
import { type Mode, Output } from "../output/Output.js"
import { trials } from "../Trials.js"
import { version } from "../Version.js"
import * as CommandHints from "./CommandHints.js"
import { abridge, footer } from "./Help.js"
import { everywhere } from "./Options.js"

const config = CliConfig.make({
  // Only the help of `trials` itself shows the built-in options.
  showBuiltIns: false,
  isCaseSensitive: true
})

/** The output mode of a parsed command. The library keeps a subcommand's values under its parent. */
const modeOf = (read: unknown): Mode => {
  if (Predicate.hasProperty(read, "subcommand") && Option.isOption(read.subcommand)) {
    const [, inner] = Option.getOrElse(Option.filter(read.subcommand, Array.isArray), () => [])
    return modeOf(inner)
  }
  const has = (name: keyof Mode) => Predicate.hasProperty(read, name) && read[name] === true
  return { json: has("json"), quiet: has("quiet") }
}

/** The output mode of a command line that may be wrong: the library finds the mode's options in it. */
const askedIn = (args: ReadonlyArray<string>) => {
  const end = args.indexOf("--")
  // After a word that is not an option, the library looks for options everywhere.
  const words = ["trials", ...(end === -1 ? args : args.slice(0, end))]
  return CliOptions.processCommandLine(CliOptions.all(everywhere), words, config).pipe(
    Effect.map(([, , mode]): Mode => mode),
    Effect.orElseSucceed((): Mode => ({ json: false, quiet: false }))
  )
}

const parse = trials.pipe(
  Command.transformHandler((command, read) =>
    Effect.flatMap(Output, ({ wanted }) => {
      wanted(modeOf(read))
      return command
    })
  ),
  Command.run({
    name: "trials",
    version,
    summary: Span.text("collects registries of clinical trials"),
    footer
  })
)

/** Sends the library's help to stdout through Output, which knows about colours. Failure reports its errors. */
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

/** Parses a command line and runs its command. */
export const run = (argv: ReadonlyArray<string>, output: Output["Type"]) => {
  const args = argv.slice(2)
  const end = args.findIndex((arg) => arg.startsWith("-"))
  const words = end === -1 ? args : args.slice(0, end)
  return Effect.map(askedIn(args), output.wanted).pipe(
    Effect.zipRight(parse(argv)),
    Effect.catchTag("CommandMismatch", () =>
      Effect.fail(new Misuse({ message: `There is no command "${words.join(" ")}". See --help.` }))
    ),
    Effect.provide(Layer.merge(CliConfig.layer(config), CommandHints.layer)),
    Effect.withConsole(consoleOf(output, words))
  )
}
