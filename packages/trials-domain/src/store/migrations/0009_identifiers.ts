import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { SecondaryIdKind } from "../../model/SecondaryId.js"
import { identifiersOf } from "../../model/TrialIdentifiers.js"
import { insertAll } from "../../sql/insert.js"

const pageSize = 1000

const Trial = Schema.Struct({
  registry: Schema.String,
  id: Schema.String,
  /** Null where the content names no other identifier. */
  content: Schema.NullOr(Schema.String)
})

const list = <A, I>(item: Schema.Schema<A, I>) =>
  Schema.optionalWith(Schema.Array(item), { default: () => [] })
const id = Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null })

/** What a content says of its other identifiers. */
const Said = Schema.parseJson(
  Schema.Struct({
    formerIds: list(Schema.String),
    secondaryIds: list(
      Schema.Struct({
        id,
        kind: Schema.optionalWith(Schema.NullOr(SecondaryIdKind), { default: () => null })
      })
    )
  })
)

const decode = Schema.decodeSync(Said)

// Identifiers are made anew by a rebuild where they are read otherwise later, so this needs no copy of how.

/** By which identifiers each trial is known, and on which days each registry publishes. */
export const identifiers = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({
    pg: () => sql.literal('TEXT COLLATE "C"'),
    orElse: () => sql.literal("TEXT")
  })
  yield* sql`ALTER TABLE registries ADD COLUMN publishes ${text} NOT NULL DEFAULT 'daily'`
  yield* sql`CREATE TABLE trial_ids (
    registry ${text} NOT NULL,
    id ${text} NOT NULL,
    identifier ${text} NOT NULL,
    kind ${text} NOT NULL,
    written ${text} NOT NULL,
    PRIMARY KEY (registry, id, identifier)
  )`
  const page = SqlSchema.findAll({
    Request: Schema.Tuple(Schema.String, Schema.String),
    Result: Trial,
    execute: ([registry, id]) => sql`SELECT t.registry, t.id, CASE
          WHEN v.content LIKE '%"formerIds":%' OR v.content LIKE '%"secondaryIds":%' THEN v.content END AS content
      FROM trials t LEFT JOIN trial_versions v
        ON v.registry = t.registry AND v.id = t.id AND v.version = t.version
      WHERE (t.registry, t.id) > (${registry}, ${id}) ORDER BY t.registry, t.id LIMIT ${pageSize}`
  })
  let after: readonly [string, string] = ["", ""]
  for (;;) {
    const found = yield* Effect.catchTag(page(after), "ParseError", Effect.die)
    const last = found.at(-1)
    if (last === undefined) break
    yield* insertAll(
      sql,
      "trial_ids",
      found.flatMap(({ content, id, registry }) =>
        identifiersOf(id, decode(content ?? "{}")).map((each) => ({ registry, id, ...each }))
      )
    )
    after = [last.registry, last.id]
  }
  yield* sql`CREATE INDEX trial_ids_by_identifier ON trial_ids (identifier, registry)`
})
