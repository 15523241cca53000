import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, type Layer, Random, Redacted, TestClock } from "effect"
import { dump } from "trials-domain/Dump"
import { Failpoint } from "trials-domain/Failpoint"
import * as Migrations from "trials-domain/Migrations"
import * as Remap from "trials-domain/Remap"
import {
  censusRegistry,
  CensusUpstream,
  type Engine,
  firstSchema,
  seeded,
  startOfTime,
  syncFrom,
  syntheticRegistry,
  SyntheticUpstream,
  type TableRow,
  writeSide
} from "trials-domain/testing"
import type { TrialContent } from "trials-domain/Trial"
import * as Verify from "trials-domain/Verify"
import { postgres, sqlite } from "trials-testkit/Engines"
import { nights } from "trials-testkit/Nights"
import { afterNights, ofTrials } from "trials-testkit/VersionOne"
import * as Database from "trials-database/Database"
import type { DatabaseError } from "trials-database/DatabaseError"

/** Three pages, or a hundred in the long form. */
const many = process.env["TRIALS_FAULTS"] === "long" ? 100_000 : 1200

/** A run in the ledger of version 1. */
const run = {
  registry: "synth",
  revision: "null",
  verdict: "complete",
  started_at: "2026-11-01T00:00:00.000Z",
  finished_at: "2026-11-01T00:00:01.000Z",
  counts: JSON.stringify({ expected: 1, extracted: 1 }),
  reason: "null",
  mapping_version: 1,
  observed_at: "2026-11-01T00:00:00.500Z",
  resumed_pages: 0,
  notes: "[]",
  rejected: "[]",
  findings: "[]"
}

type Opened = Layer.Layer<SqlClient.SqlClient, DatabaseError>

/** A database of version 1 with these rows, opened without migrating it. */
const versionOne = (engine: Engine, rows: ReadonlyArray<TableRow>) =>
  Effect.gen(function* () {
    const { url } = yield* engine.database
    const old: Opened = Database.layerWriter({ url: Redacted.make(url), init: true, migrate: false })
    yield* Effect.provide(firstSchema(rows), old)
    return { url, old }
  })

const tables = ["trials", "trial_versions", "trial_search", "absences", "runs", "counters"] as const

/** Everything that the tables hold, byte for byte. */
const everything = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* Effect.forEach(tables, (table) =>
    Effect.map(sql`SELECT * FROM ${sql(table)}`, (found) => found.map((row) => JSON.stringify(row)).sort())
  )
  return { version: yield* Migrations.currentVersion, rows }
})

/** A content whose interventions are names, as they were before version 5. */
const ofNames = (content: TrialContent): TrialContent => ({
  ...content,
  // The records of the nights say nothing else.
  interventions: (content.interventions as unknown as ReadonlyArray<string>).map((name) => ({
    type: null,
    name,
    otherNames: []
  }))
})

/** The registry of the nights. */
const sooner = syntheticRegistry("synth", { change: ofNames })

/** The same after its mapping changed. Its statuses are no codes: before version 5, any text was one. */
const later = syntheticRegistry("synth", {
  mappingVersion: 2,
  change: (content) => ({
    ...ofNames(content),
    url: `http://localhost/${content.title}`,
    status: (content.department === null
      ? null
      : content.department.length > 2
        ? "long"
        : "short") as TrialContent["status"]
  })
})

/** A dump without what version 1 did not know of an edit: enrolment without a text beside it, and mass changes. */
const asTold = (dumped: string): ReadonlyArray<string> =>
  dumped.split("\n").map((line) => {
    if (!line.includes('"kind":"edited"')) return line
    const row: { changes: string } = JSON.parse(line)
    const changes: ReadonlyArray<{ field: string }> = JSON.parse(row.changes)
    return JSON.stringify({ ...row, mass: 0, changes: changes.filter(({ field }) => field !== "enrollment") })
  })

/** The nights of `afterNights`, run by this version. */
const replayed = (engine: Engine) =>
  Effect.gen(function* () {
    const database = yield* engine.database
    const upstream = new SyntheticUpstream(sooner, [], 50)
    return yield* Effect.gen(function* () {
      for (const [n, records] of nights(seeded(11)).entries()) {
        upstream.dataTimestamp = `2026-11-${10 + n}`
        upstream.records = records.map((record) => ({
          ...record,
          officialTitle: record.department ?? null,
          collaborators: record.conditions ?? [],
          // The records of the nights have names.
          interventions: (record.conditions ?? []).slice(1) as unknown as TrialContent["interventions"]
        }))
        yield* syncFrom(upstream, { limits: { allowShrink: true } })
        yield* TestClock.adjust("1 day")
      }
      yield* Remap.run(later)
      return yield* dump()
    }).pipe(Effect.provide(writeSide(database)))
  })

