import { SqlClient, SqlSchema } from "@effect/sql"
import { Chunk, Effect, Option, Schema, Stream } from "effect"
import { ContentText } from "../model/Content.js"
import * as SearchIndex from "../search/SearchIndex.js"
import { transaction } from "../sql/transaction.js"
import { publish, takeWriter } from "../store/Counters.js"
import type { StoreError } from "../store/StoreError.js"
import { known } from "../store/TrialRow.js"

const pageSize = 1000

const Searched = Schema.Struct({ registry: Schema.String, id: Schema.String, content: ContentText })

/** Every trial in the form that the search index takes, in pages. */
const searched: Stream.Stream<
  ReadonlyArray<SearchIndex.Searched>,
  StoreError,
  SqlClient.SqlClient
> = Stream.paginateChunkEffect({ registry: "", id: "" }, (after) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const pageAfter = SqlSchema.findAll({
      Request: Schema.Struct({ registry: Schema.String, id: Schema.String }),
      Result: Searched,
      execute: ({ id, registry }) => sql`SELECT t.registry, t.id, v.content FROM ${sql.literal(known)}
        WHERE (t.registry, t.id) > (${registry}, ${id}) ORDER BY t.registry, t.id LIMIT ${pageSize}`
    })
    const page = yield* pageAfter(after)
    return [Chunk.of(page), Option.fromNullable(page.at(-1))] as const
  })
)

/** Rebuilds what is derived from trials and their versions: the search keys. Runs in one transaction. */
export const run: Effect.Effect<void, StoreError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* transaction(sql)(Effect.all([takeWriter, SearchIndex.rebuild(searched), publish], { discard: true }))
}).pipe(Effect.withSpan("Rebuild.run"))
