import { SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import type { FacetName, Facets, FacetValue } from "../model/Facets.js"
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

const list = Schema.decodeSync(Schema.parseJson(Schema.Array(Schema.String)))

const valuesOf = (stored: string | null, isList: boolean): ReadonlyArray<string | null> => {
  if (!isList || stored === null) return [stored]
  const values = list(stored)
  return values.length === 0 ? [null] : [...new Set(values)]
}

const mostFrequent = (counts: ReadonlyMap<string | null, number>): ReadonlyArray<FacetValue> =>
  [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || ((a.value ?? "") < (b.value ?? "") ? -1 : 1))
    .slice(0, mostValues)

const Grouped = Schema.Struct({ value: Schema.NullOr(Schema.String), n: Schema.Int })

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
    for (const chunk of Arr.chunksOf(seqs, mostAtOnce)) {
      for (const [name, found] of counts) {
        const { column, list } = columns[name]
        const grouped = SqlSchema.findAll({
          Request: Schema.Void,
          Result: Grouped,
          execute:
            () => sql`SELECT ${sql.literal(column)} AS value, CAST(count(*) AS INTEGER) AS n FROM trials
            WHERE updated_seq IN ${sql.in(chunk)} GROUP BY ${sql.literal(column)}`
        })
        for (const { n, value } of yield* step(grouped()))
          for (const each of valuesOf(value, list)) found.set(each, (found.get(each) ?? 0) + n)
      }
    }
    const fields = Object.fromEntries([...counts].map(([name, found]) => [name, mostFrequent(found)]))
    return { counted: seqs.length, complete, fields }
  })
