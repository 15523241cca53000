import type { SqlClient } from "@effect/sql"
import { Effect, Layer, type Scope } from "effect"
import * as Migrations from "../store/Migrations.js"
import type { RegistryClient } from "../registries/RegistryClient.js"
import type { RunReport } from "../model/Run.js"
import { RunLedger } from "../store/RunLedger.js"
import { Staging } from "../pipeline/Staging.js"
import * as Sync from "../pipeline/Sync.js"
import { TrialQueries } from "../queries/TrialQueries.js"
import { VersionQueries } from "../queries/VersionQueries.js"

/** A test's own database: a writer, and as many readers as are built. */
export interface TestDatabase {
  readonly url: string
  readonly writer: Layer.Layer<SqlClient.SqlClient>
  readonly reader: Layer.Layer<SqlClient.SqlClient>
}

/** Where the behaviour suites run: a name, and fresh databases that are removed with the scope. */
export interface Engine {
  readonly name: string
  readonly database: Effect.Effect<TestDatabase, never, Scope.Scope>
}

/** The write side over a database's writer, with its schema up to date. */
export const writeSide = (database: TestDatabase): Layer.Layer<SqlClient.SqlClient | RunLedger | Staging> =>
  Layer.mergeAll(Sync.layer, Layer.effectDiscard(Effect.orDie(Migrations.migrate))).pipe(
    Layer.provideMerge(database.writer)
  )

/** The read side over a reader. */
export const readSide = (
  database: TestDatabase
): Layer.Layer<SqlClient.SqlClient | TrialQueries | VersionQueries> =>
  Layer.merge(TrialQueries.layer, VersionQueries.layer).pipe(Layer.provideMerge(database.reader))

/** Runs once against an upstream. */
export const syncFrom = (
  upstream: { readonly layer: () => Layer.Layer<RegistryClient> },
  options?: Sync.SyncOptions
): Effect.Effect<RunReport, Sync.SyncError, Exclude<Sync.SyncServices, RegistryClient>> =>
  Effect.provide(Sync.run(options), upstream.layer())

/** The instant at which the test clock starts. */
export const startOfTime = Date.UTC(2026, 10, 1)

/** Returns numbers between 0 and 1, the same ones for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
