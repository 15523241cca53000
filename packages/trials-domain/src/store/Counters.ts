/**
 * Two counters of a database, one row each. `seq` is the last place in the feed. Every commit that a reader can see
 * raises `publication`.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { newestFirst } from "./RunRow.js"

type Counted<A> = Effect.Effect<A, SqlError.SqlError, SqlClient.SqlClient>

const Value = Schema.Struct({ value: Schema.Int })

const read = (name: "seq" | "publication"): Counted<number> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.single({
      Request: Schema.String,
      Result: Value,
      execute: (name) => sql`SELECT value FROM counters WHERE name = ${name}`
    })
    return (yield* find(name)).value
  }).pipe(Effect.catchTags({ NoSuchElementException: Effect.die, ParseError: Effect.die }))

const raise = (name: "seq" | "publication", by: number): Counted<number> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const update = SqlSchema.single({
      Request: Schema.Int,
      Result: Value,
      execute: (by) => sql`UPDATE counters SET value = value + ${by} WHERE name = ${name} RETURNING value`
    })
    return (yield* update(by)).value
  }).pipe(Effect.catchTags({ NoSuchElementException: Effect.die, ParseError: Effect.die }))

/** The last place in the feed that is taken. */
export const lastSeq = read("seq")

/**
 * Takes `count` places in the feed and returns the one before the first. The counter's row stays locked until the
 * transaction ends, so places are given out in the order of commits, and a roll-back leaves no gap.
 */
export const takeSeq = (count: number): Counted<number> =>
  Effect.map(raise("seq", count), (last) => last - count)

/** The publication that a reader sees. */
export const publication = read("publication")

/**
 * A moment of a database: what is read at one moment is of the same state. The publication alone does not tell apart what
 * grew from an older copy, so the newest run of each registry stands beside it.
 */
export const Moment = Schema.Struct({
  publication: Schema.Int,
  /** The ids of these runs; null where there is none. */
  runs: Schema.NullOr(Schema.String)
})
export type Moment = typeof Moment.Type

/** The publication as a column of another query, so that a single-statement answer shows what it was read from. */
export const publicationColumn = "(SELECT value FROM counters WHERE name = 'publication') AS publication"

/** The columns of a moment. */
export const momentColumns = `(SELECT value FROM counters WHERE name = 'publication') AS publication,
  (SELECT string_agg((SELECT r.run_id FROM runs r WHERE r.registry = g.name
    ORDER BY ${newestFirst} LIMIT 1), ' ' ORDER BY g.name) FROM registries g) AS runs`

/** The moment that a reader sees, in one statement. It reads the ledger too, which other answers need no right to do. */
export const moment: Counted<Moment> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.single({
    Request: Schema.Void,
    Result: Moment,
    execute: () => sql`SELECT ${sql.literal(momentColumns)}`
  })
  return yield* find()
}).pipe(Effect.catchTags({ NoSuchElementException: Effect.die, ParseError: Effect.die }))

/** Announces a change that readers can see. Must be the last statement of every commit. */
export const publish: Counted<void> = Effect.asVoid(raise("publication", 1))

/** Takes the database's write lock and changes nothing. A transaction that reads first must start with this. */
export const takeWriter: Counted<void> = Effect.asVoid(raise("publication", 0))
