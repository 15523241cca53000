import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { failpoint } from "../Failpoint.js"

const pageSize = 1000

// SQLite binds the values of short statements fastest.
const chunkSize = 50

const Version = Schema.Struct({
  registry: Schema.String,
  id: Schema.String,
  version: Schema.Int,
  content: Schema.String
})
type Version = typeof Version.Type

/** The canonical text as of this migration: sorted keys, no nulls, no empty lists. */
export const canonical = (content: string): string => {
  const fields: Record<string, unknown> = JSON.parse(content)
  return JSON.stringify(
    Object.fromEntries(
      Object.keys(fields)
        .sort()
        .flatMap((key) => {
          const value = fields[key]
          return value === null || (Array.isArray(value) && value.length === 0) ? [] : [[key, value]]
        })
    )
  )
}

const write = (sql: SqlClient.SqlClient, versions: ReadonlyArray<Version>) =>
  sql.onDialectOrElse({
    pg: () =>
      sql.unsafe(
        `UPDATE trial_versions AS v SET content = c.content
          FROM json_to_recordset($1) AS c(registry text, id text, version integer, content text)
          WHERE v.registry = c.registry AND v.id = c.id AND v.version = c.version`,
        [JSON.stringify(versions)]
      ),
    orElse: () =>
      Effect.forEach(
        Array.from({ length: Math.ceil(versions.length / chunkSize) }, (_, n) =>
          versions.slice(n * chunkSize, (n + 1) * chunkSize)
        ),
        (chunk) =>
          sql.unsafe(
            `WITH c(registry, id, version, content) AS (VALUES ${chunk.map(() => "(?, ?, ?, ?)").join(", ")})
              UPDATE trial_versions AS v SET content = c.content FROM c
              WHERE v.registry = c.registry AND v.id = c.id AND v.version = c.version`,
            chunk.flatMap(({ content, id, registry, version }) => [registry, id, version, content])
          ),
        { discard: true }
      )
  })

/**
 * Stores the content of a trial once, in its current version, as canonical text; `trials` keeps the summary. Lists
 * follow the order of the feed.
 */
export const contentOnce = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const name of ["official_title", "collaborators", "interventions"]) {
    yield* sql`ALTER TABLE trials DROP COLUMN ${sql(name)}`
  }
  yield* failpoint("migrate")

  const page = SqlSchema.findAll({
    Request: Schema.Tuple(Schema.String, Schema.String, Schema.Int),
    Result: Version,
    execute: ([registry, id, version]) => sql`SELECT registry, id, version, content FROM trial_versions
      WHERE (registry, id, version) > (${registry}, ${id}, ${version}) ORDER BY registry, id, version LIMIT ${pageSize}`
  })
  let after: readonly [string, string, number] = ["", "", 0]
  for (;;) {
    const found = yield* Effect.catchTag(page(after), "ParseError", Effect.die)
    const last = found.at(-1)
    if (last === undefined) break
    yield* write(
      sql,
      found.map(({ content, ...key }) => ({ ...key, content: canonical(content) }))
    )
    yield* failpoint("migrate")
    after = [last.registry, last.id, last.version]
  }

  yield* sql`DROP INDEX trials_by_update`
  // The columns after the order make the index enough to count a list.
  yield* sql`CREATE INDEX trials_by_seq ON trials (updated_seq, missing_since, registry, updated_at)`
  yield* sql`CREATE INDEX trials_by_registry ON trials (registry, updated_at, updated_seq, missing_since)`
})
