import type { SqlClient } from "@effect/sql"
import { Effect, Stream } from "effect"
import { createHash } from "node:crypto"
import { createReadStream, existsSync } from "node:fs"
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import * as Migrations from "trials-domain/Migrations"
import { report } from "trials-domain/Progress"
import * as State from "trials-domain/State"
import type { StoreError } from "trials-domain/StoreError"
import { descends } from "./Descent.js"
import { format, type Manifest, type Part, tagOf, toText } from "./Manifest.js"
import { blockName, blockSize, blocksUpTo, fileOf, kindOf, measured, type Written, written } from "./Parts.js"
import { manifestFile, open, type Release, type ReleasePlace, sumsFile } from "./Release.js"
import { fromCause, ReleaseError } from "./ReleaseError.js"
import { type StateSummary, Summing } from "./StateSummary.js"

/** How a state is packed. */
export interface PackOptions {
  /** Where the earlier releases are. The new one goes on from the one that is meant there. */
  readonly parent: ReleasePlace | null
  /** Whether this is the first release of all: there must be none. */
  readonly first: boolean
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

// A month in which more than this share of the base has changed begins another one.
const largestShare = 1 / 4

type Failing<A> = Effect.Effect<A, ReleaseError | StoreError, SqlClient.SqlClient>

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, ReleaseError> =>
  Effect.tryPromise({ try: run, catch: fromCause })

/** The release from which the state must descend, and the number of the new one. */
const lineage = ({ first, parent }: PackOptions) =>
  Effect.gen(function* () {
    const wanted = parent === null ? null : yield* parent.wanted
    const newest = (parent === null ? null : yield* parent.newest) ?? 0
    if (wanted === null || parent === null) {
      if (first) return { release: null, number: newest + 1 }
      return yield* new ReleaseError({
        reason: "none",
        message:
          `There is no release at ${parent?.where ?? "any place"}. Where one was expected, find out who removed it, and ` +
          "bring it back. Where there never was one, --first packs the first."
      })
    }
    if (first) {
      return yield* new ReleaseError({
        reason: "taken",
        message: `${parent.where} has ${tagOf(wanted)} already; leave out --first to go on from it.`
      })
    }
    const release = yield* open(parent, wanted)
    if (!(yield* descends(release))) {
      return yield* new ReleaseError({
        reason: "forked",
        message:
          `This database does not descend from ${release.where}: another one has gone on from an earlier release. Only ` +
          `one of them can be kept. To keep what is published, run \`trials release restore ${parent.where}\` into a new ` +
          "database, sync it, and pack that."
      })
    }
    return { release, number: Math.max(newest, wanted) + 1 }
  })

const isSame = (one: Written, other: Part): boolean =>
  one.sha256 === other.sha256 && one.size === other.size && one.rows === other.rows

// A migration may have written every version anew.
const isOfThisSchema = (release: Release | null): boolean =>
  release?.manifest.schemaVersion === Migrations.schemaVersion

/** A block of versions, and whether the base lends it. */
interface Block {
  readonly first: number
  readonly measured: Written
  readonly inBase: boolean
}

const versionsOf = (first: number) => State.versions(first, first + blockSize - 1)

/** Reads every block of the state. A full one of the parent must be as it was, because versions are only added. */
const blocksOf = (parent: Release | null, summing: Summing): Failing<ReadonlyArray<Block>> =>
  Effect.gen(function* () {
    const blocks: Array<Block> = []
    const total = yield* State.lastSeq
    for (const first of blocksUpTo(total)) {
      const name = blockName(first)
      const found = yield* measured(name, summing.through("versions", versionsOf(first)))
      const before = parent?.manifest.parts.find((part) => part.name === name)
      const same = before !== undefined && isSame(found, before)
      if (before?.rows === blockSize && !same && isOfThisSchema(parent)) {
        return yield* new ReleaseError({
          reason: "forked",
          message:
            `The versions from ${first} on are not those of ${parent?.where}, though nothing may change them: this ` +
            "database is damaged, or has another past. `trials verify` compares it with its records; the release can be " +
            "restored into a new one."
        })
      }
      blocks.push({ first, measured: found, inBase: same && before.release === parent?.manifest.base })
      yield* report({ step: "pack", done: Math.min(first + blockSize - 1, total), total })
    }
    return blocks
  })

const sizeOf = (parts: ReadonlyArray<{ readonly size: number }>): number =>
  parts.reduce((sum, { size }) => sum + size, 0)

/** Whether a release goes on from its parent's base, or begins another one. */
const goesOn = (parent: Release, summary: StateSummary, blocks: ReadonlyArray<Block>): boolean => {
  const { base, month, parts } = parent.manifest
  const lacking = blocks.filter(({ inBase }) => !inBase).map(({ measured }) => measured)
  const lent = parts.filter(({ name, release }) => release === base && kindOf(name) === "versions")
  return isOfThisSchema(parent) && summary.month === month && sizeOf(lacking) <= sizeOf(lent) * largestShare
}

/** The trials as the database has them, to compare with what a restored one makes of its versions. */
export const derived: Failing<Manifest["derived"]> = Effect.gen(function* () {
  const hash = createHash("sha256")
  let rows = 0
  yield* Stream.runForEach(State.derived, (lines) =>
    Effect.sync(() => {
      rows += lines.length
      hash.update(lines.join(""))
    })
  )
  return { rows, sha256: hash.digest("hex") }
})

/** Writes the parts of a state into a folder. */
const packInto = (folder: string, number: number, parent: Release | null): Failing<Manifest> =>
  Effect.gen(function* () {
    const summing = new Summing()
    const write = <E, R>(name: string, pages: Stream.Stream<ReadonlyArray<State.Row>, E, R>) =>
      written(name, join(folder, fileOf(name)), pages)
    const wholes: Array<Written> = []
    for (const part of State.wholeParts)
      wholes.push(yield* write(part, summing.through(part, State.whole(part))))
    const blocks = yield* blocksOf(parent, summing)
    const { summary } = summing
    if (summary === null) {
      return yield* new ReleaseError({
        reason: "unproven",
        message:
          "No run has loaded anything into this database yet, so there is nothing to keep. Run `trials sync` first."
      })
    }
    const base = parent !== null && goesOn(parent, summary, blocks) ? parent.manifest.base : number
    const own = blocks.filter(({ inBase }) => base === number || !inBase)
    for (const { first } of own) yield* write(blockName(first), versionsOf(first))
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
      counts: summary.counts,
      last: summary.last,
      registries: summary.registries,
      derived: yield* derived,
      parts: [...wholes.map((part) => ({ ...part, release: number })), ...parts]
    }
  })

