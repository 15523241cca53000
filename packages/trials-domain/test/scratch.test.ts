import { SqliteClient } from "@effect/sql-sqlite-node"
import { SqlClient } from "@effect/sql"
import { Effect, Layer } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as S from "trials-domain/testing"
const engine: S.Engine = {
  name: "SQLite",
  database: Effect.map(Effect.acquireRelease(Effect.sync(() => mkdtempSync(join(tmpdir(), "t-"))), (d) => Effect.sync(() => rmSync(d, { recursive: true }))), (d) => {
    const file = join(d, "x.db")
    const base = SqliteClient.layer({ filename: file })
    const writer = Layer.tap(base, (ctx) => Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql.unsafe(`ATTACH '${file}.staging' AS trials_staging`)
      yield* sql.unsafe("PRAGMA synchronous = FULL")
      yield* sql.unsafe("PRAGMA trials_staging.synchronous = OFF")
    }).pipe(Effect.provide(ctx), Effect.orDie)) as any
    return { url: `sqlite:${file}`, writer, reader: base as any }
  })
}
for (const [name, suite] of Object.entries(S)) if (name.endsWith("Suite")) (suite as any)(engine)
