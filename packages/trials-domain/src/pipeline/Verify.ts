import { SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, Effect, Either, Schema, Stream } from "effect"
import { diff, isSame } from "../model/Change.js"
import { summaryFields } from "../model/Trial.js"
import type { Registry } from "../registries/Registry.js"
import * as SearchIndex from "../search/SearchIndex.js"
import { readSnapshot } from "../sql/transaction.js"
import { lastSeq } from "../store/Counters.js"
import { RunRow, runSelect } from "../store/RunRow.js"
import type { StoreError } from "../store/StoreError.js"
import * as TrialIds from "../store/TrialIds.js"
import { toTrial } from "../store/TrialRow.js"
import { toVersion, VersionRow, versionSelect } from "../store/VersionRow.js"
import { Hints } from "./Hints.js"
import { type StoredTrial, storedTrials } from "./StoredTrials.js"
import { checkChain } from "./VersionChain.js"

/** One way in which the served data differ from the stored records and versions. */
export const Mismatch = Schema.Struct({
  /** Null for what is wrong with the whole database. */
  registry: Schema.NullOr(Schema.String),
  /** Null for what is wrong with a whole registry. */
  id: Schema.NullOr(Schema.String),
  /** What is wrong: as in `content` for a trial that its record does not give. */
  code: Schema.Literal(
    "content",
    "record",
    "search",
    "identifiers",
    "versions",
    "feed",
    "run",
    "unknown-registry"
  ),
  detail: Schema.String
})
export type Mismatch = typeof Mismatch.Type

/** What a check of the stored trials found; `mismatches` is empty if all is well. */
export interface Verified {
  /** How many trials were checked. */
  readonly trials: number
  readonly mismatches: ReadonlyArray<Mismatch>
}

const mismatch = (
  registry: string | null,
  id: string | null,
  code: Mismatch["code"],
  detail: string
): Mismatch => ({
  registry,
  id,
  code,
  detail
})

const decodeVersion = Schema.decodeUnknownEither(
  Schema.Struct({ ...VersionRow.fields, content: Schema.String })
)

/** What is wrong with one trial and its record. */
const checkTrial = (name: string, { id, stored }: StoredTrial) => {
  if (Either.isLeft(stored)) return [mismatch(name, id, "record", stored.left)]
  const { mapped, summary, trial } = stored.right
  const found: Array<Mismatch> = []
  if (Either.isLeft(mapped)) {
    found.push(mismatch(name, id, "record", `the mapping rejects the stored record: ${mapped.left.reason}`))
  } else if (mapped.right.id !== id) {
    found.push(mismatch(name, id, "record", `the stored record is that of ${mapped.right.id}`))
  } else {
    const fields = diff(trial.content, mapped.right.content).map(({ field }) => field)
    if (fields.length > 0) found.push(mismatch(name, id, "content", `differs in ${fields.join(", ")}`))
  }
  const listed = summaryFields.filter((field) => !isSame(summary[field], trial.content[field]))
  if (listed.length > 0)
    found.push(mismatch(name, id, "content", `lists show it differently in ${listed.join(", ")}`))
  return found
}

/** What is wrong with that by which a page of trials is found: search keys and identifiers. */
const checkFound = (name: string, page: ReadonlyArray<StoredTrial>) =>
  Effect.gen(function* () {
    const { rebuild } = yield* Hints
    const readable = page.flatMap(({ stored }) =>
      Either.isRight(stored) ? [{ ...stored.right.trial, seq: stored.right.trial.updatedSeq }] : []
    )
    const wrong = (stale: ReadonlySet<string>, code: Mismatch["code"], what: string) =>
      [...stale].map((id) =>
        mismatch(name, id, code, `the ${what} are not those of the trial; ${rebuild} makes them anew`)
      )
    return [
      ...wrong(yield* SearchIndex.stale(name, readable), "search", "search keys"),
      ...wrong(yield* TrialIds.stale(name, readable), "identifiers", "identifiers")
    ]
  })

/** What is wrong with the versions of one trial. */
const checkVersions = (name: string, { id, read, stored }: StoredTrial, rows: ReadonlyArray<unknown>) => {
  const [unreadable, versions] = Arr.separate(
    rows.map((row) =>
      Either.flatMap(decodeVersion(row), (version) =>
        Either.map(read(version.content), (content) => ({ ...version, content }))
      )
    )
  )
  const wrong =
    unreadable.length > 0
      ? [`${unreadable.length} of its ${rows.length} versions cannot be read`]
      : checkChain(
          Either.isRight(stored) ? toTrial(stored.right.trial) : null,
          versions.map((row) => toVersion(row))
        )
  return wrong.map((detail) => mismatch(name, id, "versions", detail))
}

const AnyVersion = Schema.Struct({ id: Schema.String }, { key: Schema.String, value: Schema.Unknown })

/** Checks a registry's trials page by page: each against its record, its search keys, its identifiers and its versions. */
const checkTrials = (registry: Registry): Effect.Effect<Verified, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { name } = registry
    const versionsOf = SqlSchema.findAll({
      Request: Schema.Struct({ first: Schema.String, last: Schema.String }),
      Result: AnyVersion,
      execute: ({ first, last }) => sql`SELECT ${sql.literal(versionSelect)} FROM trial_versions v
        WHERE v.registry = ${name} AND v.id >= ${first} AND v.id <= ${last} ORDER BY v.id, v.version`
    })
    const mismatches: Array<Mismatch> = []
    let trials = 0
    yield* Stream.runForEach(storedTrials(registry, "verify"), (page) =>
      Effect.gen(function* () {
        const [first, last] = [page[0]?.id ?? "", page.at(-1)?.id ?? ""]
        const rowsOf = Arr.groupBy(yield* versionsOf({ first, last }), ({ id }) => id)
        mismatches.push(...(yield* checkFound(name, page)))
        for (const trial of page) {
          mismatches.push(...checkTrial(name, trial), ...checkVersions(name, trial, rowsOf[trial.id] ?? []))
        }
        trials += page.length
      })
    )
    return { trials, mismatches }
  })

