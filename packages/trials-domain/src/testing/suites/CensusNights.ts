import { SqlClient } from "@effect/sql"
import { Effect, Layer, TestClock } from "effect"
import type { Run, RunReport } from "../../model/Run.js"
import type { Registry } from "../../registries/Registry.js"
import { RegistryClient } from "../../registries/RegistryClient.js"
import { Failpoint, type FailpointName } from "../../store/Failpoint.js"
import { RunLedger } from "../../store/RunLedger.js"
import { type CensusRecord, censusRegistry, type CensusState, CensusUpstream } from "../CensusUpstream.js"
import { type Engine, startOfTime, type syncFrom, writeSide } from "../Engine.js"

/** How many trials the registry has at first. */
export const size = 140

export const recordOf = (n: number): CensusRecord => ({
  id: `T${String(n).padStart(4, "0")}`,
  title: `Trial ${n}`,
  updated: "2026-10-01",
  detail: `detail ${n}`
})

/** The trials of the first day. */
export const records = Array.from({ length: size }, (_, n) => recordOf(n))

/** The state of a day of November. */
export const at = (day: number, list: ReadonlyArray<CensusRecord>): CensusState => ({
  records: list,
  stamp: `${new Date(Date.UTC(2026, 10, day)).toISOString().slice(0, 10)}T09:00:00`
})

/** A list with some of its records edited. */
export const edited =
  (ids: ReadonlyArray<string>, edit: (record: CensusRecord) => CensusRecord) =>
  (list: ReadonlyArray<CensusRecord>): ReadonlyArray<CensusRecord> =>
    list.map((record) => (ids.includes(record.id) ? edit(record) : record))

/** Edits that the list shows. */
export const visibly = (ids: ReadonlyArray<string>, day: number) =>
  edited(ids, (record) => ({
    ...record,
    title: `${record.title}!`,
    updated: `2026-11-${String(day).padStart(2, "0")}`
  }))

/** Edits that the list does not show. */
export const hiddenly = (ids: ReadonlyArray<string>) =>
  edited(ids, (record) => ({ ...record, detail: `${record.detail}!` }))

/** The versions that a run wrote. */
export const versionsOf = (report: RunReport) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ id: string; kind: string; silent: number; mass: number }>`
      SELECT id, kind, silent, mass FROM trial_versions WHERE run_id = ${report.runId} ORDER BY id, version`
  )

/** The last run that loaded. */
export const lastRun = (name: string) =>
  Effect.gen(function* () {
    const run = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded(name))
    if (run === null) return yield* Effect.dieMessage("There is no run.")
    return run
  })

/** The findings of a run: how many, and their code. */
export const codesOf = ({ findings }: Run) => findings.map(({ code, count }) => `${count} ${code}`)

/** A run that dies at a point, at the nth time that it comes there. */
export const dyingAt = (name: FailpointName, nth: number, run: ReturnType<typeof syncFrom>) => {
  let passed = 0
  const dies = (point: FailpointName) => {
    if (point === name) passed += 1
    return point === name && passed === nth ? Effect.dieMessage("killed") : Effect.void
  }
  return Effect.exit(Effect.provideService(run, Failpoint, dies))
}

/** A copy of the whole list, saved as one response, whose records may lack a piece. */
export const savedCopy = (registry: Registry, list: ReadonlyArray<CensusRecord>, lacking?: string) =>
  Layer.succeed(RegistryClient, {
    registry,
    pageSize: 1000,
    saved: "one-response",
    lacking: lacking === undefined ? [] : [{ name: lacking, path: [lacking] }],
    revisions: Effect.succeed([]),
    resolve: () =>
      Effect.succeed({ revision: { id: "file:1", date: null, title: null }, how: "saved", notes: [] }),
    count: () => Effect.succeed(list.length),
    page: () => Effect.succeed({ records: list, total: list.length, next: null }),
    dataTimestamp: () => Effect.succeed(null)
  })

/** A registry of that name on its first day, and a fresh database to read it into. */
export const world = (engine: Engine, name: string) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    const database = yield* engine.database
    return {
      upstream: new CensusUpstream(censusRegistry(name), at(1, records)),
      side: writeSide(database)
    }
  })
