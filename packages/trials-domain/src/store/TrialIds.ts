/**
 * By which identifiers each trial is known (`trial_ids`), derived from the ids and the contents of trials.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import { normalized, type TrialIdentifier } from "../model/Identifier.js"
import { identifiersOf, type SaidIds } from "../model/TrialIdentifiers.js"
import { insertAll, type Row } from "../sql/insert.js"
import type { StoreError } from "./StoreError.js"

const columns = ["identifier", "kind", "written"] as const

/** A trial whose identifiers are to be written. */
export interface Identified {
  readonly registry: string
  readonly id: string
  readonly content: SaidIds
}

/** The column that a staged trial needs for its identifiers. */
export const stagedColumn = "identifiers"

const toText = (id: string, content: SaidIds): string =>
  JSON.stringify(
    identifiersOf(id, content).map(({ identifier, kind, written }) => [identifier, kind, written])
  )

/** The identifiers of a trial, as `stagedColumn`: a JSON list of lists. */
export const toStagedRow = (id: string, content: SaidIds): Row => ({ [stagedColumn]: toText(id, content) })

/** Whether a trial has the same identifiers by two of its contents. */
export const isSame = (id: string, one: SaidIds, other: SaidIds): boolean =>
  toText(id, one) === toText(id, other)

/** Inserts the identifiers of staged trials; `staged` names the table as `s`, and `where` selects its rows. */
export const insertStaged = (
  staged: Statement.Fragment,
  where: Statement.Fragment
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => {
    const into = sql`INSERT INTO trial_ids (registry, id, ${sql.literal(columns.join(", "))})`
    const lists = sql.literal(`s.${stagedColumn}`)
    return Effect.asVoid(
      sql.onDialectOrElse({
        pg: () => sql`${into} SELECT s.registry, s.id, e ->> 0, e ->> 1, e ->> 2
          FROM ${staged} CROSS JOIN LATERAL json_array_elements(CAST(${lists} AS json)) e WHERE ${where} ORDER BY s.id`,
        orElse: () => sql`${into} SELECT s.registry, s.id, e.value ->> 0, e.value ->> 1, e.value ->> 2
          FROM ${staged} CROSS JOIN json_each(${lists}) e WHERE ${where} ORDER BY s.id`
      })
    )
  })

/** Writes the identifiers of trials in place of their previous ones. */
export const write = (
  trials: ReadonlyArray<Identified>
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const [registry, each] of Object.entries(Arr.groupBy(trials, ({ registry }) => registry))) {
      for (const chunk of Arr.chunksOf(each, 500)) {
        yield* sql`DELETE FROM trial_ids WHERE registry = ${registry}
          AND id IN ${sql.in(chunk.map(({ id }) => id))}`
      }
      const rows = each.flatMap(({ content, id }) =>
        identifiersOf(id, content).map((identifier) => ({ registry, id, ...identifier }))
      )
      yield* insertAll(sql, "trial_ids", rows)
    }
  })

const Stored = Schema.Struct({
  id: Schema.String,
  identifier: Schema.String,
  kind: Schema.String,
  written: Schema.String
})

/** The identifiers of a trial as one text, in whatever order they were read. */
const told = (identifiers: ReadonlyArray<Readonly<Record<keyof TrialIdentifier, string>>>): string =>
  identifiers
    .map((each) => JSON.stringify(columns.map((name) => each[name])))
    .sort()
    .join("\n")

/** The ids of a registry's trials whose stored identifiers do not match their contents. */
export const stale = (
  registry: string,
  trials: ReadonlyArray<Omit<Identified, "registry">>
): Effect.Effect<ReadonlySet<string>, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: Stored,
      execute: (ids) => sql`SELECT id, ${sql.literal(columns.join(", "))} FROM trial_ids
        WHERE registry = ${registry} AND id IN ${sql.in(ids)}`
    })
    const wrong = new Set<string>()
    for (const chunk of Arr.chunksOf(trials, 500)) {
      const stored = Arr.groupBy(yield* find(chunk.map(({ id }) => id)), ({ id }) => id)
      for (const { content, id } of chunk) {
        if (told(stored[id] ?? []) !== told(identifiersOf(id, content))) wrong.add(id)
      }
    }
    return wrong
  })

/** What names a trial. */
type Key = Pick<Identified, "registry" | "id">

/** The trials that have the ids of others of their registry as former ones, by registry and id: what those became. */
export const successors = (
  trials: ReadonlyArray<Key>
): Effect.Effect<(trial: Key) => string | null, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = new Map<string, string>()
    const keyOf = (registry: string, identifier: string) => JSON.stringify([registry, identifier])
    for (const [registry, each] of Object.entries(Arr.groupBy(trials, ({ registry }) => registry))) {
      const find = SqlSchema.findAll({
        Request: Schema.Array(Schema.String),
        Result: Schema.Struct({ id: Schema.String, identifier: Schema.String }),
        // One that is still listed comes last, and stays.
        execute: (identifiers) => sql`SELECT i.id, i.identifier
          FROM trial_ids i JOIN trials t ON t.registry = i.registry AND t.id = i.id
          WHERE i.registry = ${registry} AND i.identifier IN ${sql.in(identifiers)} AND i.kind = 'former'
          ORDER BY t.missing_since IS NULL, i.id DESC`
      })
      const identifiers = [...new Set(each.map(({ id }) => normalized(id)))]
      for (const chunk of Arr.chunksOf(identifiers, 500)) {
        for (const { id, identifier } of yield* find(chunk)) found.set(keyOf(registry, identifier), id)
      }
    }
    return ({ id, registry }) => found.get(keyOf(registry, normalized(id))) ?? null
  })

/** Removes all identifiers, before they are made anew. */
export const clear: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => Effect.asVoid(sql`DELETE FROM trial_ids`)
)
