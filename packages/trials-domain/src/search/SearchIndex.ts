/**
 * Which text of a trial is searched, and how. The table `trial_search` holds folded text, derived from `trials` and
 * their contents. No other module knows its columns.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Array as Arr, Effect, type ParseResult, Schema } from "effect"
import { fold } from "../model/Text.js"
import type { TrialContent } from "../model/Trial.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { includes } from "../sql/dialect.js"
import { insertAll, type Row } from "../sql/insert.js"

/** The folded text by which a trial is found: all of it, and the three fields that have their own filters. */
interface Keys {
  readonly text: string
  readonly title: string
  readonly department: string
  readonly institution: string
}

const names = ["text", "title", "department", "institution"] as const

const keysOf = (id: string, content: TrialContent): Keys => {
  const titles = [content.title, content.officialTitle ?? ""].map(fold)
  const department = fold(content.department ?? "")
  const institution = fold(content.leadInstitution ?? "")
  const others = [
    content.studyTypeRaw,
    content.phaseRaw,
    content.observationalModelRaw,
    content.scopeRaw,
    ...content.conditions,
    ...content.interventions.map(({ name }) => name),
    ...content.collaborators,
    // A registry may give names alone.
    ...content.interventionNames.filter((name) => !content.interventions.some((each) => each.name === name)),
    ...content.interventions.flatMap(({ otherNames }) => otherNames),
    content.acronym,
    ...content.keywords
  ].map((part) => fold(part ?? ""))
  return {
    text: [fold(id), ...titles, department, institution, ...others].filter((part) => part !== "").join("\n"),
    title: titles.join("\n"),
    department,
    institution
  }
}

/** A trial whose search keys are to be written. */
export interface Searched {
  readonly registry: string
  readonly id: string
  readonly content: TrialContent
}

/** The columns that a staged trial needs for its search keys. */
export const stagedColumns: ReadonlyArray<string> = names.map((name) => `search_${name}`)

/** The search keys of a trial, as `stagedColumns`. */
export const toStagedRow = (id: string, content: TrialContent): Row => {
  const { department, institution, text, title } = keysOf(id, content)
  return {
    search_text: text,
    search_title: title,
    search_department: department,
    search_institution: institution
  }
}

/** Inserts the search keys of staged trials; `staged` names the table as `s` and selects its rows. */
export const insertStaged = (
  staged: Statement.Fragment
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`INSERT INTO trial_search (registry, id, ${sql.literal(names.join(", "))})
      SELECT s.registry, s.id, ${sql.literal(stagedColumns.map((name) => `s.${name}`).join(", "))}
      FROM ${staged} ORDER BY s.id`
  )

/** Writes the search keys of trials over their previous ones. */
export const write = (
  trials: ReadonlyArray<Searched>
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    insertAll(
      sql,
      "trial_search",
      trials.map(({ content, id, registry }) => ({ registry, id, ...keysOf(id, content) })),
      `ON CONFLICT (registry, id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(", ")}`
    )
  )

const columnOf = { q: "text", title: "title", department: "department", institution: "institution" } as const

/** The searches of a filter as conditions on `trial_search s`; none if it searches for nothing. */
export const conditions = (
  sql: SqlClient.SqlClient,
  filter: TrialFilter
): ReadonlyArray<Statement.Fragment> =>
  (["q", "title", "department", "institution"] as const).flatMap((name) => {
    const wanted = filter[name]
    return wanted === undefined ? [] : [includes(sql, `s.${columnOf[name]}`, fold(wanted))]
  })

const Stored = Schema.Struct({
  id: Schema.String,
  text: Schema.String,
  title: Schema.String,
  department: Schema.String,
  institution: Schema.String
})

/** The ids of a registry's trials whose stored search keys do not match their contents. */
export const stale = (
  registry: string,
  trials: ReadonlyArray<Omit<Searched, "registry">>
): Effect.Effect<ReadonlySet<string>, SqlError.SqlError | ParseResult.ParseError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: Stored,
      execute: (ids) => sql`SELECT id, ${sql.literal(names.join(", "))} FROM trial_search
        WHERE registry = ${registry} AND id IN ${sql.in(ids)}`
    })
    const wrong = new Set<string>()
    for (const chunk of Arr.chunksOf(trials, 500)) {
      const stored = new Map((yield* find(chunk.map(({ id }) => id))).map(({ id, ...keys }) => [id, keys]))
      for (const { content, id } of chunk) {
        const [found, keys] = [stored.get(id), keysOf(id, content)]
        if (names.some((name) => found?.[name] !== keys[name])) wrong.add(id)
      }
    }
    return wrong
  })

/** Removes all search keys, before they are made anew. */
export const clear: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => Effect.asVoid(sql`DELETE FROM trial_search`)
)

/** Joins `trial_search s` to `trials t`. */
export const join = "JOIN trial_search s ON s.registry = t.registry AND s.id = t.id"