describe.each([sqlite, postgres])("a database of version 1 on $name", (engine) => {
  it.scoped("becomes what this version would have written in the same nights", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(startOfTime)
      const { url } = yield* versionOne(engine, afterNights())
      const opened = Database.layerWriter({ url: Redacted.make(url) })
      yield* Effect.gen(function* () {
        expect(yield* Migrations.currentVersion).toBe(Migrations.schemaVersion)
        expect(asTold(yield* dump())).toEqual(asTold(yield* replayed(engine)))
        expect(yield* Verify.run([later])).toMatchObject({ trials: 200, mismatches: [] })
      }).pipe(Effect.provide(opened))
    }).pipe(Effect.withRandom(Random.make("the same ids")))
  )

  it.scopedLive(
    `with ${many} trials and their history is unchanged after a failure at any point, and then migrates`,
    () =>
      Effect.gen(function* () {
        const rows = ofTrials(many)
        const { old } = yield* versionOne(engine, rows)
        yield* Effect.gen(function* () {
          const before = yield* everything
          expect(before.version).toBe(1)
          // After the columns, after each page of contents and of records, and at the end of each migration.
          const points = Migrations.schemaVersion + 2 * Math.ceil((2 * many) / 1000)
          const each = Array.from({ length: points }, (_, n) => n + 1)
          const half = Math.floor(points / 2)
          for (const point of points > 10 ? [1, 2, half, points - 1, points] : each) {
            let passed = 0
            const failing = () =>
              Effect.suspend(() => ((passed += 1) === point ? Effect.die("a failpoint") : Effect.void))
            const migration = yield* Migrations.migrate.pipe(
              Effect.provideService(Failpoint, failing),
              Effect.exit
            )
            expect([point, migration._tag]).toEqual([point, "Failure"])
            expect(yield* everything).toEqual(before)
          }
          let passed = 0
          yield* Migrations.migrate.pipe(
            Effect.provideService(Failpoint, () => Effect.sync(() => void (passed += 1)))
          )
          expect(passed).toBe(points)
          const sql = yield* SqlClient.SqlClient
          const [last] =
            yield* sql`SELECT content FROM trial_versions WHERE version = 2 ORDER BY id DESC LIMIT 1`
          expect(last).toEqual({
            content:
              `{"department":"Cardiology","durationMonths":36,"durationRaw":"3년","enrollment":${many - 1},` +
              `"enrollmentRaw":"${many - 1}","leadInstitution":"서울대학교병원","observationalModel":"cohort",` +
              `"observationalModelRaw":"코호트","studyType":"observational","studyTypeRaw":"관찰연구",` +
              `"title":"제목 ${many - 1}, edited"}`
          })
          const [counted] = yield* sql`SELECT CAST(count(*) AS INTEGER) AS n FROM trial_versions
            WHERE content LIKE '%null%' OR content LIKE '%[]%'`
          expect(counted).toEqual({ n: 0 })
        }).pipe(Effect.provide(old))
      }),
    600_000
  )
})

describe.each([sqlite, postgres])("the ledger of version 1 on $name", (engine) => {
  it.scoped("calls its proofs what they prove", () =>
    Effect.gen(function* () {
      const ledger = [
        ["data-timestamp", "file:00ff", "saved-pages", null],
        ["data-timestamp", "2026-11-01", "data-version", "2026-11-01"],
        ["two-reads", "2026-11-02", "two-reads", "2026-11-02"],
        ["one-response", "file:00ff", "one-response", null],
        ["one-response", null, "one-response", null]
      ] as const
      const { old } = yield* versionOne(engine, [
        ...["seq", "publication"].map((name) => ({ table: "counters", row: { name, value: 0 } })),
        ...ledger.map(([proof, data_timestamp], n) => ({
          table: "runs",
          row: { ...run, run_id: `run-${n}`, proof, data_timestamp }
        }))
      ])
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* Migrations.migrate
        // Of a registry that has runs, its name is known.
        expect(yield* sql`SELECT name, title, homepage, attribution FROM registries`).toEqual([
          { name: "synth", title: "synth", homepage: null, attribution: "synth" }
        ])
        const found = yield* sql`SELECT proof, data_timestamp FROM runs ORDER BY run_id`
        expect(found.map((row) => Object.values(row))).toEqual(
          ledger.map(([, , proof, timestamp]) => [proof, timestamp])
        )
      }).pipe(Effect.provide(old))
    })
  )
})

