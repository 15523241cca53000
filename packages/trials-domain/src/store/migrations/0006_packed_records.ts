import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { failpoint } from "../Failpoint.js"
import { packer } from "../PackedRecord.js"

const pageSize = 1000

const Version = Schema.Struct({
  registry: Schema.String,
  id: Schema.String,
  version: Schema.Int,
  record: Schema.String
})

/** Stores the records of versions compressed: they are most of what a registry of long records takes. */
export const packedRecords = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({
    pg: () => sql.literal('TEXT COLLATE "C"'),
    orElse: () => sql.literal("TEXT")
  })
  const bytes = sql.onDialectOrElse({ pg: () => sql.literal("BYTEA"), orElse: () => sql.literal("BLOB") })
  yield* sql`CREATE TABLE dictionaries (id ${text} NOT NULL PRIMARY KEY, text ${text} NOT NULL)`
  yield* sql`ALTER TABLE trial_versions ADD COLUMN packed ${bytes}`
  const pack = packer(null)
  const page = SqlSchema.findAll({
    Request: Schema.Tuple(Schema.String, Schema.String, Schema.Int),
    Result: Version,
    execute: ([registry, id, version]) => sql`SELECT registry, id, version, record FROM trial_versions
      WHERE (registry, id, version) > (${registry}, ${id}, ${version}) AND record IS NOT NULL
      ORDER BY registry, id, version LIMIT ${pageSize}`
  })
  let after: readonly [string, string, number] = ["", "", 0]
  for (;;) {
    const found = yield* Effect.catchTag(page(after), "ParseError", Effect.die)
    const last = found.at(-1)
    if (last === undefined) break
    for (const { id, record, registry, version } of found) {
      yield* sql`UPDATE trial_versions SET packed = ${pack(record)}
        WHERE registry = ${registry} AND id = ${id} AND version = ${version}`
    }
    yield* failpoint("migrate")
    after = [last.registry, last.id, last.version]
  }
  yield* sql`ALTER TABLE trial_versions DROP COLUMN record`
  yield* sql`ALTER TABLE trial_versions RENAME COLUMN packed TO record`
})
