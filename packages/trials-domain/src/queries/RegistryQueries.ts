import { SqlClient } from "@effect/sql"
import { Clock, Context, Effect, Layer, Ref, Schema } from "effect"
import { selectList } from "../store/columns.js"
import { readSnapshot } from "../sql/transaction.js"
import { compare, type Quality } from "../model/Quality.js"
import type { Registry } from "../registries/Registry.js"
import type { RegistryState } from "../model/RegistryState.js"
import { RunReport } from "../model/Run.js"
import { RunRow, runSelect } from "../store/RunLedger.js"
import type { StoreError } from "../store/StoreError.js"

/** No such registry. */
export class RegistryNotFound extends Schema.TaggedError<RegistryNotFound>("trials-domain/RegistryNotFound")(
  "RegistryNotFound",
  { registry: Schema.String, known: Schema.Array(Schema.String) }
) {
  override get message(): string {
    return `No registry ${this.registry} is known here: there is ${this.known.join(", ")}.`
  }
}

const reportSelect = selectList(Object.keys(RunReport.fields), "r")
const ReportRow = Schema.Struct(RunRow.fields).pick(
  ...(Object.keys(RunReport.fields) as Array<keyof RunReport>)
)

// A dry run loaded nothing and has no observedAt; a remap run read nothing and has no proof.
const proven = "r.verdict IN ('complete', 'unchanged') AND r.observed_at IS NOT NULL AND r.proof IS NOT NULL"
// Clocks of two machines differ a little; what ended later than that was written under a wrong one.
const skew = 5 * 60 * 1000

/** How long ago a run ended; null where that lies in the future. */
const ageOf = (finishedAt: string, millis: number): number | null => {
  const age = millis - Date.parse(finishedAt)
  return age < -skew ? null : Math.max(0, Math.floor(age / 1000))
}

const newestFirst = "ORDER BY r.started_at DESC, r.run_id DESC"

const Counts = Schema.Struct({ listed: Schema.NonNegativeInt, missing: Schema.NonNegativeInt })
type Counts = typeof Counts.Type

/** The read side of registries: how fresh each is, and what is wrong with its data. */
export class RegistryQueries extends Context.Tag("trials-domain/RegistryQueries")<
  RegistryQueries,
  {
    /** Every known registry, in the order in which they are listed. */
    readonly registries: Effect.Effect<ReadonlyArray<RegistryState>, StoreError>
    readonly quality: (registry: string) => Effect.Effect<Quality, RegistryNotFound | StoreError>
  }
>() {
  static readonly layer = (
    known: ReadonlyArray<Registry>
  ): Layer.Layer<RegistryQueries, never, SqlClient.SqlClient> =>
    Layer.effect(
      RegistryQueries,
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        // Counting reads every trial; the counts can only change with the publication.
        const counted = yield* Ref.make<{ publication: number; counts: ReadonlyMap<string, Counts> } | null>(
          null
        )

        const count = (registry: string) =>
          Effect.flatMap(
            sql`SELECT CAST(count(*) - count(missing_since) AS INTEGER) AS listed,
              CAST(count(missing_since) AS INTEGER) AS missing FROM trials WHERE registry = ${registry}`,
            ([row]) => Schema.decodeUnknown(Counts)(row)
          )

        const allCounts = Effect.gen(function* () {
          const [row] = yield* sql<{ value: number }>`SELECT value FROM counters WHERE name = 'publication'`
          const publication = row?.value ?? 0
          const last = yield* Ref.get(counted)
          if (last !== null && last.publication === publication) return last.counts
          const counts = new Map(
            yield* Effect.forEach(known, ({ name }) =>
              Effect.map(count(name), (found) => [name, found] as const)
            )
          )
          yield* Ref.set(counted, { publication, counts })
          return counts
        })

        const newest = (registry: string, which: string) =>
          Effect.flatMap(
            sql`SELECT ${sql.literal(reportSelect)} FROM runs r WHERE r.registry = ${registry}
              AND ${sql.literal(which)} ${sql.literal(newestFirst)} LIMIT 1`,
            ([row]) => (row === undefined ? Effect.succeed(null) : Schema.decodeUnknown(ReportRow)(row))
          )

        const lastChange = (registry: string) =>
          Effect.map(
            sql<{ at: string }>`SELECT r.observed_at AS at FROM runs r WHERE r.registry = ${registry}
              AND r.verdict = 'complete' AND r.observed_at IS NOT NULL ${sql.literal(newestFirst)} LIMIT 1`,
            ([row]) => row?.at ?? null
          )

        const state = (registry: Registry, counts: ReadonlyMap<string, Counts>) =>
          Effect.gen(function* () {
            const { attribution, homepage, licence, name, title } = registry
            const last = yield* newest(name, proven)
            const millis = yield* Clock.currentTimeMillis
            const lastProvenAt = last?.finishedAt ?? null
            return {
              name,
              title,
              homepage,
              attribution,
              licence,
              revision: last?.revision ?? null,
              lastRun: yield* newest(name, "1 = 1"),
              lastProvenAt,
              ageSeconds: lastProvenAt === null ? null : ageOf(lastProvenAt, millis),
              lastChangeAt: yield* lastChange(name),
              trials: counts.get(name) ?? { listed: 0, missing: 0 }
            }
          })

        return {
          registries: readSnapshot(
            sql,
            Effect.flatMap(allCounts, (counts) =>
              Effect.forEach(known, (registry) => state(registry, counts))
            )
          ).pipe(Effect.withSpan("RegistryQueries.registries")),
          quality: Effect.fn("RegistryQueries.quality")(function* (registry: string) {
            if (!known.some(({ name }) => name === registry)) {
              return yield* new RegistryNotFound({ registry, known: known.map(({ name }) => name) })
            }
            const rows = yield* sql`SELECT ${sql.literal(runSelect("r"))} FROM runs r
              WHERE r.registry = ${registry} AND ${sql.literal(proven)} ${sql.literal(newestFirst)} LIMIT 2`
            const [last, before] = yield* Schema.decodeUnknown(Schema.Array(RunRow))(rows)
            const count = last?.counts.rejected ?? 0
            const previous = before?.counts.rejected ?? null
            return {
              registry,
              runId: last?.runId ?? null,
              finishedAt: last?.finishedAt ?? null,
              previousRunId: before?.runId ?? null,
              findings: compare(last?.findings ?? [], before?.findings ?? null),
              rejected: {
                count,
                previous,
                delta: previous === null ? null : count - previous,
                records: last?.rejected ?? []
              }
            }
          })
        }
      })
    )
}
