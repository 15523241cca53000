import { SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import { type CountedChange, mostCounted, summarize } from "../model/ChangeSummary.js"
import { among } from "../sql/dialect.js"
import { VersionRow } from "../store/VersionRow.js"
import * as ChangesRead from "./ChangesRead.js"
import type { Changed } from "./ChangesRequest.js"
import { observedWithin } from "./FeedBounds.js"
import type { Step } from "./Sliced.js"

const mostAtOnce = 1000

const Counted = Schema.Struct({
  ...VersionRow.pick("registry", "kind", "silent", "observedAt").fields,
  changes: Schema.parseJson(Schema.Array(Schema.Struct({ field: Schema.String })))
})

/** Counts the newest of the changes that are wanted. */
export const summaryOf = (step: Step, wanted: Changed) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const last = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ seq: Schema.Int }),
      execute: () => sql`SELECT coalesce(max(seq), 0) AS seq FROM trial_versions`
    })
    const counted = SqlSchema.findAll({
      Request: Schema.Array(Schema.Int),
      Result: Counted,
      execute: (seqs) => sql`SELECT v.registry, v.kind, v.silent, v.observed_at AS "observedAt", v.changes
        FROM trial_versions v WHERE ${among(sql, "v.seq", seqs)}`
    })
    const bounds = yield* step(observedWithin({ ...wanted, registry: wanted.filter.registry }))
    if (bounds === null) return summarize([], true)
    const end = yield* step(Effect.catchTag(last(), "NoSuchElementException", Effect.die))
    const part = { direction: "-", least: bounds.least ?? 1, most: bounds.most ?? end.seq } as const
    const { reached, seqs } = yield* ChangesRead.read(step, wanted, part, mostCounted + 1)
    const changes: Array<CountedChange> = []
    for (const some of Arr.chunksOf(seqs.slice(0, mostCounted), mostAtOnce)) {
      const rows = yield* step(counted(some))
      changes.push(
        ...rows.map(({ changes, ...row }) => ({ ...row, fields: changes.map(({ field }) => field) }))
      )
    }
    return summarize(changes, reached === null && seqs.length <= mostCounted)
  })
