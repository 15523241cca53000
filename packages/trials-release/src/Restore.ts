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
import { blocksUpTo } from "./Parts.js"
import type { Release } from "./Release.js"
import { ReleaseError } from "./ReleaseError.js"

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

/** Refuses a release of another schema. */
const known = ({ manifest, where }: Release): Effect.Effect<void, ReleaseError> => {
  const [found, own] = [manifest.schemaVersion, Migrations.schemaVersion]
  if (found === own) return Effect.void
  return found > own
    ? new ReleaseError({
        reason: "newer",
        message: `${where} has schema ${found}, which a newer version of this program packed; this one knows ${own}. Install the newer version.`
      })
    : new ReleaseError({
        reason: "older",
        message:
          `${where} has schema ${found}, and this version brings back ${own}. Restore it with the version that packed it, ` +
          "bring that database up to date with this one, and pack it."
      })
}

/** Refuses a database that the release does not continue. */
const fits = (release: Release, held: Reached): Failing<void> =>
  Effect.gen(function* () {
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

/** Adds the versions after the last one that is held. */
const addVersions = (
  release: Release,
  held: number,
  committed: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError.SqlError, R>
) =>
  Effect.gen(function* () {
    const { blockSize, last } = release.manifest
    const total = last?.seq ?? 0
    for (const first of blocksUpTo(total, blockSize)) {
      const end = first + blockSize - 1
      if (end <= held) continue
      yield* committed(
        Stream.runForEach(release.block(first), (rows) => {
          const missing = rows.filter(({ seq }) => Number(seq) > held)
          return missing.length === 0 ? Effect.void : State.write("versions", missing)
        })
      )
      yield* failpoint("restore.block")
      yield* report({ step: "restore", done: Math.min(end, total), total })
    }
  })

/**
 * Brings a release into a database that is empty, or that it continues: what is missing is added, and what is derived is
 * made from it and compared. By `once`, a failure leaves the database as it was.
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
        yield* addVersions(release, seq, each)
        yield* each(
          Effect.gen(function* () {
            yield* State.clearAbsences
            for (const part of State.wholeParts)
              yield* Stream.runForEach(release.part(part), (rows) => State.write(part, rows))
            yield* Rebuild.after(seq)
          })
        )
        const { counts, derived: told, last } = release.manifest
        const made = yield* derived
        if (!isSame(made, told)) {
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
