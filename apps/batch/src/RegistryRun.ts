import { Effect, Either, Layer, Option } from "effect"
import { RegistryClient } from "trials-domain/RegistryClient"
import type { RunReport } from "trials-domain/Run"
import { RunLedger } from "trials-domain/RunLedger"
import { RunQueries } from "trials-domain/RunQueries"
import * as Sync from "trials-domain/Sync"
import * as Databases from "./Databases.js"
import { Ended, Misuse } from "./Failure.js"
import { clean, Output } from "./output/Output.js"
import * as ProgressBar from "./output/ProgressBar.js"
import * as RunText from "./output/RunText.js"
import { limits } from "./Settings.js"
import * as Source from "./Source.js"

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

/**
 * Refuses to load a sample into a database that holds anything else, of whichever registry, or what a registry says into one
 * that holds a sample. A saved body may follow either.
 */
const unmixed = ({ from, sample }: { readonly from: Option.Option<string>; readonly sample: boolean }) =>
  Effect.gen(function* () {
    if (Option.isSome(from)) return
    const loaded = yield* Effect.flatMap(RunLedger, ({ loadedEditions }) => loadedEditions)
    // A registry may name all that it says alike; only of what was saved does the id tell what it is.
    const asked = sample ? loaded : loaded.filter(({ revision }) => revision?.id.startsWith("file:"))
    const samples = yield* Source.samplesAmong(asked)
    const other = asked.find((edition) => samples.has(edition) !== sample)
    if (other === undefined) return
    const { registry, runId } = other
    return yield* new Misuse({
      message: sample
        ? `The database holds more of ${registry} than its sample (run ${runId}), and the two are never mixed. ` +
          `Name another database in TRIALS_DATABASE_URL, or none: the sample is then in ${Databases.sampleUrl}.`
        : `The database holds the sample of ${registry} (run ${runId}), which is never mixed with what a registry ` +
          "says. Name another database in TRIALS_DATABASE_URL."
    })
  })

/** The editions that the user asked for. */
const wanted = (revision: Option.Option<string>) =>
  Option.match(revision, {
    onNone: () => Effect.succeed<ReadonlyArray<Choice>>([{}]),
    onSome: (id) => (id === "all" ? every : Effect.map(one(id), (choice): ReadonlyArray<Choice> => [choice]))
  })

/** What a run is asked to do, whichever registry it reads. */
export interface RunOptions {
  readonly from: Option.Option<string>
  readonly sample: boolean
  readonly revision: Option.Option<string>
  readonly full: boolean
  readonly allowShrink: boolean
  readonly allowOlder: boolean
  readonly init: boolean
  readonly dryRun: boolean
}

/** Runs a registry, once for each edition that is wanted, and reports each run. Fails with `Ended` where one proved nothing. */
export const run = (
  registry: string,
  { allowOlder, allowShrink, dryRun, from, full, init, revision, sample }: RunOptions
) =>
  Effect.gen(function* () {
    const within = yield* limits
    yield* Effect.gen(function* () {
      yield* unmixed({ from, sample })
      const options = { dryRun, full, limits: { ...within, allowOlder, allowShrink } }
      for (const choice of yield* wanted(revision)) {
        const run = yield* Sync.run({ ...options, ...choice }).pipe(Effect.provide(ProgressBar.layer))
        yield* told(run)
        const exit = RunText.exitOf(run.verdict)
        if (exit !== 0) return yield* new Ended({ exit })
      }
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
