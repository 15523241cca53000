import type { SqlClient } from "@effect/sql"
import { Effect, type Stream } from "effect"
import { existsSync } from "node:fs"
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { failpoint } from "trials-domain/Failpoint"
import { Hints } from "trials-domain/Hints"
import * as Migrations from "trials-domain/Migrations"
import * as State from "trials-domain/State"
import type { StoreError } from "trials-domain/StoreError"
import { blocksOf, goesOn, versionsOf } from "./Blocks.js"
import { derived, isSame, told } from "./Derived.js"
import { descends } from "./Descent.js"
import { format, type Manifest, numberOf, tagOf, toText } from "./Manifest.js"
import { blockName, fileOf, type Written, written } from "./Parts.js"
import { manifestFile, open, type Release, type ReleasePlace } from "./Release.js"
import { attempt, ReleaseError } from "./ReleaseError.js"
import { Summing } from "./StateSummary.js"
import { sumsFile, writeSums } from "./Sums.js"

const defaultBlockSize = 10_000

/** How a state is packed. */
export interface PackOptions {
  /** Where the earlier releases are. The new one goes on from the one that is meant there. */
  readonly parent: ReleasePlace
  /** Whether this is the first release of all: there must be none. */
  readonly first: boolean
  /** How many versions a block holds. Default 10,000. */
  readonly blockSize?: number
  /** The folder of releases in which the new one gets a folder, as in `data-000123`. */
  readonly out: string
}

/** A release that was packed. */
export interface Packed {
  readonly folder: string
  readonly manifest: Manifest
  /** What its files take, in bytes. */
  readonly bytes: number
  readonly files: number
}

type Failing<A> = Effect.Effect<A, ReleaseError | StoreError, SqlClient.SqlClient>

/** Whether a number that was given out still has its release. */
const isThere = (place: ReleasePlace, number: number): Effect.Effect<boolean, ReleaseError> =>
  place
    .files(number)
    .open(sumsFile)
    .pipe(
      Effect.map((bytes) => {
        bytes.destroy()
        return true
      }),
      Effect.catchIf(
        ({ reason }) => reason === "none",
        () => Effect.succeed(false)
      )
    )

/** Refuses to go on from a release while a later one is there: both lines would be published. */
const newestLeft = (place: ReleasePlace, wanted: number, newest: number) =>
  Effect.gen(function* () {
    for (let number = newest; number > wanted; number -= 1) {
      if (!(yield* isThere(place, number))) continue
      return yield* new ReleaseError({
        reason: "forked",
        message:
          `${tagOf(number)} is there, and goes on from ${tagOf(wanted)} already. To go on from ${tagOf(wanted)} all the ` +
          "same, withdraw every later release first: delete it, and on GitHub leave its tag."
      })
    }
  })

/** The release from which the state must descend, and the number of the new one. */
const lineage = ({ first, parent }: PackOptions) =>
  Effect.gen(function* () {
    const { firstRelease } = yield* Hints
    const wanted = yield* parent.wanted
    const newest = (yield* parent.newest) ?? 0
    if (first && (wanted === null || !(yield* isThere(parent, wanted))))
      return { release: null, number: newest + 1 }
    if (wanted === null) {
      return yield* new ReleaseError({
        reason: "none",
        message:
          `There is no release at ${parent.where}. Where one was expected, find out who removed it, and bring it back. ` +
          `Where there never was one, ${firstRelease} packs the first.`
      })
    }
    if (first) {
      return yield* new ReleaseError({
        reason: "taken",
        message: `${parent.where} has ${tagOf(wanted)} already; leave out ${firstRelease} to go on from it.`
      })
    }
    yield* newestLeft(parent, wanted, newest)
    const release = yield* open(parent, wanted)
    if (!(yield* descends(release))) {
      return yield* new ReleaseError({
        reason: "forked",
        message:
          `This database does not descend from ${release.where}: another one has gone on from an earlier release. Only ` +
          "one of them can be kept. To keep the release, restore it into a new database, collect into that, and pack it."
      })
    }
    return { release, number: Math.max(newest, wanted) + 1 }
  })