/** Writes the manifest, and the hashes of all files. Returns how many files there are, and their size. */
const describe = async (folder: string, manifest: Manifest) => {
  await writeFile(join(folder, manifestFile), toText(manifest), { flag: "wx" })
  const files = (await readdir(folder)).toSorted()
  const lines: Array<string> = []
  let bytes = 0
  for (const file of files) {
    const hash = createHash("sha256")
    for await (const piece of createReadStream(join(folder, file))) {
      hash.update(piece)
      bytes += piece.length
    }
    lines.push(`${hash.digest("hex")}  ${file}\n`)
  }
  const sums = lines.join("")
  await writeFile(join(folder, sumsFile), sums, { flag: "wx" })
  return { files: files.length + 1, bytes: bytes + sums.length }
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
        message: `${folder} is there already. Remove it, or name another folder by --out.`
      })
      if (existsSync(folder)) return yield* taken
      return yield* Effect.acquireUseRelease(
        attempt(async () => {
          await mkdir(options.out, { recursive: true })
          return mkdtemp(join(options.out, `.${tagOf(number)}-`))
        }),
        (aside) =>
          Effect.gen(function* () {
            const manifest = yield* packInto(aside, number, release)
            const size = yield* attempt(() => describe(aside, manifest))
            yield* attempt(() => chmod(aside, 0o755))
            yield* Effect.mapError(
              attempt(() => rename(aside, folder)),
              () => taken
            )
            return { folder, manifest, ...size }
          }),
        (aside) => Effect.promise(() => rm(aside, { recursive: true, force: true }))
      )
    })
  )
})
