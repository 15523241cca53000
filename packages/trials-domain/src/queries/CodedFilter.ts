import { SqlClient, SqlSchema, type Statement } from "@effect/sql"
import { Effect, Ref, Schema } from "effect"
import { fold } from "../model/Text.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { ObservationalModel, Phase, Scope, StudyType } from "../model/Vocabulary.js"
import { includes } from "../sql/dialect.js"
import type { StoreError } from "../store/StoreError.js"

/** A filter's word is neither a code nor a text that a registry wrote in any stored trial. */
export class UnknownWord extends Schema.TaggedError<UnknownWord>("trials-domain/UnknownWord")("UnknownWord", {
  filter: Schema.Literal("studyType", "phase", "observationalModel", "scope"),
  word: Schema.String,
  codes: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return (
      `No trial has "${this.word}" as its ${this.filter}. The codes are ${this.codes.join(", ")}; ` +
      "a registry's own words are those of its trials (studyTypeRaw, phaseRaw, …)."
    )
  }
}

interface Coded {
  readonly codes: ReadonlyArray<string>
  readonly column: string
  readonly raw: string
  /** Whether the column holds a list of codes. */
  readonly list?: true
}

const coded = {
  studyType: { codes: StudyType.literals, column: "study_type", raw: "study_type_raw" },
  phase: { codes: Phase.literals, column: "phases", raw: "phase_raw", list: true },
  observationalModel: {
    codes: ObservationalModel.literals,
    column: "observational_model",
    raw: "observational_model_raw"
  },
  scope: { codes: Scope.literals, column: "scope", raw: "scope_raw" }
} as const satisfies Readonly<Record<UnknownWord["filter"], Coded>>

const filters = Object.keys(coded) as ReadonlyArray<UnknownWord["filter"]> // its own keys

/** The conditions that a filter sets on the codes of `trials t`, as of a publication. */
export type CodedConditions = (
  filter: TrialFilter,
  publication: number
) => Effect.Effect<ReadonlyArray<Statement.Fragment>, UnknownWord | StoreError>

/**
 * Coded filters match the coded value or the registry's own text, in any case. The set of texts can only change with
 * the publication, so it is read once for each publication.
 */
export const make: Effect.Effect<CodedConditions, never, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const known = yield* Ref.make({ publication: -1, texts: new Map<string, ReadonlyArray<string>>() })

  const textsOf = (raw: string, publication: number) =>
    Effect.gen(function* () {
      const before = yield* Ref.get(known)
      const texts =
        before.publication === publication ? before.texts : new Map<string, ReadonlyArray<string>>()
      const found = texts.get(raw)
      if (found !== undefined) return found
      const find = SqlSchema.findAll({
        Request: Schema.Void,
        Result: Schema.Struct({ text: Schema.String }),
        execute: () =>
          sql`SELECT DISTINCT ${sql.literal(raw)} AS text FROM trials WHERE ${sql.literal(raw)} IS NOT NULL`
      })
      const asked = (yield* find()).map(({ text }) => text)
      yield* Ref.set(known, { publication, texts: new Map([...texts, [raw, asked]]) })
      return asked
    })

  const condition = (filter: UnknownWord["filter"], word: string, publication: number) =>
    Effect.gen(function* () {
      const { codes, column, raw, ...rest }: Coded = coded[filter]
      const wanted = fold(word)
      if (codes.includes(wanted)) {
        return rest.list === true
          ? includes(sql, `t.${column}`, JSON.stringify(wanted))
          : sql`${sql.literal(`t.${column}`)} = ${wanted}`
      }
      const texts = (yield* textsOf(raw, publication)).filter((text) => fold(text) === wanted)
      return texts.length === 0
        ? yield* new UnknownWord({ filter, word, codes })
        : sql`${sql.literal(`t.${raw}`)} IN ${sql.in(texts)}`
    })

  return (filter, publication) =>
    Effect.forEach(
      filters.flatMap((name) => {
        const word = filter[name]
        return word === undefined ? [] : [[name, word] as const]
      }),
      ([name, word]) => condition(name, word, publication)
    )
})
