import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as Database from "trials-database/Database"
import { dump } from "trials-domain/Dump"
import { Failpoint } from "trials-domain/Failpoint"
import * as Migrations from "trials-domain/Migrations"
import { firstSchema, syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { emptyPostgres, opened, plain, statement } from "trials-testkit/Engines"
import { newRole, quoted, sqlState, urlFor } from "trials-testkit/Roles"

const unmigrated = (url: string) =>
  Layer.orDie(Database.layerWriter({ url: Redacted.make(url), init: true, migrate: false }))

const migrate = (url: string) => Effect.scoped(Effect.provide(Migrations.migrate, unmigrated(url)))

/** The URL of a database with another search path. */
const on = (url: string, path: string): string => {
  const parsed = new URL(url)
  parsed.searchParams.set("options", `-c search_path=${path}`)
  return parsed.toString()
}

const inSchemas = (url: string, ...names: ReadonlyArray<string>) =>
  Effect.forEach(names, (name) => statement(url, `CREATE SCHEMA ${name}`), { discard: true })

/** The relations of every schema but the server's own. */
const relations = (url: string) =>
  Effect.map(
    statement(
      url,
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'v') AND n.nspname !~ '^pg_|^information_schema$' ORDER BY 1`
    ),
    (rows) => rows.map((row) => String(row["name"]))
  )

const trials = (count: number, title: string) =>
  Array.from({ length: count }, (_, n) => ({ id: `T${1000 + n}`, title: `${title} ${n}` }))

const asWriter = <A, E>(
  url: string,
  effect: Effect.Effect<A, E, Layer.Layer.Success<ReturnType<typeof writeSide>>>
) => Effect.scoped(Effect.provide(effect, writeSide(opened(url))))

describe("an installation's home", { timeout: 120_000 }, () => {
  it.scopedLive(
    "two installations of one database collect at the same time, and neither touches the other's",
    () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        yield* inSchemas(url, "one", "two")
        const roles = yield* Effect.forEach(["one", "two"], (schema) =>
          Effect.gen(function* () {
            const role = yield* newRole(schema)
            yield* statement(url, `ALTER SCHEMA ${schema} OWNER TO ${quoted(role)}`)
            yield* Effect.addFinalizer(() =>
              Effect.orDie(statement(url, `DROP OWNED BY ${quoted(role)} CASCADE`))
            )
            return urlFor(url, role, schema)
          })
        )
        const nights = process.env["TRIALS_FAULTS"] === "long" ? 20 : 2
        const histories = yield* Effect.forEach(
          roles,
          (own, which) =>
            Effect.gen(function* () {
              const upstream = new SyntheticUpstream(syntheticRegistry(), [], 50)
              for (let night = 0; night < nights; night += 1) {
                upstream.records = trials(200 + which, `${which} in night ${night}`)
                const report = yield* asWriter(own, syncFrom(upstream))
                expect(report).toMatchObject({
                  verdict: "complete",
                  counts: night === 0 ? { created: 200 + which } : { edited: 200 + which }
                })
              }
              return yield* asWriter(own, dump())
            }),
          { concurrency: "unbounded" }
        )
        for (const [which, history] of histories.entries()) {
          expect(history).toContain(`${which} in night ${nights - 1}`)
          expect(history).not.toContain(`${1 - which} in night`)
        }
        const names = yield* relations(url)
        expect(names.filter((name) => name.startsWith("one.")).map((name) => name.slice(4))).toEqual(
          names.filter((name) => name.startsWith("two.")).map((name) => name.slice(4))
        )
        expect(names.filter((name) => !/^(one|two)\./.test(name))).toEqual([])
      })
  )

  it.scopedLive("is found behind other schemas of the search path, and everything is made there", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      yield* inSchemas(url, "other", "app")
      const through = on(url, "missing,other,app")
      const upstream = new SyntheticUpstream(syntheticRegistry(), trials(3, "first"))
      // An older schema, at home in the second schema of the path that comes.
      yield* Effect.scoped(Effect.provide(firstSchema([]), unmigrated(on(url, "app"))))
      yield* statement(url, "INSERT INTO app.counters VALUES ('seq', 0), ('publication', 0)")
      expect((yield* migrate(through)).length).toBe(Migrations.schemaVersion - 1)
      yield* asWriter(through, syncFrom(upstream))
      const made = yield* relations(url)
      expect(made.filter((name) => !name.startsWith("app."))).toEqual([])
      expect(made).toContain("app.trials_flat")
      expect(made).toContain("app.trials_staging_records")

      // What is there is found there, and not made again.
      const oids = statement(
        url,
        "SELECT oid FROM pg_class WHERE relnamespace = 'app'::regnamespace ORDER BY 1"
      )
      const before = yield* oids
      expect(yield* migrate(through)).toEqual([])
      expect(yield* oids).toEqual(before)

      // What has to be made anew is made there, whatever has its name before it.
      yield* statement(url, "CREATE VIEW other.trials_flat AS SELECT 1 AS mine")
      yield* statement(url, "DROP VIEW app.trials_flat")
      yield* statement(url, "DROP TABLE app.trials_staging_pages")
      yield* asWriter(through, syncFrom(upstream))
      expect(yield* relations(url)).toEqual([...made, "other.trials_flat"])
      expect(yield* statement(url, "SELECT * FROM other.trials_flat")).toEqual([{ mine: 1 }])
      yield* Effect.scoped(
        Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM trials`),
          Database.layerReader({ url: Redacted.make(through) })
        )
      )
      // Nothing is changed for the connections of the pool.
      const [path] = yield* Effect.scoped(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* sql`UPDATE trials_staging_layout SET version = 0`
          yield* Migrations.migrate
          return yield* sql`SELECT current_setting('search_path') AS path, current_setting('role') AS role`
        }).pipe(Effect.provide(plain(through)))
      )
      expect(path).toEqual({ path: "missing,other,app", role: "none" })
    })
  )

  it.scopedLive("is the first schema of the path where it is new, and without a schema nothing begins", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      yield* inSchemas(url, "other", "app")
      yield* migrate(on(url, "missing,app,other"))
      expect((yield* relations(url)).every((name) => name.startsWith("app."))).toBe(true)
      const none = Database.layerWriter({ url: Redacted.make(on(url, "missing")), init: true })
      expect(yield* Effect.flip(Effect.scoped(Layer.build(none)))).toMatchObject({ reason: "search-path" })
    })
  )

  it.scopedLive.each(["empty", "of version 1"])(
    "is made once by processes that migrate a database at the same time: %s",
    (which) =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        if (which !== "empty") yield* Effect.scoped(Effect.provide(firstSchema([]), unmigrated(url)))
        if (which !== "empty")
          yield* statement(url, "INSERT INTO counters VALUES ('seq', 0), ('publication', 0)")
        const ran = yield* Effect.forEach(Array.from({ length: 6 }), () => migrate(url), {
          concurrency: "unbounded"
        })
        const all = which === "empty" ? Migrations.schemaVersion : Migrations.schemaVersion - 1
        expect(ran.map((each) => each.length).sort()).toEqual([0, 0, 0, 0, 0, all])
        yield* Effect.scoped(Effect.provide(Migrations.check, plain(url)))
      })
  )

  it.scopedLive(
    "a migration that fails at its end leaves nothing at all, and a role without rights fails at once",
    () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        let passed = 0
        const failing = Effect.provideService(Failpoint, () =>
          Effect.suspend(() =>
            (passed += 1) === Migrations.schemaVersion ? Effect.die("a failpoint") : Effect.void
          )
        )
        yield* Effect.exit(failing(migrate(url)))
        expect(passed).toBeGreaterThanOrEqual(Migrations.schemaVersion)
        expect(yield* relations(url)).toEqual([])
        const role = yield* newRole("stranger")
        const started = Date.now()
        expect(yield* sqlState(migrate(urlFor(url, role)))).toBe("42501")
        expect(Date.now() - started).toBeLessThan(1900)
        expect(yield* relations(url)).toEqual([])
      })
  )
})
