import { SqlClient } from "@effect/sql"
import { Array as Arr, Effect, Either, Schema } from "effect"
import { diff } from "../model/Change.js"
import { readSnapshot } from "../sql/transaction.js"
import type { Registry } from "../registries/Registry.js"
import { type StoredTrial, storedTrials } from "./StoredTrials.js"
import { searchKeys } from "../search/SearchIndex.js"
import { checkChain } from "./VersionChain.js"
import { toVersion, VersionRow, versionSelect } from "../store/VersionRow.js"
import type { StoreError } from "../store/StoreError.js"

/** One way in which what is served is not what the stored records and versions say. */
export const Mismatch = Schema.Struct({
  registry: Schema.String,
  id: Schema.NullOr(Schema.String),
  code: Schema.Literal("content", "record", "search", "versions", "feed"),
  detail: Schema.String
})
export type Mismatch = typeof Mismatch.Type

/** What a check of the stored trials saw; `mismatches` is empty where all is well. */
export interface StoredCheck {
  readonly trials: number
  readonly mismatches: ReadonlyArray<Mismatch>
}

const mismatch = (registry: string, id: string | null, code: Mismatch["code"], detail: string): Mismatch => ({
  registry,
  id,
  code,
  detail
})

const decodeVersion = Schema.decodeUnknownEither(VersionRow)

/** What is wrong with one trial and its record. */
const checkTrial = (registry: Registry, { id, stored }: StoredTrial, keys: string | undefined) => {
  const { name } = registry
  if (Either.isLeft(stored)) return [mismatch(name, id, "record", stored.left)]
  const { record, trial } = stored.right
  const mapped = registry.transform(record)
  const found: Array<Mismatch> = []
  if (Either.isLeft(mapped)) {
    found.push(mismatch(name, id, "record", `the mapping rejects the stored record: ${mapped.left.reason}`))
  } else if (mapped.right.id !== id) {
    found.push(mismatch(name, id, "record", `the stored record is that of ${mapped.right.id}`))
  } else {
    const fields = diff(trial, mapped.right.content).map(({ field }) => field)
    if (fields.length > 0) found.push(mismatch(name, id, "content", `differs in ${fields.join(", ")}`))
  }
  if (keys !== searchKeys(id, trial).text)
    found.push(mismatch(name, id, "search", "the search keys are not those of the trial"))
  return found
}

/** What is wrong with the versions of one trial. */
const checkVersions = (name: string, { id, stored }: StoredTrial, rows: ReadonlyArray<unknown>) => {
  const [unreadable, versions] = Arr.separate(rows.map((row) => decodeVersion(row)))
  const wrong =
    unreadable.length > 0
      ? [`${unreadable.length} of its ${rows.length} versions cannot be read`]
      : checkChain(
          Either.isRight(stored) ? stored.right.trial : null,
          versions.map((row) => toVersion(row))
        )
  return wrong.map((detail) => mismatch(name, id, "versions", detail))
}

/** Checks a registry's trials, a page at a time: each against its record, its search keys and its versions. */
const checkTrials = (registry: Registry): Effect.Effect<StoredCheck, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { name } = registry
    const mismatches: Array<Mismatch> = []
    let trials = 0
    let after = ""
    for (;;) {
      const page = yield* storedTrials(name, after)
      const last = page.at(-1)?.id
      if (last === undefined) return { trials, mismatches }
      const keys = yield* sql<{ id: string; text: string }>`SELECT id, text FROM trial_search
        WHERE registry = ${name} AND id > ${after} AND id <= ${last}`
      const textOf = new Map(keys.map(({ id, text }) => [id, text]))
      const rows = yield* sql<{ id: string }>`SELECT ${sql.literal(versionSelect)} FROM trial_versions v
        WHERE v.registry = ${name} AND v.id > ${after} AND v.id <= ${last} ORDER BY v.id, v.version`
      const rowsOf = Arr.groupBy(rows, ({ id }) => id)
      for (const trial of page) {
        mismatches.push(
          ...checkTrial(registry, trial, textOf.get(trial.id)),
          ...checkVersions(name, trial, rowsOf[trial.id] ?? [])
        )
      }
      trials += page.length
      after = last
    }
  })

/** The trials that have versions and are not there. */
const checkLost = (registry: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const lost = yield* sql<{ id: string }>`SELECT DISTINCT v.id FROM trial_versions v
      WHERE v.registry = ${registry} AND NOT EXISTS (
        SELECT 1 FROM trials t WHERE t.registry = v.registry AND t.id = v.id)
      ORDER BY v.id`
    return lost.map(({ id }) =>
      mismatch(registry, id, "versions", "the trial has versions and is not served")
    )
  })

/** The feed's places: each once, from 1 to the counter. */
const checkFeed = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [feed] = yield* sql<{ n: number; places: number; last: number; counter: number }>`
    SELECT CAST(count(*) AS INTEGER) AS n, CAST(count(DISTINCT seq) AS INTEGER) AS places,
      coalesce(max(seq), 0) AS last, (SELECT value FROM counters WHERE name = 'seq') AS counter
    FROM trial_versions`
  const whole =
    feed !== undefined && feed.n === feed.last && feed.places === feed.n && feed.counter === feed.last
  return whole ? [] : [mismatch("", null, "feed", `the feed has gaps or repeats: ${JSON.stringify(feed)}`)]
})

/**
 * Rebuilds every trial from its stored record by the present mapping and compares it with what is served; checks too
 * that every version follows from the one before, that the last is the trial, and that the feed has no gap. Reads one snapshot and changes nothing.
 */
export const checkStored: (
  registries: ReadonlyArray<Registry>
) => Effect.Effect<StoredCheck, StoreError, SqlClient.SqlClient> = Effect.fn("StoredCheck.checkStored")(
  function* (registries: ReadonlyArray<Registry>) {
    const sql = yield* SqlClient.SqlClient
    return yield* readSnapshot(
      sql,
      Effect.gen(function* () {
        const each = yield* Effect.forEach(registries, (registry) =>
          Effect.zipWith(checkTrials(registry), checkLost(registry.name), (checked, lost) => ({
            trials: checked.trials,
            mismatches: [...checked.mismatches, ...lost]
          }))
        )
        const feed = yield* checkFeed
        return {
          trials: each.reduce((sum, { trials }) => sum + trials, 0),
          mismatches: [...each.flatMap(({ mismatches }) => mismatches), ...feed]
        }
      })
    )
  }
)
