import { SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import type { FacetName, Facets, FacetValue } from "../model/Facets.js"
import { among } from "../sql/dialect.js"
import type { Step, Stepped } from "./Sliced.js"

/** Up to how many hits are counted by their values. */
export const mostCounted = 10_000

const mostValues = 100
const mostAtOnce = 1000

/** The columns that hold the values, and whether as a list. */
const columns: Readonly<Record<FacetName, { readonly column: string; readonly list: boolean }>> = {
  registry: { column: "registry", list: false },
  department: { column: "department", list: false },
  studyType: { column: "study_type", list: false },
  phase: { column: "phases", list: true },
  status: { column: "status", list: false },
  institution: { column: "lead_institution", list: false },
  sponsorClass: { column: "sponsor_class", list: false },
  condition: { column: "conditions", list: true },
  country: { column: "countries", list: true }
}

/** The values of a trial, of which a list is JSON; null where there is none. */
const valuesOf = (value: unknown): ReadonlyArray<string | null> => {
  if (!Array.isArray(value)) return [typeof value === "string" ? value : null]
  return value.length === 0 ? [null] : [...new Set(value.map(String))]
}

const mostFrequent = (counts: ReadonlyMap<string | null, number>): ReadonlyArray<FacetValue> =>
  [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || ((a.value ?? "") < (b.value ?? "") ? -1 : 1))
    .slice(0, mostValues)

// PostgreSQL's driver parses JSON by itself.
const Values = Schema.Union(Schema.Array(Schema.Unknown), Schema.parseJson(Schema.Array(Schema.Unknown)))

/** Counts some hits, at most `mostCounted`, by their values. */
export const of = (
  step: Step,
  names: ReadonlyArray<FacetName>,
  seqs: ReadonlyArray<number>,
  complete: boolean
): Stepped<Facets> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const counts = new Map(names.map((name) => [name, new Map<string | null, number>()]))
    // One row with all values of a column in one text is read far faster than a row for each trial.
    const selected = names.map((name) => {
      const { column, list } = columns[name]
      return sql.onDialectOrElse({
        pg: () => `json_agg(${list ? `CAST(${column} AS json)` : column}) AS "${name}"`,
        orElse: () => `json_group_array(${list ? `json(${column})` : column}) AS "${name}"`
      })
    })
    const valuesAt = SqlSchema.single({
      Request: Schema.Array(Schema.Int),
      Result: Schema.Record({ key: Schema.String, value: Values }),
      execute: (some) => sql`SELECT ${sql.literal(selected.join(", "))} FROM trials
        WHERE ${among(sql, "updated_seq", some)}`
    })
    for (const chunk of Arr.chunksOf(seqs, mostAtOnce)) {
      const columns = yield* step(Effect.catchTag(valuesAt(chunk), "NoSuchElementException", Effect.die))
      for (const [name, found] of counts) {
        for (const value of columns[name] ?? [])
          for (const each of valuesOf(value)) found.set(each, (found.get(each) ?? 0) + 1)
      }
    }
    const fields = Object.fromEntries([...counts].map(([name, found]) => [name, mostFrequent(found)]))
    return { counted: seqs.length, complete, fields }
  })
