import { SqlClient, SqlSchema } from "@effect/sql"
import { Clock, Context, Effect, Layer, Option, Ref, Schema } from "effect"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import { Instant } from "../model/Instant.js"
import { compare, type Quality } from "../model/Quality.js"
import { countedMillis, type Publishing } from "../model/Publishing.js"
import type { RegistryState } from "../model/RegistryState.js"
import type { RegistryAbout } from "../registries/Registry.js"
import { RegistryNotFound } from "../registries/RegistryNotFound.js"
import { held } from "../store/RegistryRow.js"
import { loaded, newestFirst, proven, ReportRow, reportSelect, RunRow, runSelect } from "../store/RunRow.js"
import type { StoreError } from "../store/StoreError.js"
import * as Request from "./Request.js"
import { snapshot, staysUntil } from "./Snapshot.js"

// The clocks of two machines differ a little; a run that ended further in the future was dated by a wrong clock.
const skew = 5 * 60 * 1000

const noAge = { ageSeconds: null, countedAgeSeconds: null }

const seconds = (millis: number): number => Math.max(0, Math.floor(millis / 1000))

/** How long ago a run ended, and how much of that counts; null if that is in the future. */
const ageOf = (finishedAt: string, millis: number, publishes: Publishing) => {
  const ended = Date.parse(finishedAt)
  if (millis - ended < -skew) return noAge
  return {
    ageSeconds: seconds(millis - ended),
    countedAgeSeconds: seconds(countedMillis(publishes, ended, millis))
  }
}

/** When an age may next change: a second has gone by since the run, or a whole one of the day, from which business days count. */
const nextSecond = (ended: number, millis: number): number =>
  [ended, 0].reduce(
    (first, phase) => Math.min(first, millis + 1000 - ((((millis - phase) % 1000) + 1000) % 1000)),
    Infinity
  )

const RegistryKey = Schema.Struct({ registry: Request.text })

const Counts = Schema.Struct({ listed: Schema.NonNegativeInt, missing: Schema.NonNegativeInt })
type Counts = typeof Counts.Type

/** The read side of registries: how fresh each is, and what is wrong with its data. */
export class RegistryQueries extends Context.Tag("trials-domain/RegistryQueries")<
  RegistryQueries,
  {
    /** Every registry of which the database has a run; where there is none yet, every known one. */
    readonly list: Effect.Effect<ReadonlyArray<RegistryState>, StoreError>
    /** Fails if neither this program nor the database knows a registry of that name. */
    readonly known: (request: {
      readonly registry: string
    }) => Effect.Effect<void, InvalidRequest | RegistryNotFound | StoreError>
    /** What is wrong with the data of a registry. */
    readonly quality: (request: {
      readonly registry: string
    }) => Effect.Effect<Quality, InvalidRequest | RegistryNotFound | StoreError>
  }