/** The trials of some registries, or of all (null), that the index of terms does not hold as their texts say. */
const checkTerms = (only: ReadonlySet<string> | null) =>
  Effect.gen(function* () {
    const { rebuild } = yield* Hints
    return (yield* SearchIndex.staleTerms)
      .filter(({ registry }) => only === null || (registry !== null && only.has(registry)))
      .map(({ id, registry }) =>
        mismatch(
          registry,
          id,
          "search",
          id === null
            ? `the index of search terms has terms of no trial; ${rebuild} makes it anew`
            : `the index of search terms does not have those of the trial; ${rebuild} makes it anew`
        )
      )
  })

/** The trials that have versions but no row of their own. */
const checkLost = (registry: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const lost = SqlSchema.findAll({
      Request: Schema.String,
      Result: Schema.Struct({ id: Schema.String }),
      execute: (registry) => sql`SELECT DISTINCT v.id FROM trial_versions v
        WHERE v.registry = ${registry} AND NOT EXISTS (
          SELECT 1 FROM trials t WHERE t.registry = v.registry AND t.id = v.id)
        ORDER BY v.id`
    })
    return (yield* lost(registry)).map(({ id }) =>
      mismatch(registry, id, "versions", "the trial has versions and is not served")
    )
  })

/** Checks that each place of the feed is taken once, from 1 to the counter. */
const checkFeed = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const counted = SqlSchema.single({
    Request: Schema.Void,
    Result: Schema.Struct({ n: Schema.Int, places: Schema.Int, last: Schema.Int }),
    execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS n, CAST(count(DISTINCT seq) AS INTEGER) AS places,
        coalesce(max(seq), 0) AS last FROM trial_versions`
  })
  const { last, n, places } = yield* Effect.catchTag(counted(), "NoSuchElementException", Effect.die)
  const counter = yield* lastSeq
  return n === last && places === n && counter === last
    ? []
    : [
        mismatch(
          null,
          null,
          "feed",
          `the feed has gaps or repeats: ${n} versions at ${places} places up to ${last}; the counter is at ${counter}`
        )
      ]
})

/** The trials of registries that are not in the list: nothing shows what their records say. */
const checkOthers = (registries: ReadonlyArray<Registry>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const counted = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ registry: Schema.String, n: Schema.Int }),
      execute: () => sql`SELECT registry, CAST(count(*) AS INTEGER) AS n FROM trials
        GROUP BY registry ORDER BY registry`
    })
    const known = new Set(registries.map(({ name }) => name))
    return (yield* counted())
      .filter(({ registry }) => !known.has(registry))
      .map(({ n, registry }) =>
        mismatch(
          registry,
          null,
          "unknown-registry",
          `${n} trials not checked: only a program that knows the registry can tell what their records say`
        )
      )
  })

const decodeRun = Schema.decodeUnknownEither(RunRow)

const AnyRun = Schema.Struct(
  { registry: Schema.String, runId: Schema.String },
  { key: Schema.String, value: Schema.Unknown }
)

const runsAtOnce = 100

/** The rows of the ledger that no answer can show: of one registry, or of all (null). */
const checkRuns = (only: string | null) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const pageAfter = SqlSchema.findAll({
      Request: Schema.String,
      Result: AnyRun,
      execute: (after) => sql`SELECT ${sql.literal(runSelect)} FROM runs r
        WHERE r.run_id > ${after} AND ${only === null ? sql`1 = 1` : sql`r.registry = ${only}`}
        ORDER BY r.run_id LIMIT ${runsAtOnce}`
    })
    const mismatches: Array<Mismatch> = []
    let after = ""
    for (;;) {
      const page = yield* pageAfter(after)
      for (const row of page.filter((each) => Either.isLeft(decodeRun(each)))) {
        mismatches.push(mismatch(row.registry, null, "run", `the run ${row.runId} cannot be read`))
      }
      const last = page.at(-1)
      if (last === undefined) return mismatches
      after = last.runId
    }
  })

/** What a check covers beside the registries that it is given. */
export interface VerifyOptions {
  /** Whether to report trials and runs of registries that are not in the list. Default true. */
  readonly others?: boolean
}

/**
 * Rebuilds every trial from its stored record with the current mapping, and compares it with what is served. Also
 * checks that everything that is served can be read, that every version follows from the previous one, that the last
 * version is the trial, that the feed has no gap, and that no trial is of a registry that is not in the list. Reads one
 * snapshot and changes nothing.
 */
export const run: (
  registries: ReadonlyArray<Registry>,
  options?: VerifyOptions
) => Effect.Effect<Verified, StoreError, SqlClient.SqlClient> = Effect.fn("Verify.run")(function* (
  registries: ReadonlyArray<Registry>,
  { others = true }: VerifyOptions = {}
) {
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
      const unknown = others ? yield* checkOthers(registries) : []
      const runs = others
        ? [yield* checkRuns(null)]
        : yield* Effect.forEach(registries, ({ name }) => checkRuns(name))
      return {
        trials: each.reduce((sum, { trials }) => sum + trials, 0),
        mismatches: [
          ...each.flatMap(({ mismatches }) => mismatches),
          ...unknown,
          ...runs.flat(),
          ...(yield* checkTerms(others ? null : new Set(registries.map(({ name }) => name)))),
          ...(yield* checkFeed)
        ]
      }
    })
  )
})
