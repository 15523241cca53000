import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Layer, Option } from "effect"
import type { Revision } from "trials-domain/RegistryClient"
import { RegistryClient } from "trials-domain/RegistryClient"
import type { RunReport } from "trials-domain/Run"
import { RunLedger } from "trials-domain/RunLedger"
import { RunQueries } from "trials-domain/RunQueries"
import * as Sync from "trials-domain/Sync"
import * as Databases from "../Databases.js"
import { Ended, Misuse } from "../Failure.js"
import { help } from "../Help.js"
import { everywhere, from, registry } from "../Options.js"
import { clean, Output } from "../Output.js"
import * as ProgressBar from "../ProgressBar.js"
import * as RunText from "../RunText.js"
import { limits } from "../Settings.js"
import * as Source from "../Source.js"

const told = (run: RunReport) =>
  Effect.gen(function* () {
    const { answer, json, note, quiet } = yield* Output
    const { notes, proof } = yield* Effect.flatMap(RunQueries, (runs) => runs.one(run.runId))
    if (quiet && run.reason === null && !json) return
    yield* answer(run, () => RunText.report({ ...run, notes, proof }))
    if (json) {
      yield* Effect.forEach(notes, (each) => Effect.logWarning(each), { discard: true })
      if (run.reason !== null) note(clean(`trials: ${run.verdict ?? ""}: ${run.reason.message}`))
    }
  })

/** The editions that were asked for; undefined stands for the one that the client chooses. */
const wanted = (revision: Option.Option<string>) =>
  Effect.gen(function* () {
    if (Option.isNone(revision)) return [undefined]
    const client = yield* RegistryClient
    const listed = client.revisions
    if (revision.value !== "all") {
      const known: Revision = { id: revision.value, date: null, title: null }
      // Where editions are listed may be down while the edition itself can be read.
      const editions = yield* listed.pipe(
        Effect.catchIf(
          (error) => error.reason !== "key",
          () => Effect.succeed([known])
        )
      )
      const found = editions.find(({ id }) => id === revision.value)
      return found === undefined
        ? yield* new Misuse({
            message: `${client.registry.name} lists no edition ${revision.value}; \`trials revisions\` shows those it has.`
          })
        : [found]
    }
    const last = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastProven(client.registry.name))
    if (last !== null) {
      return yield* new Misuse({
        message: `--revision all builds a history from its beginning, but ${client.registry.name} is in this database already (run ${last.runId}).`
      })
    }
    return yield* listed
  })

const command = Command.make(
  "sync",
  {
    registry,
    from,
    revision: Options.text("revision").pipe(
      Options.withDescription(
        "Read this edition (uddi:...); `all`: every one, oldest first, into a database without any."
      ),
      Options.optional
    ),
    allowShrink: Options.boolean("allow-shrink").pipe(
      Options.withDescription("Load although the registry holds far fewer records than before.")
    ),
    init: Options.boolean("init").pipe(
      Options.withDescription("Start a database where TRIALS_DATABASE_URL names one that is not there.")
    ),
    dryRun: Options.boolean("dry-run").pipe(
      Options.withDescription("Everything but the load, which is rolled back.")
    ),
    ...everywhere
  },
  ({ allowShrink, dryRun, from, init, registry, revision }) =>
    Effect.gen(function* () {
      if (Option.isSome(from) && Option.isSome(revision)) {
        return yield* new Misuse({
          message: "--revision names an edition of the network; it does not go with --from."
        })
      }
      if (dryRun && Option.contains(revision, "all")) {
        return yield* new Misuse({
          message: "--dry-run loads nothing, so --revision all would compare every edition with none."
        })
      }
      const within = yield* limits
      yield* Effect.gen(function* () {
        const options = { dryRun, limits: { ...within, allowShrink } }
        for (const edition of yield* wanted(revision)) {
          const run = yield* Sync.sync(
            edition === undefined ? options : { ...options, revision: edition }
          ).pipe(Effect.provide(ProgressBar.layer))
          yield* told(run)
          const exit = RunText.exitOf(run.verdict)
          if (exit !== 0) return yield* new Ended({ exit })
        }
      }).pipe(
        Effect.provide(
          Layer.merge(Sync.layer, RunQueries.layer).pipe(
            Layer.provideMerge(Databases.writer({ init })),
            // The client comes first: a missing key must not leave a new database behind.
            Layer.provideMerge(Source.client(registry, from))
          )
        )
      )
    })
)

export const sync = command.pipe(
  Command.withDescription(
    help(
      "One run: resolve the edition, count, read all of it, prove that the read is whole, load what changed, report. " +
        "What cannot be proven changes nothing but the ledger.",
      [
        ["trials sync --registry kdca", "needs ODCLOUD_SERVICE_KEY"],
        ["trials sync --registry kdca --from body.json", "from a saved response, without the network"],
        ["trials sync --registry kdca --dry-run --json", "what it would do, for a program"],
        ["trials sync --registry kdca --revision all", "true history, into a new database"]
      ]
    )
  )
)
