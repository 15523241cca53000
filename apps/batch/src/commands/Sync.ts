import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Exit, Option } from "effect"
import { databaseSetting } from "trials-database/DatabaseUrl"
import { everyRegistry } from "trials-domain/Registry"
import { help } from "../cli/Help.js"
import { everywhere, from, sample } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { type CommandError, Ended, exitOf, ofCause, Misuse, worst } from "../Failure.js"
import { clean, Output } from "../output/Output.js"
import { Registries } from "../Registries.js"
import * as RegistryRun from "../RegistryRun.js"

/** Says where the sample is, if that is not where other commands look. */
const toldWhere = Effect.gen(function* () {
  const { json, note, quiet } = yield* Output
  const { named } = yield* databaseSetting
  if (named || json || quiet) return
  note(
    `The sample is in ${Databases.sampleUrl}: with TRIALS_DATABASE_URL=${Databases.sampleUrl} other commands look there.`
  )
})

/** Why options do not go together; null where they do. */
const flawOf = (
  registry: string,
  { dryRun, from, revision, sample }: RegistryRun.RunOptions
): string | null => {
  if (Option.isSome(from) && Option.isSome(revision))
    return "--revision names an edition of the network; it does not go with --from."
  if (sample && (Option.isSome(from) || Option.isSome(revision)))
    return "--sample reads what comes with the registry; it does not go with --from or --revision."
  if (dryRun && Option.contains(revision, "all"))
    return "--dry-run loads nothing, so --revision all would compare every edition with none."
  if (registry === everyRegistry && (Option.isSome(from) || Option.isSome(revision)))
    return `--from and --revision are of one registry; they do not go with --registry ${everyRegistry}.`
  return null
}

/** The registries to run: the named one, or every one that the options can read. */
const chosen = (registry: string, { sample }: RegistryRun.RunOptions) =>
  Effect.gen(function* () {
    if (registry !== everyRegistry) return [registry]
    const known = yield* Registries
    const readable = known.filter(({ layerSample }) => !sample || layerSample !== undefined)
    return readable.length > 0
      ? readable.map(({ registry }) => registry.name)
      : yield* new Misuse({ message: sample ? "No registry comes with a sample." : "No registry is known." })
  })

/** Runs registries one after another. One that fails is reported, and the others are run. Ends with the worst exit code. */
const each = (registries: ReadonlyArray<string>, options: RegistryRun.RunOptions) =>
  Effect.gen(function* () {
    const { line, note } = yield* Output
    const exits = yield* Effect.forEach(registries, (registry) =>
      Effect.gen(function* () {
        const ended: Exit.Exit<void, CommandError> = yield* Effect.exit(RegistryRun.run(registry, options))
        if (Exit.isSuccess(ended)) return 0
        const failure = ofCause(ended.cause, undefined)
        if (failure !== null) {
          const { code, message } = failure
          yield* line({ registry, error: { code, message } })
          note(clean(`trials: ${registry}: ${message}`))
        }
        return exitOf(ended.cause, failure)
      })
    )
    const exit = worst(exits)
    if (exit !== 0) return yield* new Ended({ exit })
  })

const command = Command.make(
  "sync",
  {
    registry: Options.text("registry").pipe(
      Options.withDescription(
        `Which registry, as in kdca; \`${everyRegistry}\`: every one, one after another, each with a run and a report of its own.`
      )
    ),
    from,
    sample,
    revision: Options.text("revision").pipe(
      Options.withDescription(
        "Read this edition (uddi:...); `all`: every one that is newer than what the database holds, oldest first."
      ),
      Options.optional
    ),
    full: Options.boolean("full").pipe(
      Options.withDescription(
        "Read every trial whole, whatever the list of the registry shows; where its list carries whole records, that is always so."
      )
    ),
    allowShrink: Options.boolean("allow-shrink").pipe(
      Options.withDescription("Load although far fewer of the known trials came than before.")
    ),
    allowOlder: Options.boolean("allow-older").pipe(
      Options.withDescription("Load although the edition is older than the one of the last proven run.")
    ),
    init: Options.boolean("init").pipe(
      Options.withDescription("Start a database where TRIALS_DATABASE_URL names one that is not there.")
    ),
    dryRun: Options.boolean("dry-run").pipe(
      Options.withDescription("Everything but the load, which is rolled back.")
    ),
    ...everywhere
  },
  ({ registry, ...options }) =>
    Effect.gen(function* () {
      const flaw = flawOf(registry, options)
      if (flaw !== null) return yield* new Misuse({ message: flaw })
      const registries = yield* chosen(registry, options)
      yield* registry === everyRegistry ? each(registries, options) : RegistryRun.run(registry, options)
      if (options.sample) yield* toldWhere
    })
)

export const sync = command.pipe(
  Command.withDescription(
    help(
      "One run: resolve the edition, count, read all of it, prove that the read is whole, load what changed, report. " +
        "What cannot be proven changes nothing but the ledger. Of `--registry all` the exit code is the worst: 1, 6, 2, 5, " +
        "3, 4, 0, in this order.",
      [
        ["trials sync --registry kdca", "needs ODCLOUD_SERVICE_KEY"],
        [
          "trials sync --registry kdca --sample",
          "145 real trials, without a key, into a database of their own"
        ],
        ["trials sync --registry all", "every registry; one that fails does not stop the others"],
        ["trials sync --registry kdca --from body.json", "from a saved response, without the network"],
        ["trials sync --registry kdca --dry-run --json", "what it would do, for a program"],
        [
          "trials sync --registry kdca --revision all",
          "true history, into a new database; again, where it was stopped"
        ]
      ]
    )
  )
)
