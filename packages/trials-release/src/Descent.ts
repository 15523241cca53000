/**
 * Whether a state descends from a release. No marker is stored for it, so none can go stale: a state descends from a
 * release if it holds all of its runs, and the same version at its last place in the feed.
 *
 * @module
 */
import type { SqlClient } from "@effect/sql"
import { Chunk, Effect, Option, Stream } from "effect"
import * as State from "trials-domain/State"
import type { StoreError } from "trials-domain/StoreError"
import type { Release } from "./Release.js"
import type { ReleaseError } from "./ReleaseError.js"

/** The ids of the runs in some rows of the ledger. */
const idsOf = (rows: ReadonlyArray<State.Row>): ReadonlyArray<string> =>
  rows.map(({ run_id }) => String(run_id))

const allIds = <E, R>(pages: Stream.Stream<ReadonlyArray<State.Row>, E, R>) =>
  Effect.map(Stream.runCollect(Stream.map(pages, idsOf)), (ids) => Chunk.toReadonlyArray(ids).flat())

/** Whether the state of the database descends from a release, or is it. */
export const descends = (
  release: Release
): Effect.Effect<boolean, ReleaseError | StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const ids = yield* allIds(release.part("runs"))
    if ((yield* State.runsMissing(ids)).length > 0) return false
    const { last } = release.manifest
    if (last === null) return true
    const row = yield* State.versionAt(last.seq)
    return Option.exists(
      row,
      ({ id, registry, run_id, version }) =>
        registry === last.registry && id === last.id && version === last.version && run_id === last.runId
    )
  })

/** How far the state of a database is: its runs and its last version. */
export interface Reached {
  readonly runs: ReadonlyArray<string>
  readonly last: Option.Option<State.Row>
}

/** What the database holds. */
export const reached: Effect.Effect<Reached, StoreError, SqlClient.SqlClient> = Effect.gen(function* () {
  const runs = yield* allIds(State.whole("runs"))
  const seq = yield* State.lastSeq
  return { runs, last: seq === 0 ? Option.none() : yield* State.versionAt(seq) }
})

/** Whether a release descends from the state that was reached, or is it. */
export const continues = (release: Release, { last, runs }: Reached): Effect.Effect<boolean, ReleaseError> =>
  Effect.gen(function* () {
    const released = new Set(yield* allIds(release.part("runs")))
    if (runs.some((id) => !released.has(id))) return false
    if (Option.isNone(last)) return true
    const seq = Number(last.value["seq"])
    if (seq > (release.manifest.last?.seq ?? 0)) return false
    const block = release.block(seq - ((seq - 1) % release.manifest.blockSize))
    const found = yield* Stream.runHead(
      Stream.filterMap(block, (rows) => Option.fromNullable(rows.find((row) => row["seq"] === seq)))
    )
    return Option.exists(found, (row) => State.lineOf(row) === State.lineOf(last.value))
  })
