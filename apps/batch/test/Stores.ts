import { SqlClient } from "@effect/sql"
import { Effect, Redacted, Schema, type Scope } from "effect"
import { copyFileSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { dump } from "trials-domain/Dump"
import type { TestDatabase } from "trials-domain/testing"
import { databaseOn, emptyPostgres, integrityOf, opened, temporaryFolder } from "trials-testkit/Engines"

/** A database that tests run `trials` on. */
export interface Store extends TestDatabase {
  /** An equal database. Nobody may use this one meanwhile. */
  readonly copy: Effect.Effect<Store, never, Scope.Scope>
  /** What SQLite's own check says of the file. PostgreSQL has no check that is always available. */
  readonly integrity: Effect.Effect<string>
}

const sqliteIn = (folder: string): Store => {
  const file = join(folder, "trials.db")
  return {
    ...opened(`sqlite:${file}`),
    copy: Effect.map(temporaryFolder, (other) => {
      copyFileSync(file, join(other, "trials.db"))
      return sqliteIn(other)
    }),
    integrity: Effect.sync(() => integrityOf(file))
  }
}

/** A server's database, by its URL. */
export const postgresAt = (url: string): Store => {
  const { pathname } = new URL(url)
  return {
    ...opened(url),
    copy: Effect.map(databaseOn(url.replace(pathname, "/postgres"), pathname.slice(1)), postgresAt),
    integrity: Effect.succeed("ok")
  }
}

/** An empty database on either engine. */
export const empty = {
  SQLite: Effect.map(temporaryFolder, sqliteIn),
  PostgreSQL: Effect.map(emptyPostgres, postgresAt)
} as const
export type EngineName = keyof typeof empty
export const engines: ReadonlyArray<EngineName> = ["SQLite", "PostgreSQL"]

/** The canonical dump as a reader sees it; empty if there is no database or no schema yet. */
export const dumpOf = ({ url }: Pick<Store, "url">): Effect.Effect<string> =>
  Effect.provide(
    dump(),
    Database.layerReader({ url: Redacted.make(url), statementTimeout: "1 minute" })
  ).pipe(
    Effect.catchIf(
      (error) =>
        error._tag === "DatabaseError" && (error.reason === "no-schema" || error.reason === "missing"),
      () => Effect.succeed("")
    ),
    Effect.orDie
  )

/** What the ledger says of the runs, oldest first: the reason if there is one, otherwise the verdict. */
export const ledgerOf = (store: Store): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`SELECT verdict, reason FROM runs ORDER BY started_at, run_id`
    const read = yield* Schema.decodeUnknown(Schema.Array(Ledger))(rows)
    return read.map(({ reason, verdict }) => reason?.code ?? verdict)
  }).pipe(Effect.provide(store.reader), Effect.orDie)

const Ledger = Schema.Struct({
  verdict: Schema.String,
  reason: Schema.parseJson(Schema.NullOr(Schema.Struct({ code: Schema.String })))
})

const clocked: ReadonlySet<string> = new Set(["observed_at", "created_at", "updated_at", "missing_since"])

/**
 * The dump with each of our instants and each run's id replaced by its rank in the dump. Two series of the same runs
 * may differ in the clock and the ids; their order, and which of them are equal, is still compared.
 */
export const ranked = (dump: string): string => {
  const rows = dump
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Record<string, unknown> => JSON.parse(line))
  const kindOf = (column: string) => (clocked.has(column) ? "instant" : column === "run_id" ? "run" : null)
  const valuesOf = (kind: "instant" | "run", row: Record<string, unknown>) =>
    Object.entries(row).flatMap(([column, value]) =>
      kindOf(column) === kind && typeof value === "string" ? [value] : []
    )
  const ranks = (kind: "instant" | "run", values: ReadonlyArray<string>) =>
    new Map([...new Set(values)].map((value, rank) => [value, `${kind} ${rank}`]))
  // The ids of two runs in one second have no order, so they get the order of what the runs wrote.
  const written = rows.toSorted((a, b) => Number(a["seq"] ?? 0) - Number(b["seq"] ?? 0))
  const known = {
    instant: ranks("instant", rows.flatMap((row) => valuesOf("instant", row)).sort()),
    run: ranks(
      "run",
      written.flatMap((row) => valuesOf("run", row))
    )
  }
  return rows
    .map((row) =>
      JSON.stringify(row, (column, value: unknown) => {
        const kind = kindOf(column)
        return kind === null || typeof value !== "string" ? value : known[kind].get(value)
      })
    )
    .join("\n")
}

/** The first line in which two dumps differ, for a person to read; null if they are equal. */
export const difference = (one: string, other: string): readonly [string, string] | null => {
  if (one === other) return null
  const [left, right] = [one.split("\n"), other.split("\n")]
  const at = left.findIndex((line, n) => line !== right[n])
  return [left[at] ?? "", right[at < 0 ? left.length : at] ?? ""]
}
