import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as Database from "trials-database/Database"
import { dump } from "trials-domain/Dump"
import { beginning } from "trials-domain/FeedPosition"
import { grants } from "trials-domain/Grants"
import { installation } from "trials-domain/Home"
import * as Migrations from "trials-domain/Migrations"
import * as Rebuild from "trials-domain/Rebuild"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import * as Remap from "trials-domain/Remap"
import { RunQueries } from "trials-domain/RunQueries"
import * as Sync from "trials-domain/Sync"
import { syncFrom, syntheticRegistry, SyntheticUpstream } from "trials-domain/testing"
import { TrialQueries } from "trials-domain/TrialQueries"
import * as Verify from "trials-domain/Verify"
import { VersionQueries } from "trials-domain/VersionQueries"
import { plain, statement } from "trials-testkit/Engines"
import { sqlState, urlFor, withRoles } from "trials-testkit/Roles"
import { startPostgres } from "trials-testkit/PostgresServer"

/** A writer's connection that brings nothing up to date by itself. */
const opened = (url: string) =>
  Layer.orDie(Database.layerWriter({ url: Redacted.make(url), init: true, migrate: false }))

const migrate = (url: string) => Effect.scoped(Effect.provide(Migrations.migrate, opened(url)))

const written = (url: string) =>
  Sync.layer.pipe(Layer.provideMerge(Layer.orDie(Database.layerWriter({ url: Redacted.make(url) }))))

const asWriter = <A, E>(
  url: string,
  effect: Effect.Effect<A, E, Layer.Layer.Success<ReturnType<typeof written>>>
) => Effect.scoped(Effect.provide(effect, written(url)))

type Place = Effect.Effect.Success<ReturnType<typeof withRoles>>

/** What `trials migrate --grants` prints, carried out by the owner. */
const granted = ({ names, owner }: Place) =>
  Effect.scoped(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const found = yield* installation
      if (found === null) return expect.fail("no installation")
      for (const each of grants(found, names)) yield* sql.unsafe(each)
      return found
    }).pipe(Effect.provide(plain(owner)))
  )

const prepared = (schema = "app") =>
  Effect.gen(function* () {
    const place = yield* withRoles(schema)
    yield* migrate(place.owner)
    yield* granted(place)
    return place
  })

const records = [
  { id: "T1", title: "One" },
  { id: "T2", title: "Two" },
  { id: "T3", title: "Three" }
]
const registry = syntheticRegistry()
const upstream = () => new SyntheticUpstream(registry, records)
const limits = { allowShrink: true }

/** The relations of the home, and who has which rights on them. */
const rights = (url: string) =>
  statement(
    url,
    `SELECT c.relname, c.relkind, c.relpersistence, pg_get_userbyid(c.relowner) AS owner, array(
        SELECT CAST(x AS text) FROM unnest(c.relacl) x ORDER BY 1) AS acl, array(
        SELECT a.attname || CAST(a.attacl AS text) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL ORDER BY 1) AS columns
      FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'v') ORDER BY 1`
  )

const ours = [
  "absences",
  "counters",
  "dictionaries",
  "leases",
  "registries",
  "runs",
  "trial_ids",
  "trial_listings",
  "trial_search",
  "trial_versions",
  "trial_words",
  "trials",
  "trials_flat",
  Migrations.migrationsTable,
  "trials_staging_layout",
  "trials_staging_listings",
  "trials_staging_pages",
  "trials_staging_reads",
  "trials_staging_records",
  "trials_staging_rejected",
  "trials_staging_unread",
  "trials_staging_wanted"
]

