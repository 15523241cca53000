/**
 * A filter in the two forms that an export needs: as conditions on the rows of today, and as a function of a trial. It
 * is the only part of an export that knows what can be filtered by, and both forms choose what the list chooses.
 *
 * @module
 */
import { SqlClient, type Statement } from "@effect/sql"
import { Effect } from "effect"
import { fold } from "../model/Text.js"
import type { Trial } from "../model/Trial.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { ObservationalModel, Phase, Scope, StudyType } from "../model/Vocabulary.js"
import * as SearchIndex from "../search/SearchIndex.js"
import type { StoreError } from "../store/StoreError.js"
import * as CodedFilter from "./CodedFilter.js"

/** A filter of an export. */
export interface ExportFilter {
  /** What `where` needs beside `trials t`: joins. */
  readonly join: string
  /** Conditions on `trials t` for trials that have not changed since the pin. */
  readonly where: ReadonlyArray<Statement.Fragment>
  /** Whether a trial fits, whenever it was like that. */
  readonly matches: (trial: Trial) => boolean
}

const texts = {
  q: "search_text",
  title: "search_title",
  department: "search_department",
  institution: "search_institution"
} as const

const searches = Object.keys(texts) as ReadonlyArray<keyof typeof texts> // its own keys

interface Coded {
  readonly codes: ReadonlyArray<string>
  readonly of: (trial: Trial) => ReadonlyArray<string | null>
  readonly raw: (trial: Trial) => string | null
}

const coded: Readonly<Record<CodedFilter.UnknownWord["filter"], Coded>> = {
  studyType: {
    codes: StudyType.literals,
    of: ({ studyType }) => [studyType],
    raw: ({ studyTypeRaw }) => studyTypeRaw
  },
  phase: { codes: Phase.literals, of: ({ phases }) => phases, raw: ({ phaseRaw }) => phaseRaw },
  observationalModel: {
    codes: ObservationalModel.literals,
    of: ({ observationalModel }) => [observationalModel],
    raw: ({ observationalModelRaw }) => observationalModelRaw
  },
  scope: { codes: Scope.literals, of: ({ scope }) => [scope], raw: ({ scopeRaw }) => scopeRaw }
}

const codes = Object.keys(coded) as ReadonlyArray<CodedFilter.UnknownWord["filter"]> // its own keys

/** Whether a trial fits a filter. */
const matching = (filter: TrialFilter): ((trial: Trial) => boolean) => {
  const tests: Array<(trial: Trial) => boolean> = []
  const { missing, registry, updatedSince } = filter
  if (missing !== true) tests.push((trial) => trial.missingSince === null)
  if (registry !== undefined) tests.push((trial) => trial.registry === registry)
  if (updatedSince !== undefined) tests.push((trial) => trial.updatedAt >= updatedSince)
  for (const name of codes) {
    const word = filter[name]
    if (word === undefined) continue
    const wanted = fold(word)
    const { codes, of, raw } = coded[name]
    tests.push(
      codes.includes(wanted)
        ? (trial) => of(trial).includes(wanted)
        : (trial) => fold(raw(trial) ?? "") === wanted
    )
  }
  const wanted = searches.flatMap((name) => {
    const words = filter[name]
    return words === undefined ? [] : [[texts[name], fold(words)] as const]
  })
  if (wanted.length > 0)
    tests.push((trial) => {
      const keys = SearchIndex.toStagedRow(trial.id, trial)
      return wanted.every(([key, words]) => String(keys[key]).includes(words))
    })
  return (trial) => tests.every((test) => test(trial))
}

/** Makes filters as of a publication, which must be the one that the reader sees. */
export type ExportFilters = (
  filter: TrialFilter,
  publication: number
) => Effect.Effect<ExportFilter, CodedFilter.UnknownWord | StoreError>

/** Filters of the database behind a client. Build it once: it keeps what coded filters have asked. */
export const make: Effect.Effect<ExportFilters, never, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const codedConditions = yield* CodedFilter.make
  return (filter, publication) =>
    Effect.map(codedConditions(filter, publication), (coded) => {
      const searched = SearchIndex.conditions(sql, filter)
      const { missing, updatedSince } = filter
      return {
        join: searched.length === 0 ? "" : SearchIndex.join,
        where: [
          // A registry chooses keys, and the pages go by key.
          ...(missing === true ? [] : [sql`t.missing_since IS NULL`]),
          ...(updatedSince === undefined ? [] : [sql`t.updated_at >= ${updatedSince}`]),
          ...coded,
          ...searched
        ],
        matches: matching(filter)
      }
    })
})
