import { SqlClient, type SqlError } from "@effect/sql"
import { Effect, Either, Schema } from "effect"
import { diff } from "./Change.js"
import { failpoint } from "./Failpoint.js"
import { KnownTrial, knownSelect, type LoadError } from "./Load.js"
import type { Registry, RegistryRecord, RejectedRecord } from "./Registry.js"
import { type LoadContext, type TrialPlan, write } from "./VersionWriter.js"

const pageSize = 1000

const decodeKnown = Schema.decodeUnknownEither(KnownTrial)
const decodeRecord = Schema.decodeUnknownEither(Schema.parseJson(Schema.Unknown))

/** A known trial and the record that it was last made from, or what of the two cannot be read. */
export interface StoredTrial {
  readonly id: string
  readonly stored: Either.Either<
    { readonly trial: typeof KnownTrial.Type; readonly record: RegistryRecord },
    string
  >
}

const readStored = (row: { readonly record: string | null }): StoredTrial["stored"] =>
  Either.all({
    trial: Either.mapLeft(decodeKnown(row), () => "the trial's row cannot be read"),
    record:
      row.record === null
        ? Either.left("no version of the trial has a record")
        : Either.mapLeft(decodeRecord(row.record), () => "the stored record is no JSON")
  })

/**
 * A page of known trials in order of id, each with the record that it was last made from.
 * A version without a record has that of an earlier one: it is kept once.
 */
export const storedTrials = (
  registry: string,
  after: string
): Effect.Effect<ReadonlyArray<StoredTrial>, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ id: string; record: string | null }>`SELECT ${sql.literal(knownSelect)}, (
          SELECT v.record FROM trial_versions v
          WHERE v.registry = t.registry AND v.id = t.id AND v.record IS NOT NULL
          ORDER BY v.version DESC LIMIT 1) AS "record"
        FROM trials t WHERE t.registry = ${registry} AND t.id > ${after} ORDER BY t.id LIMIT ${pageSize}`,
      (rows) => rows.map((row) => ({ id: row.id, stored: readStored(row) }))
    )
  )

/**
 * Applies the present mapping to every stored record; a trial that comes out different gets a `remapped` version.
 * Must run inside the load's transaction. Returns how many did, and those whose record the mapping now rejects, or
 * that cannot be read (they stay as they are).
 */
export const remapStored: (
  registry: Registry,
  context: LoadContext
) => Effect.Effect<
  { readonly remapped: number; readonly rejected: ReadonlyArray<RejectedRecord> },
  LoadError,
  SqlClient.SqlClient
> = Effect.fn("Remap.remapStored")(function* (registry: Registry, context: LoadContext) {
  const rejected: Array<RejectedRecord> = []
  let remapped = 0
  let after = ""
  for (;;) {
    const page = yield* storedTrials(registry.name, after)
    const plans: Array<TrialPlan> = []
    for (const { id, stored } of page) {
      const mapped = Either.flatMap(stored, ({ record, trial }) =>
        Either.mapBoth(registry.transform(record), {
          onLeft: ({ reason }) => reason,
          onRight: ({ content }) => ({ content, trial })
        })
      )
      if (Either.isLeft(mapped)) {
        rejected.push({ id, reason: mapped.left })
        continue
      }
      const { content, trial } = mapped.right
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
                `The mapping no longer reads the stored record of ${rejected.length} trial(s), as of ${rejected[0]?.id}.`
              ])
        ]
      }))