/** Writes the parts of a state into a folder. */
const packInto = (
  folder: string,
  number: number,
  parent: Release | null,
  blockSize: number
): Failing<Manifest> =>
  Effect.gen(function* () {
    const summing = new Summing()
    const write = <E, R>(name: string, pages: Stream.Stream<ReadonlyArray<State.Row>, E, R>) =>
      written(name, join(folder, fileOf(name)), pages)
    const wholes: Array<Written> = []
    for (const part of State.wholeParts)
      wholes.push(yield* write(part, summing.through(part, State.whole(part))))
    const blocks = yield* blocksOf(parent, blockSize, summing)
    const { summary } = summing
    if (summary === null) {
      return yield* new ReleaseError({
        reason: "unproven",
        message:
          "No run has loaded anything into this database yet, so there is nothing to keep. Collect first."
      })
    }
    const trials = yield* derived
    if (!isSame(trials, yield* told)) {
      const { rebuild } = yield* Hints
      return yield* new ReleaseError({
        reason: "damaged",
        message:
          "The trials of this database are not what its versions tell, so that a release could not be restored. Verify " +
          `it, to see which; ${rebuild} makes them anew.`
      })
    }
    const base = parent !== null && goesOn(parent, summary.month, blocks) ? parent.manifest.base : number
    const own = blocks.filter(({ inBase }) => base === number || !inBase)
    for (const { first } of own) yield* write(blockName(first), versionsOf(first, blockSize))
    const parts = blocks.map((block) => ({
      ...block.measured,
      release: own.includes(block) ? number : base
    }))
    return {
      format,
      number,
      parent: parent === null ? null : { number: parent.manifest.number, sha256: parent.sha256 },
      base,
      month: summary.month,
      schemaVersion: Migrations.schemaVersion,
      blockSize,
      counts: summary.counts,
      last: summary.last,
      registries: summary.registries,
      derived: trials,
      parts: [...wholes.map((part) => ({ ...part, release: number })), ...parts]
    }
  })

/** How many files a folder has, and their size. */
const sizeOf = async (folder: string) => {
  const sizes = await Promise.all((await readdir(folder)).map((file) => stat(join(folder, file))))
  return { files: sizes.length, bytes: sizes.reduce((sum, { size }) => sum + size, 0) }
}

const day = 24 * 60 * 60 * 1000

/** Removes what packs have left that were killed. One that still works is not a day old. */
const sweep = async (out: string): Promise<void> => {
  for (const name of await readdir(out)) {
    if (numberOf(name.replace(/^\.|-\w{6}$/g, "")) === null || !name.startsWith(".")) continue
    const path = join(out, name)
    if (Date.now() - (await stat(path)).mtimeMs > day) await rm(path, { recursive: true, force: true })
  }
}

/**
 * Packs the state of a database into a new folder, which appears whole or not at all. The state must descend from the
 * release that it goes on from. The database is read in one snapshot; on PostgreSQL that takes a reader's connection.
 */
export const run: (options: PackOptions) => Failing<Packed> = Effect.fn("Pack.run")(function* (
  options: PackOptions
) {
  return yield* State.snapshot(
    Effect.gen(function* () {
      const { number, release } = yield* lineage(options)
      const folder = join(options.out, tagOf(number))
      const taken = new ReleaseError({
        reason: "taken",
        message: `${folder} is there already. Remove it, or name another folder.`
      })
      if (existsSync(folder)) return yield* taken
      return yield* Effect.acquireUseRelease(
        attempt(async () => {
          await mkdir(options.out, { recursive: true })
          await sweep(options.out)
          return mkdtemp(join(options.out, `.${tagOf(number)}-`))
        }),
        (aside) =>
          Effect.gen(function* () {
            const manifest = yield* packInto(aside, number, release, options.blockSize ?? defaultBlockSize)
            const size = yield* attempt(async () => {
              await writeFile(join(aside, manifestFile), toText(manifest), { flag: "wx" })
              await writeSums(aside)
              await chmod(aside, 0o755)
              return sizeOf(aside)
            })
            yield* failpoint("pack.whole")
            // Another pack may have made it meanwhile.
            yield* Effect.mapError(
              attempt(() => rename(aside, folder)),
              (error) => (existsSync(folder) ? taken : error)
            )
            return { folder, manifest, ...size }
          }),
        (aside) => Effect.promise(() => rm(aside, { recursive: true, force: true }))
      )
    })
  )
})
