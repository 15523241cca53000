import { SqlClient } from "@effect/sql"
import { Effect, Either, Schema } from "effect"
import { diff } from "./Change.js"
import { failpoint } from "./Failpoint.js"
import { KnownTrial, knownSelect, type LoadError } from "./Load.js"
import type { Registry } from "./Registry.js"
import { type LoadContext, type TrialPlan, write } from "./VersionWriter.js"

const pageSize = 1000

const Stored = Schema.Struct({ ...KnownTrial.fields, record: Schema.parseJson(Schema.Unknown) })

/**
 * A page of known trials in order of id, each with the record that it was last made from.
 * A version without a record has that of an earlier one: it is kept once.
 */
export const storedRecords = (registry: string, after: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`SELECT ${sql.literal(knownSelect)}, v.record AS "record"
      FROM trials t JOIN trial_versions v ON v.registry = t.registry AND v.id = t.id
      WHERE t.registry = ${registry} AND t.id > ${after} AND v.version = (
        SELECT max(w.version) FROM trial_versions w
        WHERE w.registry = t.registry AND w.id = t.id AND w.record IS NOT NULL)
      ORDER BY t.id LIMIT ${pageSize}`
    return yield* Schema.decodeUnknown(Schema.Array(Stored))(rows)
  })

/**
 * Applies the present mapping to every stored record; a trial that comes out different gets a `remapped` version.
 * Must run inside the load's transaction. Returns how many did, and the ids whose record the mapping now rejects
 * (they stay as they are).
 */
export const remapStored: (
  registry: Registry,
  context: LoadContext
) => Effect.Effect<
  { readonly remapped: number; readonly rejected: ReadonlyArray<string> },
  LoadError,
  SqlClient.SqlClient
> = Effect.fn("Remap.remapStored")(function* (registry: Registry, context: LoadContext) {
  const rejected: Array<string> = []
  let remapped = 0
  let after = ""
  for (;;) {
    const page = yield* storedRecords(registry.name, after)
    const plans: Array<TrialPlan> = []
    for (const { record, ...trial } of page) {
      const mapped = registry.transform(record)
      if (Either.isLeft(mapped)) {
        rejected.push(trial.id)
        continue
      }
      const { content } = mapped.right
      const changes = diff(trial, content)
      if (changes.length > 0)
        plans.push({ trial, versions: [{ kind: "remapped", changes, content }], record: null })
    }
    if (plans.length > 0) yield* write(context, plans)
    yield* failpoint("load.remap")
    remapped += plans.length
    const last = page.at(-1)
    if (last === undefined) return { remapped, rejected }
    after = last.id
  }
})

/** `remapStored`, where the mapping has moved since the last proven run: what it did, and what an operator should know. */
export const remapForLoad = (
  registry: Registry,
  lastMapping: number,
  context: LoadContext
): Effect.Effect<
  { readonly remapped: number; readonly notes: ReadonlyArray<string> },
  LoadError,
  SqlClient.SqlClient
> =>
  lastMapping === registry.mappingVersion
    ? Effect.succeed({ remapped: 0, notes: [] })
    : Effect.map(remapStored(registry, context), ({ rejected, remapped }) => ({
        remapped,
        notes: [
          `The mapping moved from version ${lastMapping} to ${registry.mappingVersion}; stored records were remapped first.`,
          ...(rejected.length === 0
            ? []
            : [
                `The mapping no longer reads the stored record of ${rejected.length} trial(s), as of ${rejected[0]}.`
              ])
        ]
      }))
