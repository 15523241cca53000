import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { fold } from "../../model/Text.js"

const pageSize = 1000

const Version = Schema.Struct({
  registry: Schema.String,
  id: Schema.String,
  version: Schema.Int,
  content: Schema.String,
  changes: Schema.String,
  isCurrent: Schema.Int
})
type Version = typeof Version.Type

type Values = Record<string, unknown>

const named = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((name: unknown) =>
        typeof name === "string" && name !== "" ? { type: null, name, otherNames: [] } : name
      )
    : value

// The codes as of this migration.
const codes: Readonly<Record<string, ReadonlySet<unknown>>> = {
  status: new Set([
    "not-yet-recruiting",
    "recruiting",
    "enrolling-by-invitation",
    "active-not-recruiting",
    "suspended",
    "terminated",
    "completed",
    "withdrawn",
    "available",
    "no-longer-available",
    "temporarily-not-available",
    "approved-for-marketing",
    "withheld",
    "unknown"
  ]),
  enrollmentType: new Set(["actual", "estimated", "unknown"])
}

/** A value of a field as a content of this version can have it. */
const converted = (field: string, value: unknown): unknown => {
  if (field === "interventions") return named(value)
  const known = codes[field]
  return known === undefined || known.has(value) ? value : null
}

/** The canonical text of a content as of this migration. */
export const contentOf = (content: string): string => {
  const fields: Values = JSON.parse(content)
  const interventions = fields["interventions"]
  return JSON.stringify({
    ...Object.fromEntries(
      Object.entries(fields).flatMap(([field, value]) => {
        const kept = converted(field, value)
        return kept === null ? [] : [[field, kept]]
      })
    ),
    ...(Array.isArray(interventions)
      ? { interventions: interventions.map((name: unknown) => ({ name })).filter(({ name }) => name !== "") }
      : {})
  })
}

const changesOf = (changes: string): string => {
  const each: ReadonlyArray<{ field: string; from: unknown; to: unknown }> = JSON.parse(changes)
  return JSON.stringify(
    each
      .map(({ field, from, to }) => ({ field, from: converted(field, from), to: converted(field, to) }))
      .filter(({ from, to }) => from !== null || to !== null)
  )
}

/**
 * The fields of WHO's data set. What a version of before says in another form is converted: interventions were names, a
 * status or a type of enrolment was any text (that is no code of ours becomes null; its record still says it). A trial is
 * found by its collaborators, too.
 */
export const whoFields = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({
    pg: () => sql.literal('TEXT COLLATE "C"'),
    orElse: () => sql.literal("TEXT")
  })
  for (const name of [
    "acronym",
    "sponsor_class",
    "last_known_status",
    "registered_date",
    "start_date_type",
    "primary_completion_date",
    "primary_completion_date_type",
    "completion_date_type",
    "results_date"
  ]) {
    yield* sql`ALTER TABLE trials ADD COLUMN ${sql(name)} ${text}`
  }
  yield* sql`ALTER TABLE trials ADD COLUMN intervention_names ${text} NOT NULL DEFAULT '[]'`
  for (const [name, field] of [
    ["status", "status"],
    ["enrollment_type", "enrollmentType"]
  ] as const) {
    yield* sql`UPDATE trials SET ${sql(name)} = NULL
      WHERE ${sql(name)} IS NOT NULL AND NOT ${sql.in(name, [...(codes[field] ?? [])].map(String))}`
  }

  const page = SqlSchema.findAll({
    Request: Schema.Tuple(Schema.String, Schema.String, Schema.Int),
    Result: Version,
    execute: ([registry, id, version]) => sql`SELECT v.registry, v.id, v.version, v.content, v.changes,
        CASE WHEN t.version = v.version THEN 1 ELSE 0 END AS "isCurrent"
      FROM trial_versions v LEFT JOIN trials t ON t.registry = v.registry AND t.id = v.id
      WHERE (v.registry, v.id, v.version) > (${registry}, ${id}, ${version}) AND (
        v.content LIKE '%"interventions":%' OR v.content LIKE '%"status":%' OR v.content LIKE '%"enrollmentType":%'
        OR v.content LIKE '%"collaborators":%' OR v.changes LIKE '%"interventions"%' OR v.changes LIKE '%"status"%'
        OR v.changes LIKE '%"enrollmentType"%')
      ORDER BY v.registry, v.id, v.version LIMIT ${pageSize}`
  })
  let after: readonly [string, string, number] = ["", "", 0]
  for (;;) {
    const found = yield* Effect.catchTag(page(after), "ParseError", Effect.die)
    for (const { changes, content, id, isCurrent, registry, version } of found) {
      const fields: Values = JSON.parse(content)
      yield* sql`UPDATE trial_versions SET content = ${contentOf(content)}, changes = ${changesOf(changes)}
        WHERE registry = ${registry} AND id = ${id} AND version = ${version}`
      // Search keys are made anew by a rebuild whenever folding changes, so this needs no copy of it.
      const collaborators =
        isCurrent === 1 && Array.isArray(fields["collaborators"]) ? fields["collaborators"] : []
      const folded = collaborators.map((name) => fold(String(name))).filter((name) => name !== "")
      if (folded.length > 0) {
        yield* sql`UPDATE trial_search SET text = text || ${`\n${folded.join("\n")}`}
          WHERE registry = ${registry} AND id = ${id}`
      }
    }
    const last = found.at(-1)
    if (last === undefined) break
    after = [last.registry, last.id, last.version]
  }
})
