import { SqlClient, type SqlError } from "@effect/sql"
import type { MigrationError } from "@effect/sql/Migrator"
import { Effect, Option, Stream } from "effect"
import { failpoint } from "trials-domain/Failpoint"
import * as Migrations from "trials-domain/Migrations"
import { report } from "trials-domain/Progress"
import * as Rebuild from "trials-domain/Rebuild"
import * as State from "trials-domain/State"
import type { StoreError } from "trials-domain/StoreError"
import { continues, descends, reached, type Reached } from "./Descent.js"
import { derived, isSame } from "./Derived.js"
import { blocksUpTo, newer } from "./Parts.js"
import type { Release } from "./Release.js"
import { ReleaseError } from "./ReleaseError.js"
import { Summing } from "./StateSummary.js"
import { agrees } from "./Verify.js"

/** What a restored database got. */
export interface Restored {
  /** How many versions were added. */
  readonly added: number
  /** How many versions it now has. */
  readonly versions: number
  readonly trials: number
}

type Failing<A> = Effect.Effect<
  A,
  ReleaseError | StoreError | Migrations.SchemaMismatch | MigrationError,
  SqlClient.SqlClient
>

/** Refuses a release of a schema that this version cannot bring back. */
const known = ({ manifest, where }: Release): Effect.Effect<void, ReleaseError> => {
  const { schemaVersion: found } = manifest
  if (found > Migrations.schemaVersion) return newer(where, found)
  if (found >= State.oldestSchema) return Effect.void
  return new ReleaseError({
    reason: "damaged",
    message: `${where} is damaged: it has schema ${found}, and the first release of all had ${State.oldestSchema}.`
  })
}

const isOlder = ({ manifest }: Release): boolean => manifest.schemaVersion < Migrations.schemaVersion

/** Refuses a database that the release does not continue, or that it could only continue in its own schema. */
const fits = (release: Release, held: Reached): Failing<void> =>
  Effect.gen(function* () {
    if (isOlder(release)) {
      if (held.runs.length === 0 && Option.isNone(held.last)) return
      return yield* new ReleaseError({
        reason: "older",
        message:
          `${release.where} has schema ${release.manifest.schemaVersion}, and this database, which is not empty, has ` +
          `${Migrations.schemaVersion}: restore into a new database, or take a release of schema ` +
          `${Migrations.schemaVersion}.`
      })
    }
    if (yield* continues(release, held)) return
    const { where } = release
    if (yield* descends(release)) {
      return yield* new ReleaseError({
        reason: "ahead",
        message: `This database has gone on from ${where}: it holds all of it, and more. To go back, restore into a new database.`
      })
    }
    return yield* new ReleaseError({
      reason: "forked",
      message:
        `This database and ${where} have gone different ways, so neither can be made into the other. Restore into a new ` +
        "database, and keep this one until you know what only it holds."
    })
  })

/**
 * How a database takes a release: all of it in one transaction, or block by block, for one that nobody uses before it
 * holds all (a transaction of a million versions would take their size once more).
 */
export type Commits = "once" | "by-block"

/** Makes a transaction of each part, or leaves it in the one of all. */
type Each = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError.SqlError, R>

/** What rows are taken through on their way, such as what sums them up. */
type Through = Summing["through"]

/** Adds the versions after the last one that is held. */
const addVersions = (release: Release, held: number, each: Each, through: Through) =>
  Effect.gen(function* () {
    const { blockSize, last, schemaVersion } = release.manifest
    const total = last?.seq ?? 0
    for (const first of blocksUpTo(total, blockSize)) {
      const end = first + blockSize - 1
      if (end <= held) continue
      yield* each(
        Stream.runForEach(through("versions", release.block(first)), (rows) => {
          const missing = rows.filter(({ seq }) => Number(seq) > held)
          return missing.length === 0 ? Effect.void : State.write("versions", missing, schemaVersion)
        })
      )
      yield* failpoint("restore.block")
      yield* report({ step: "restore", done: Math.min(end, total), total })
    }
  })

/** Adds what a database lacks of the parts. */
const addParts = (release: Release, held: number, each: Each, through: Through) =>
  Effect.gen(function* () {
    yield* addVersions(release, held, each, through)
    yield* each(
      Effect.gen(function* () {
        yield* State.clearAbsences
        for (const part of State.wholeParts)
          yield* Stream.runForEach(through(part, release.part(part)), (rows) =>
            State.write(part, rows, release.manifest.schemaVersion)
          )
      })
    )
  })

/** Adds all of the parts of an older schema. Nothing else compares its rows with what was packed, so they are summed up. */
const addOlder = (release: Release, each: Each) =>
  Effect.gen(function* () {
    const summing = new Summing()
    const adding = addParts(release, 0, each, (part, pages) => summing.through(part, pages))
    yield* Migrations.from(release.manifest.schemaVersion, adding)
    yield* agrees(release, summing)
  })

/**
 * Brings a release into a database that is empty, or that it continues: what is missing is added, and what is derived is
 * made from it and compared. A release of an older schema is brought into an empty database and migrated there. By
 * `once`, a failure leaves the database as it was.
 */
export const run: (release: Release, commits: Commits) => Failing<Restored> = Effect.fn("Restore.run")(
  function* (release: Release, commits: Commits) {
    yield* known(release)
    const sql = yield* SqlClient.SqlClient
    const each = commits === "once" ? <A, E, R>(effect: Effect.Effect<A, E, R>) => effect : State.within(sql)
    const whole = commits === "once" ? State.within(sql) : <A, E, R>(effect: Effect.Effect<A, E, R>) => effect
    return yield* whole(
      Effect.gen(function* () {
        // On PostgreSQL an empty database becomes one of ours with all that is restored, or not at all.
        yield* sql.onDialectOrElse({ pg: () => Effect.asVoid(Migrations.migrate), orElse: () => Effect.void })
        yield* State.take
        yield* failpoint("restore.begin")
        const held = yield* reached
        yield* fits(release, held)
        const seq = Option.match(held.last, { onNone: () => 0, onSome: ({ seq }) => Number(seq) })
        yield* isOlder(release) ? addOlder(release, each) : addParts(release, seq, each, (_, pages) => pages)
        yield* each(Effect.zipRight(State.take, Rebuild.after(seq)))
        const { counts, derived: told, last } = release.manifest
        const made = yield* derived
        // A migration may change what a trial says, but makes and loses none.
        if (isOlder(release) ? made.rows !== told.rows : !isSame(made, told)) {
          return yield* new ReleaseError({
            reason: "damaged",
            message:
              `The trials that ${release.where} gives are not those that were packed. Nothing was kept. If the release can ` +
              "be verified, please report it."
          })
        }
        yield* failpoint("restore.whole")
        return { added: (last?.seq ?? 0) - seq, versions: counts.versions, trials: counts.trials }
      })
    )
  }
)
