import { SqlClient } from "@effect/sql"
import { Effect, LogLevel, type Scope } from "effect"
import { RunReport } from "trials-domain/Run"
import {
  make as makeUpstream,
  type Edition,
  type OdcloudUpstream
} from "trials-domain/testing/OdcloudUpstream"
import { expect } from "vitest"
import { Batch, document, type Ended, type Environment, ErrorDocument } from "./Batch.js"
import { type Row, rows } from "./Rows.js"
import type { Store } from "./Stores.js"
import { within } from "./Within.js"

/** Whether the suites run in their long form, which takes minutes (`npm run test:faults`). */
export const long = process.env["TRIALS_FAULTS"] === "long"

/** Expects a run that loaded something. */
export const expectComplete = (ended: Pick<Ended, "code" | "stdout" | "stderr">): RunReport["counts"] => {
  expect(ended.code, ended.stderr).toBe(0)
  const { counts, verdict } = document(RunReport, ended)
  expect(verdict).toBe("complete")
  return counts
}

/** Expects one of these errors, reported to programs and to people, without internal details. */
export const expectFailure = (ended: Ended, exit: number, codes: ReadonlyArray<string>): void => {
  expect(ended.code, ended.stderr).toBe(exit)
  const { code, message } = document(ErrorDocument, ended).error
  expect(codes).toContain(code)
  expect(ended.stderr).toContain(`trials: ${message}`)
  expect(ended.stderr).not.toMatch(/^\s+at |SQLITE_|node_modules/m)
}

export const sync = ["sync", "--registry", "kdca", "--json"]

const key = "a-key"

/** As a process that has no settings logs. */
const quietly = { level: LogLevel.Info }

/** The settings under which `trials` reads an upstream and writes a store. */
export const settings = (upstream: OdcloudUpstream, store: Store): Environment => ({
  ODCLOUD_SERVICE_KEY: key,
  ODCLOUD_BASE_URL: upstream.baseUrl,
  ODCLOUD_SPEC_URL: upstream.specUrl,
  TRIALS_DATABASE_URL: store.url
})

/** A folder in which `trials` runs with these settings. It is removed with the scope. */
export const batch = (environment: Environment): Effect.Effect<Batch, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Batch(environment)),
    (made) => Effect.sync(() => made.remove())
  )

export const upstreamOf = (editions: ReadonlyArray<Edition>) => makeUpstream({ key, editions })

export const edition = (n: number, all: ReadonlyArray<Row>): Edition => ({
  uddi: `uddi:${String(n).repeat(8)}-1111-1111-1111-111111111111`,
  date: `202${n}0101`,
  rows: all
})

/**
 * A registry in three editions. Compared with the second, the third has three more rows and an edit in one row of every
 * hundred. It lacks one row for the first time and one for the second time. The rest is unchanged.
 */
const editionsOf = (size: number) => {
  const [unseen, missed, ...all] = rows(size + 3)
  const first = [unseen, missed, ...all.slice(0, -3)].filter((row) => row !== undefined)
  const third = all.map((row, n) => (n % 100 === 50 ? { ...row, 연구범위: "단일기관" } : row))
  return [edition(1, first), edition(2, first.slice(1)), edition(3, third)] as const
}

/** The changes that the third edition makes to a database that has seen the first two. */
export const changesOf = (size: number) => ({
  created: 3,
  edited: Math.floor((size + 50) / 100),
  remapped: 1,
  disappeared: 1,
  reappeared: 0
})

/**
 * Makes it look as if the first mapping had read one trial wrongly, so that the next run has something to remap.
 */
export const remember = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE runs SET mapping_version = 1`
  yield* sql`UPDATE trials SET study_type = 'other' WHERE id = 'C130010'`
  yield* sql`UPDATE trial_versions SET mapping_version = 1`
  yield* sql`UPDATE trial_versions SET content = replace(content, '"observational"', '"other"') WHERE id = 'C130010'`
})

export interface Scenario {
  /** The upstream with all three editions. */
  readonly upstream: OdcloudUpstream
  /** A database that has seen the first two editions, under another mapping. Tests use copies of it. */
  readonly before: (
    empty: Effect.Effect<Store, never, Scope.Scope>
  ) => Effect.Effect<Store, never, Scope.Scope>
  /** `trials sync` of the newest edition, in this process. */
  readonly run: (store: Store) => Effect.Effect<Pick<Ended, "code" | "stdout" | "stderr">>
  /** The same in a process of its own, to which something is done. */
  readonly start: (
    store: Store,
    environment?: Environment,
    under?: ReadonlyArray<string>
  ) => Effect.Effect<Ended, never, Scope.Scope>
  readonly settings: (store: Store) => Environment
}

/** A registry of `size` rows, read in three pages. */
export const make = (size: number): Effect.Effect<Scenario, never, Scope.Scope> =>
  Effect.gen(function* () {
    const [first, second, third] = editionsOf(size)
    const past = yield* upstreamOf([first, second])
    const upstream = yield* upstreamOf([first, second, third])
    const paged = { ODCLOUD_PAGE_SIZE: String(Math.ceil((size + 3) / 3)) }
    const before = (empty: Effect.Effect<Store, never, Scope.Scope>) =>
      Effect.gen(function* () {
        const store = yield* empty
        const built = yield* Effect.promise(() =>
          within([...sync, "--revision", "all", "--init"], { ...settings(past, store), ...paged }, quietly)
        )
        expect(built.stderr, "the first two editions").toBe("")
        expect(built.exit).toBe(0)
        yield* Effect.orDie(Effect.provide(remember, store.writer))
        return store
      })
    return {
      upstream,
      before,
      settings: (store) => ({ ...settings(upstream, store), ...paged }),
      run: (store) =>
        Effect.map(
          Effect.promise(() =>
            within([...sync, "--init"], { ...settings(upstream, store), ...paged }, quietly)
          ),
          ({ exit, ...told }) => ({ ...told, code: exit })
        ),
      start: (store, environment = {}, under = []) =>
        Effect.flatMap(batch({ ...settings(upstream, store), ...paged }), (made) =>
          Effect.promise(() => made.run([...sync, "--init"], environment, under))
        )
    }
  })
