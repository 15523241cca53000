import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Either, Schema } from "effect"
import { ContentText } from "../../model/Content.js"
import * as SearchIndex from "../../search/SearchIndex.js"
import { keepingGrants } from "../KeptGrants.js"
import { known, KnownTrial, knownSelect } from "../TrialRow.js"

const pageSize = 1000

const decode = Schema.decodeEither(ContentText)

// The index is made anew by a rebuild whenever terms are made otherwise, so this needs no copy of how.

/** Trials are found by an index of terms. */
export const searchTerms = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // On PostgreSQL a table of another name is somebody else's.
  const own = sql.onDialectOrElse({ pg: () => ["trial_search"], orElse: () => SearchIndex.tables })
  const dropped = Effect.forEach(own, (name) => sql`DROP TABLE IF EXISTS ${sql(name)}`)
  const made = Effect.zipRight(dropped, SearchIndex.create)
  yield* sql.onDialectOrElse({ pg: () => keepingGrants(["trial_search"], made), orElse: () => made })
  const page = SqlSchema.findAll({
    Request: Schema.Tuple(Schema.String, Schema.String),
    Result: Schema.Struct({ ...KnownTrial.fields, content: Schema.String }),
    execute: ([registry, id]) => sql`SELECT ${sql.literal(knownSelect)} FROM ${sql.literal(known)}
      WHERE (t.registry, t.id) > (${registry}, ${id}) ORDER BY t.registry, t.id LIMIT ${pageSize}`
  })
  let after: readonly [string, string] = ["", ""]
  for (;;) {
    const found = yield* Effect.catchTag(page(after), "ParseError", Effect.die)
    const last = found.at(-1)
    if (last === undefined) return
    // One that cannot be read is not found; `trials verify` reports it.
    const readable = found.flatMap((trial) =>
      Either.match(decode(trial.content), {
        onLeft: () => [],
        onRight: (content) => [{ ...trial, content, seq: trial.updatedSeq }]
      })
    )
    yield* SearchIndex.write(readable)
    after = [last.registry, last.id]
  }
})
