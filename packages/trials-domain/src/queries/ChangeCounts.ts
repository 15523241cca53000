import { SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, Effect, Schema } from "effect"
import { type AlikeChanges, mostCounted, summarize } from "../model/ChangeSummary.js"
import { among } from "../sql/dialect.js"
import { VersionRow } from "../store/VersionRow.js"
import * as ChangesRead from "./ChangesRead.js"
import type { Changed } from "./ChangesRequest.js"
import { observedWithin } from "./FeedBounds.js"
import type { Step } from "./Sliced.js"

const mostAtOnce = 1000

const Alike = Schema.Struct({
  ...VersionRow.pick("registry", "kind", "silent").fields,
  day: Schema.String,
  count: Schema.Int
})

const Moved = Schema.Struct({
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
    const alikeOf = SqlSchema.findAll({
      Request: Schema.Array(Schema.Int),
      Result: Alike,
      execute: (seqs) => sql`SELECT v.registry, v.kind, v.silent, substr(v.observed_at, 1, 10) AS day,
        CAST(count(*) AS INTEGER) AS count FROM trial_versions v WHERE ${among(sql, "v.seq", seqs)}
        GROUP BY v.registry, v.kind, v.silent, substr(v.observed_at, 1, 10)`
    })
    const movedOf = SqlSchema.findAll({
      Request: Schema.Array(Schema.Int),
      Result: Moved,
      execute: (seqs) => sql`SELECT v.changes FROM trial_versions v
        WHERE ${among(sql, "v.seq", seqs)} AND v.kind IN ('edited', 'remapped')`
    })
    const bounds = yield* step(observedWithin({ ...wanted, registry: wanted.filter.registry }))
    if (bounds === null) return summarize([], [], true)
    const end = yield* step(Effect.catchTag(last(), "NoSuchElementException", Effect.die))
    const part = { direction: "-", least: bounds.least ?? 1, most: bounds.most ?? end.seq } as const
    const { reached, seqs } = yield* ChangesRead.read(step, wanted, part, mostCounted + 1)
    const alike: Array<AlikeChanges> = []
    const moved: Array<ReadonlyArray<string>> = []
    for (const some of Arr.chunksOf(seqs.slice(0, mostCounted), mostAtOnce)) {
      alike.push(...(yield* step(alikeOf(some))))
      moved.push(...(yield* step(movedOf(some))).map(({ changes }) => changes.map(({ field }) => field)))
    }
    return summarize(alike, moved, reached === null && seqs.length <= mostCounted)
  })
