import { SqlClient } from "@effect/sql"
import { Effect, Either, Schema } from "effect"
import { diff } from "./Change.js"
import { readSnapshot } from "./internal/transaction.js"
import type { LoadError } from "./Load.js"
import type { Registry } from "./Registry.js"
import { storedRecords } from "./Remap.js"
import { searchKeys } from "./SearchKeys.js"

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

/** Rebuilds every trial of a registry from its stored record, and compares it with what is served. */
const checkRecords = (registry: Registry): Effect.Effect<StoredCheck, LoadError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { name } = registry
    const found: Array<Mismatch> = []
    let trials = 0
    let after = ""
    for (;;) {
      const page = yield* storedRecords(name, after)
      const first = page[0]
      const last = page.at(-1)
      if (first === undefined || last === undefined) return { trials, mismatches: found }
      const keys = new Map(
        (yield* sql<{ id: string; text: string }>`SELECT id, text FROM trial_search
          WHERE registry = ${name} AND id >= ${first.id} AND id <= ${last.id}`).map(({ id, text }) => [
          id,
          text
        ])
      )
      for (const { record, ...trial } of page) {
        const mapped = registry.transform(record)
        if (Either.isLeft(mapped)) {
          found.push(
            mismatch(name, trial.id, "record", `the stored record cannot be read: ${mapped.left.reason}`)
          )
        } else {
          const fields = diff(trial, mapped.right.content).map(({ field }) => field)
          if (fields.length > 0)
            found.push(mismatch(name, trial.id, "content", `differs in ${fields.join(", ")}`))
        }
        if (keys.get(trial.id) !== searchKeys(trial.id, trial).text) {
          found.push(mismatch(name, trial.id, "search", "the search keys are not those of the trial"))
        }
      }
      trials += page.length
      after = last.id
    }
  })

/** The trials whose row is not their last version, or whose versions do not count from 1 without a gap. */
const checkVersions = (registry: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ id: string }>`
      SELECT t.id FROM trials t LEFT JOIN (
        SELECT v.registry, v.id, max(v.version) AS last, count(*) AS n FROM trial_versions v
        WHERE v.registry = ${registry} GROUP BY v.registry, v.id
      ) c ON c.registry = t.registry AND c.id = t.id
      LEFT JOIN trial_versions l ON l.registry = t.registry AND l.id = t.id AND l.version = t.version
      WHERE t.registry = ${registry} AND (c.last IS DISTINCT FROM t.version OR c.n IS DISTINCT FROM t.version
        OR l.created_at IS DISTINCT FROM t.created_at OR l.updated_at IS DISTINCT FROM t.updated_at
        OR l.missing_since IS DISTINCT FROM t.missing_since)
      ORDER BY t.id`
    const lost = yield* sql<{ id: string }>`SELECT DISTINCT v.id FROM trial_versions v
      WHERE v.registry = ${registry} AND NOT EXISTS (
        SELECT 1 FROM trials t WHERE t.registry = v.registry AND t.id = v.id)
      ORDER BY v.id`
    return [
      ...rows.map(({ id }) => mismatch(registry, id, "versions", "the trial is not its last version")),
      ...lost.map(({ id }) => mismatch(registry, id, "versions", "the trial has versions and is not served"))
    ]
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
 * that every trial is its last version and that the feed has no gap. Reads one snapshot and changes nothing.
 */
export const checkStored: (
  registries: ReadonlyArray<Registry>
) => Effect.Effect<StoredCheck, LoadError, SqlClient.SqlClient> = Effect.fn("StoredCheck.checkStored")(
  function* (registries: ReadonlyArray<Registry>) {
    const sql = yield* SqlClient.SqlClient
    return yield* readSnapshot(
      sql,
      Effect.gen(function* () {
        const each = yield* Effect.forEach(registries, (registry) =>
          Effect.zipWith(checkRecords(registry), checkVersions(registry.name), (records, versions) => ({
            trials: records.trials,
            mismatches: [...records.mismatches, ...versions]
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