/** Takes away what came after version 9. */
const withoutLater = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP TABLE trial_words`
  yield* sql`DROP INDEX trial_versions_by_time`
  yield* sql`ALTER TABLE trial_listings DROP COLUMN mapping_version`
  yield* sql`ALTER TABLE trial_listings DROP COLUMN proven`
})

describe.each([sqlite, postgres])("a database of version 9 on $name", (engine) => {
  it.scoped("reads the next list, and asks for nothing that it had read whole", () =>
    Effect.gen(function* () {
      const database = yield* engine.database
      const records = [{ id: "A", title: "a", updated: "2026-11-01" }]
      const upstream = new CensusUpstream(censusRegistry(), { records, stamp: "2026-11-01T09:00:00" })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* syncFrom(upstream)
        yield* withoutLater
        yield* sql`DELETE FROM ${sql(Migrations.migrationsTable)} WHERE migration_id > 9`
        yield* Migrations.migrate
        upstream.begin({ records, stamp: "2026-11-01T09:00:00" })
        expect((yield* syncFrom(upstream)).counts).toMatchObject({ extracted: 1, detailed: 0 })
      }).pipe(Effect.provide(writeSide(database)))
    })
  )
})

describe.each([sqlite, postgres])("a database of version 8 on $name", (engine) => {
  it.scoped("knows its trials by the identifiers of their contents", () =>
    Effect.gen(function* () {
      const database = yield* engine.database
      const registry = syntheticRegistry()
      const secondaryIds = [{ id: "KCT0000001", kind: "kct" as const, issuer: null, raw: "KCT 0000001" }]
      const records = [
        { id: "A-1", title: "a", formerIds: ["A-0"], secondaryIds },
        { id: "B", title: "b" }
      ]
      yield* syncFrom(new SyntheticUpstream(registry, records)).pipe(Effect.provide(writeSide(database)))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* withoutLater
        yield* sql`DROP TABLE trial_ids`
        yield* sql`ALTER TABLE registries DROP COLUMN publishes`
        yield* sql`DELETE FROM ${sql(Migrations.migrationsTable)} WHERE migration_id > 8`
        expect(yield* Migrations.migrate).toContain("9_identifiers")
        const found = yield* sql`SELECT id, identifier, kind FROM trial_ids ORDER BY id, identifier`
        expect(found.map((row) => Object.values(row).join(" "))).toEqual([
          "A-1 A0 former",
          "A-1 A1 own",
          "A-1 KCT0000001 kct",
          "B B own"
        ])
        expect((yield* Verify.run([registry])).mismatches).toEqual([])
        expect(yield* sql`SELECT name, publishes FROM registries`).toEqual([
          { name: "synth", publishes: "daily" }
        ])
      }).pipe(Effect.provide(database.writer))
    })
  )
})

describe.each([sqlite, postgres])("trials_flat on $name", (engine) => {
  it.scoped("shows every field of every trial, and is recreated if its columns differ", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(startOfTime)
      const database = yield* engine.database
      const records = nights(seeded(3))[0] ?? []
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* syncFrom(new SyntheticUpstream(syntheticRegistry(), records))
        yield* sql`DROP VIEW trials_flat`
        yield* sql`CREATE VIEW trials_flat AS SELECT registry, id FROM trials`
      }).pipe(Effect.provide(writeSide(database)))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const flat = yield* sql`SELECT * FROM trials_flat ORDER BY id`
        const byId = new Map(records.map((record) => [record.id, record]))
        expect(flat).toHaveLength(byId.size)
        for (const row of flat) {
          const record = byId.get(String(row["id"]))
          expect(row).toMatchObject({
            registry: "synth",
            title: record?.title,
            department: record?.department,
            conditions: JSON.stringify(record?.conditions),
            phases: "[]",
            enrollment: record?.enrollment,
            has_results: record?.hasResults == null ? null : Number(record.hasResults),
            official_title: null,
            version: 1,
            missing_since: null
          })
        }
      }).pipe(Effect.provide(Database.layerWriter({ url: Redacted.make(database.url) })))
    })
  )
})
