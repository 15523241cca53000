import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Either, Layer, Option } from "effect"
import { databaseSetting } from "trials-database/DatabaseUrl"
import { RegistryClient } from "trials-domain/RegistryClient"
import type { RunReport } from "trials-domain/Run"
import { RunLedger } from "trials-domain/RunLedger"
import { RunQueries } from "trials-domain/RunQueries"
import * as Sync from "trials-domain/Sync"
import * as Databases from "../Databases.js"
import { Ended, Misuse } from "../Failure.js"
import { help } from "../Help.js"
import { everywhere, from, registry, sample } from "../Options.js"
import { clean, Output } from "../Output.js"
import * as ProgressBar from "../ProgressBar.js"
import * as RunText from "../RunText.js"
import { limits } from "../Settings.js"
import * as Source from "../Source.js"

const told = (run: RunReport) =>
  Effect.gen(function* () {
    const { answer, json, note, quiet } = yield* Output
    yield* Databases.confirmed
    const entered = yield* Effect.flatMap(RunQueries, (runs) => runs.get({ runId: run.runId }))
    if (quiet && run.reason === null && !json) return
    yield* answer(run, () => RunText.report(entered))
    if (json) {
      yield* Effect.forEach(entered.notes, (each) => Effect.logWarning(each), { discard: true })
      if (run.reason !== null) note(clean(`trials: ${run.verdict ?? ""}: ${run.reason.message}`))
    }
  })

/** The edition that a run reads. Without one, the client chooses. */
type Choice = Pick<Sync.SyncOptions, "revision" | "notes">

/** One edition by its id. The list of editions may be down while the edition itself can be read. */
const one = (id: string) =>
  Effect.gen(function* () {
    const { registry, revisions } = yield* RegistryClient
    const editions = yield* Effect.either(revisions)
    if (Either.isLeft(editions)) {
      const notes = [
        `The list of editions could not be read: ${editions.left.message} Whether the one named is the newest is not known.`
      ]
      return { revision: { id, date: null, title: null }, notes }
    }
    const revision = editions.right.find((edition) => edition.id === id)
    const newest = editions.right.at(-1)
    if (revision === undefined || newest === undefined) {
      return yield* new Misuse({
        message: `${registry.name} lists no edition ${id}; \`trials revisions\` shows those it has.`
      })
    }
    const old = `--revision names an edition of ${revision.date ?? "unknown date"}; the newest is ${newest.id} of ${newest.date ?? "unknown date"}.`
    return { revision, notes: revision === newest ? [] : [old] }
  })

/** Every edition that is newer than what the database holds, oldest first. */
const every = Effect.gen(function* () {
  const { registry, revisions } = yield* RegistryClient
  const last = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded(registry.name))
  const editions = yield* revisions
  const at = last === null ? -1 : editions.findIndex(({ id }) => id === last.revision?.id)
  if (last !== null && (at < 0 || at === editions.length - 1)) {
    return yield* new Misuse({
      message:
        at < 0
          ? `--revision all goes on from the edition of the last proven run, but ${registry.name} does not list that of run ${last.runId}. A new database takes all editions.`
          : `--revision all has nothing to read: the newest edition of ${registry.name} is in this database (run ${last.runId}). A new database takes all editions.`
    })
  }
  return editions.slice(at + 1).map((revision): Choice => ({ revision }))
})

/** Refuses to load a sample into what was read from a registry, or the other way round. A saved body may follow either. */
const unmixed = ({ from, sample }: { readonly from: Option.Option<string>; readonly sample: boolean }) =>
  Effect.gen(function* () {
    const { registry } = yield* RegistryClient
    const last = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded(registry.name))
    if (last === null || Option.isSome(from)) return
    const id = last.revision?.id ?? ""
    const holdsSample = id.startsWith("file:") && id === (yield* Source.sampleId(registry.name))
    if (sample === holdsSample) return
    return yield* new Misuse({
      message: sample
        ? `The database holds more of ${registry.name} than its sample (run ${last.runId}), and the two are never mixed. ` +
          `Name another database in TRIALS_DATABASE_URL, or none: the sample is then in ${Databases.sampleUrl}.`
        : `The database holds the sample of ${registry.name} (run ${last.runId}), which is never mixed with what the registry ` +
          "says. Name another database in TRIALS_DATABASE_URL."
    })
  })

/** Says where the sample is, if that is not where other commands look. */
const toldWhere = Effect.gen(function* () {
  const { json, note, quiet } = yield* Output
  const { named } = yield* databaseSetting
  if (named || json || quiet) return
  note(
    `The sample is in ${Databases.sampleUrl}: with TRIALS_DATABASE_URL=${Databases.sampleUrl} other commands look there.`
  )
})

/** The editions that the user asked for. */
const wanted = (revision: Option.Option<string>) =>
  Option.match(revision, {
    onNone: () => Effect.succeed<ReadonlyArray<Choice>>([{}]),
    onSome: (id) => (id === "all" ? every : Effect.map(one(id), (choice): ReadonlyArray<Choice> => [choice]))
  })

const command = Command.make(
  "sync",
  {
    registry,
    from,
    sample,
    revision: Options.text("revision").pipe(
      Options.withDescription(
        "Read this edition (uddi:...); `all`: every one that is newer than what the database holds, oldest first."
      ),
      Options.optional
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
  ({ allowOlder, allowShrink, dryRun, from, init, registry, revision, sample }) =>
    Effect.gen(function* () {
      if (Option.isSome(from) && Option.isSome(revision)) {
        return yield* new Misuse({
          message: "--revision names an edition of the network; it does not go with --from."
        })
      }
      if (sample && (Option.isSome(from) || Option.isSome(revision))) {
        return yield* new Misuse({
          message: "--sample reads what comes with the registry; it does not go with --from or --revision."
        })
      }
      if (dryRun && Option.contains(revision, "all")) {
        return yield* new Misuse({
          message: "--dry-run loads nothing, so --revision all would compare every edition with none."
        })
      }
      const within = yield* limits
      yield* Effect.gen(function* () {
        yield* unmixed({ from, sample })
        const options = { dryRun, limits: { ...within, allowOlder, allowShrink } }
        for (const choice of yield* wanted(revision)) {
          const run = yield* Sync.run({ ...options, ...choice }).pipe(Effect.provide(ProgressBar.layer))
          yield* told(run)
          const exit = RunText.exitOf(run.verdict)
          if (exit !== 0) return yield* new Ended({ exit })
        }
        if (sample) yield* toldWhere
      }).pipe(
        Effect.provide(
          Layer.merge(Sync.layer, RunQueries.layer).pipe(
            Layer.provideMerge(Databases.writer({ init, sample })),
            // The client comes first: a missing key must not leave a new database behind.
            Layer.provideMerge(Source.client(registry, from, sample))
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
        [
          "trials sync --registry kdca --sample",
          "145 real trials, without a key, into a database of their own"
        ],
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