>() {
  /** `known`: the registries of this program, in the order in which they are listed, before any other. */
  static readonly layer = (
    known: ReadonlyArray<RegistryAbout> = []
  ): Layer.Layer<RegistryQueries, never, SqlClient.SqlClient> =>
    Layer.effect(
      RegistryQueries,
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        // Counting reads every trial; the counts can only change with the publication.
        const counted = yield* Ref.make<{ publication: number; counts: ReadonlyMap<string, Counts> } | null>(
          null
        )

        const count = SqlSchema.single({
          Request: Schema.String,
          Result: Counts,
          execute: (registry) => sql`SELECT CAST(count(*) - count(missing_since) AS INTEGER) AS listed,
            CAST(count(missing_since) AS INTEGER) AS missing FROM trials WHERE registry = ${registry}`
        })

        /** This program's words for a registry are newer than those of the run that stored it. */
        const listed = Effect.map(Effect.provideService(held, SqlClient.SqlClient, sql), (stored) => {
          const has = (name: string) => stored.some((each) => each.name === name)
          const others = stored.filter(({ name }) => known.every((each) => each.name !== name))
          return stored.length === 0 ? known : [...known.filter(({ name }) => has(name)), ...others]
        })

        const found = (registry: string, listed: ReadonlyArray<RegistryAbout>) => {
          const names = [...new Set([...known, ...listed].map(({ name }) => name))]
          return names.includes(registry) ? Effect.void : new RegistryNotFound({ registry, known: names })
        }

        const allCounts = (publication: number, registries: ReadonlyArray<RegistryAbout>) =>
          Effect.gen(function* () {
            const last = yield* Ref.get(counted)
            if (last !== null && last.publication === publication) return last.counts
            const each = yield* Effect.forEach(registries, ({ name }) =>
              Effect.map(
                Effect.catchTag(count(name), "NoSuchElementException", Effect.die),
                (found) => [name, found] as const
              )
            )
            const counts = new Map(each)
            yield* Ref.set(counted, { publication, counts })
            return counts
          })

        const newest = (registry: string, which: string) =>
          Effect.map(
            SqlSchema.findOne({
              Request: Schema.String,
              Result: ReportRow,
              execute: (registry) => sql`SELECT ${sql.literal(reportSelect)} FROM runs r
                WHERE r.registry = ${registry} AND ${sql.literal(which)}
                ORDER BY ${sql.literal(newestFirst)} LIMIT 1`
            })(registry),
            Option.getOrNull
          )

        const lastChange = SqlSchema.findOne({
          Request: Schema.String,
          Result: Schema.Struct({ at: Instant }),
          execute: (registry) => sql`SELECT r.observed_at AS at FROM runs r WHERE r.registry = ${registry}
            AND r.verdict = 'complete' AND ${sql.literal(loaded)} ORDER BY ${sql.literal(newestFirst)} LIMIT 1`
        })

        const lastTwo = SqlSchema.findAll({
          Request: Schema.String,
          Result: RunRow,
          execute: (registry) => sql`SELECT ${sql.literal(runSelect)} FROM runs r
            WHERE r.registry = ${registry} AND ${sql.literal(proven)}
            ORDER BY ${sql.literal(newestFirst)} LIMIT 2`
        })

        const state = (registry: RegistryAbout, counts: ReadonlyMap<string, Counts>) =>
          Effect.gen(function* () {
            const { attribution, homepage, licence, name, publishes, title } = registry
            const last = yield* newest(name, proven)
            const millis = yield* Clock.currentTimeMillis
            const lastProvenAt = last?.finishedAt ?? null
            if (lastProvenAt !== null) yield* staysUntil(nextSecond(Date.parse(lastProvenAt), millis))
            return {
              name,
              title,
              homepage,
              attribution,
              licence,
              publishes,
              revision: last?.revision ?? null,
              lastRun: yield* newest(name, "1 = 1"),
              lastProvenAt,
              ...(lastProvenAt === null ? noAge : ageOf(lastProvenAt, millis, publishes)),
              lastChangeAt: Option.getOrNull(Option.map(yield* lastChange(name), ({ at }) => at)),
              trials: counts.get(name) ?? { listed: 0, missing: 0 }
            }
          })

        return {
          list: snapshot(sql, (publication) =>
            Effect.gen(function* () {
              const registries = yield* listed
              const counts = yield* allCounts(publication, registries)
              return yield* Effect.forEach(registries, (registry) => state(registry, counts))
            })
          ).pipe(Effect.withSpan("RegistryQueries.list")),
          known: Effect.fn("RegistryQueries.known")(function* (request) {
            const { registry } = yield* decoded(RegistryKey, request)
            yield* found(registry, yield* listed)
          }),
          quality: Effect.fn("RegistryQueries.quality")(function* (request) {
            const { registry } = yield* decoded(RegistryKey, request)
            const read = yield* snapshot(sql, () => Effect.all({ listed, runs: lastTwo(registry) }))
            yield* found(registry, read.listed)
            const [last, before] = read.runs
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