describe("roles", { timeout: 120_000 }, () => {
  it.scopedLive("an owner migrates, a writer collects, a reader reads, and nobody else sees anything", () =>
    Effect.gen(function* () {
      const place = yield* prepared('App "1.0", new')
      const source = upstream()
      const kinds = yield* asWriter(
        place.writer,
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* syncFrom(source)
          source.records = [{ id: "T1", title: "One, edited" }, ...records.slice(2)]
          yield* syncFrom(source, { limits })
          yield* syncFrom(source, { limits })
          source.records = records
          yield* syncFrom(source)
          const later = syntheticRegistry("synth", {
            mappingVersion: 2,
            change: (content) => ({ ...content, status: "recruiting" })
          })
          yield* Remap.run(later)
          yield* Rebuild.run
          expect(yield* Verify.run([later])).toEqual({ trials: 3, mismatches: [] })
          return yield* sql`SELECT DISTINCT kind FROM trial_versions ORDER BY kind`
        })
      )
      expect(kinds.map(({ kind }) => kind)).toEqual([
        "created",
        "disappeared",
        "edited",
        "reappeared",
        "remapped"
      ])

      // What only an owner could do before version 17, and does nothing for others there.
      const [server] = yield* statement(place.url, "SHOW server_version_num")
      if (Number(server?.["server_version_num"]) >= 170_000) {
        const analyzed = yield* statement(
          place.url,
          "SELECT relname FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL ORDER BY 1"
        )
        expect(analyzed.map((row) => row["relname"])).toEqual([
          "trial_search",
          "trials",
          "trials_staging_records"
        ])
      }

      const readSide = Layer.mergeAll(
        TrialQueries.layer,
        VersionQueries.layer,
        RunQueries.layer,
        RegistryQueries.layer([registry])
      ).pipe(
        Layer.provideMerge(
          Layer.orDie(
            Database.layerReader({ url: Redacted.make(place.reader), statementTimeout: "30 seconds" })
          )
        )
      )
      yield* Effect.gen(function* () {
        const trials = yield* TrialQueries
        const versions = yield* VersionQueries
        const runs = yield* RunQueries
        const registries = yield* RegistryQueries
        const one = yield* trials.get({ registry: "synth", id: "T2" })
        expect(one.status).toBe("recruiting")
        const filter = { q: "two", title: "two", registry: "synth" }
        expect((yield* trials.list({ filter, sort: "id", limit: 5 })).items).toHaveLength(1)
        expect((yield* trials.recent({ days: 7, filter: {}, limit: 5 })).items).toHaveLength(3)
        const history = yield* versions.history({ registry: "synth", id: "T1", limit: 9 })
        expect(history.items.map(({ kind }) => kind)).toContain("edited")
        expect((yield* versions.diff({ registry: "synth", id: "T1", from: 1, to: 2 })).changes).not.toEqual(
          []
        )
        yield* versions.asOf({ registry: "synth", id: "T1", instant: one.updatedAt })
        expect((yield* versions.changes({ after: beginning, limit: 99 })).items.length).toBeGreaterThan(5)
        const ledger = yield* runs.list({ limit: 9 })
        expect(ledger.items).toHaveLength(5)
        yield* runs.get({ runId: ledger.items[0]?.runId ?? "" })
        expect(yield* registries.list).toMatchObject([{ trials: { listed: 3, missing: 0 } }])
        yield* registries.quality({ registry: "synth" })
        expect((yield* Verify.run([registry])).trials).toBe(3)
        expect(yield* dump(true)).toContain("recruiting")
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT status FROM trials_flat`).toHaveLength(3)
      }).pipe(Effect.provide(readSide))

      for (const url of [place.reader, place.nobody]) {
        for (const each of ours.filter((name) => name !== "trials_flat")) {
          for (const attempt of [
            `DELETE FROM ${each}`,
            `INSERT INTO ${each} SELECT * FROM ${each}`,
            `TRUNCATE ${each}`
          ]) {
            expect([attempt, yield* sqlState(statement(url, attempt))]).toEqual([
              attempt,
              // The server passes over a schema that the role may not use.
              url === place.reader ? "42501" : "42P01"
            ])
          }
        }
      }
      expect(yield* sqlState(statement(place.writer, "DELETE FROM trial_versions"))).toBe("42501")
    })
  )

  it.scopedLive("a role without rights is refused everything, and is not told that there is nothing", () =>
    Effect.gen(function* () {
      const schema = 'App "1.0", new'
      const place = yield* prepared(schema)
      const quoted = `"${schema.replaceAll('"', '""')}"`
      const refused = Effect.gen(function* () {
        for (const each of [
          Effect.asVoid(Migrations.currentVersion),
          Migrations.check,
          Effect.asVoid(Migrations.migrate)
        ]) {
          expect(yield* sqlState(Effect.scoped(Effect.provide(each, plain(place.nobody))))).toBe("42501")
        }
        for (const layer of [
          Database.layerReader({ url: Redacted.make(place.nobody) }),
          Database.layerWriter({ url: Redacted.make(place.nobody), migrate: false })
        ]) {
          const used = Effect.scoped(Effect.provide(Migrations.check, layer))
          expect(yield* Effect.flip(used)).not.toMatchObject({ reason: "no-schema" })
        }
      })
      yield* refused
      yield* statement(place.owner, `GRANT USAGE ON SCHEMA ${quoted} TO "${place.names.nobody}"`)
      yield* refused
      yield* statement(
        place.owner,
        `GRANT SELECT ON ${Migrations.migrationsTable} TO "${place.names.nobody}"`
      )
      yield* Effect.scoped(Effect.provide(Migrations.check, plain(place.nobody)))
      for (const each of ours.filter((name) => name !== Migrations.migrationsTable)) {
        expect([each, yield* sqlState(statement(place.nobody, `SELECT 1 FROM ${each}`))]).toEqual([
          each,
          "42501"
        ])
      }
    })
  )

  it.scopedLive(
    "a role that finds staging missing, torn or of another layout is refused at once; the owner heals it",
    () =>
      Effect.gen(function* () {
        const place = yield* prepared()
        // Even where the schema lets it create tables: they would be its own, and the owner could not use them.
        yield* statement(place.owner, `GRANT CREATE ON SCHEMA app TO PUBLIC`)
        const source = upstream()
        yield* asWriter(place.writer, syncFrom(source))
        const before = yield* rights(place.owner)
        expect(before.map((row) => row["relname"])).toEqual(ours)
        for (const damage of [
          "UPDATE trials_staging_layout SET version = version - 1",
          "DELETE FROM trials_staging_layout",
          "DROP TABLE trials_staging_records",
          "DROP TABLE trials_staging_layout, trials_staging_reads",
          "DROP VIEW trials_flat; CREATE VIEW trials_flat AS SELECT id FROM trials"
        ]) {
          yield* statement(place.owner, damage)
          const left = yield* rights(place.owner)
          const started = Date.now()
          expect([damage, yield* sqlState(migrate(place.writer))]).toEqual([damage, "42501"])
          expect(Date.now() - started).toBeLessThan(1900)
          if (!damage.includes("VIEW")) {
            const run = Effect.provide(
              syncFrom(source),
              Sync.layer.pipe(Layer.provideMerge(opened(place.writer)))
            )
            expect([damage, yield* sqlState(Effect.scoped(run))]).toEqual([damage, "42501"])
          }
          expect(yield* rights(place.owner)).toEqual(left)

          expect(yield* migrate(place.owner)).toEqual([])
          if (!damage.startsWith("DROP")) expect(yield* rights(place.owner)).toEqual(before)
          const report = yield* asWriter(place.writer, syncFrom(source))
          expect([damage, report.verdict]).toEqual([damage, "unchanged"])
        }
      })
  )

  it.scopedLive("a run needs no owner after the server crashed, when all that is not logged is lost", () =>
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.promise(() => startPostgres()),
        (started) => Effect.promise(() => started.remove())
      )
      const source = upstream()
      const place = yield* withRoles("app", server.url)
      yield* migrate(place.owner)
      yield* granted(place)
      yield* asWriter(place.writer, syncFrom(source))
      yield* statement(place.owner, "INSERT INTO trials_staging_reads VALUES ('lost', '{}', 0)")
      yield* Effect.promise(() => server.stop("immediate"))
      yield* Effect.promise(() => server.start())
      expect(yield* statement(place.owner, "SELECT * FROM trials_staging_reads")).toEqual([])
      expect((yield* asWriter(place.writer, syncFrom(source))).verdict).toBe("unchanged")
    })
  )

  it.scopedLive("what is made anew leaves to each role exactly the rights that it had", () =>
    Effect.gen(function* () {
      const place = yield* prepared()
      const nobody = `"${place.names.nobody}"`
      for (const each of [
        `GRANT SELECT ON trials_flat TO PUBLIC`,
        `GRANT SELECT (id, title) ON trials_flat TO ${nobody} WITH GRANT OPTION`,
        `GRANT DELETE ON trials_staging_pages TO ${nobody} WITH GRANT OPTION`,
        // Not given again by the owner's default privileges.
        `REVOKE ALL ON trials_flat FROM "${place.names.reader}"`
      ]) {
        yield* statement(place.owner, each)
      }
      const before = yield* rights(place.owner)
      yield* statement(place.owner, "ALTER VIEW trials_flat RENAME COLUMN phases TO stages")
      yield* statement(place.owner, "UPDATE trials_staging_layout SET version = 0")
      yield* migrate(place.owner)
      expect(yield* rights(place.owner)).toEqual(before)
      const report = yield* asWriter(place.writer, syncFrom(upstream()))
      expect(report.verdict).toBe("complete")
    })
  )

  it.scopedLive("a writer whose search path has another schema first needs no owner either", () =>
    Effect.gen(function* () {
      const place = yield* prepared()
      yield* statement(place.url, "CREATE SCHEMA other")
      yield* statement(place.url, "GRANT ALL ON SCHEMA other TO PUBLIC")
      const behind = urlFor(place.url, place.names.writer, "other,app")
      expect(yield* migrate(behind)).toEqual([])
      expect((yield* asWriter(behind, syncFrom(upstream()))).verdict).toBe("complete")
    })
  )

  it.scopedLive("what another member of the owner makes belongs to the owner", () =>
    Effect.gen(function* () {
      const place = yield* prepared()
      const { names, url } = place
      const before = yield* rights(place.owner)
      yield* statement(url, `GRANT "${names.owner}" TO "${names.nobody}"`)
      for (const member of [place.nobody, url.replace(/\?|$/, "?options=-c%20search_path%3Dapp")]) {
        yield* statement(place.owner, "UPDATE trials_staging_layout SET version = 0")
        yield* migrate(member)
        expect(yield* rights(place.owner)).toEqual(before)
      }
    })
  )
})
