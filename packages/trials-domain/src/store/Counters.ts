/**
 * Two numbers of a database, a row each: `seq` is the feed's last place, `publication` is raised by every commit that
 * a reader can see.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"

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

/** The last place of the feed that is taken. */
export const lastSeq = read("seq")

/**
 * Takes `count` places in the feed and returns the one before the first. The counter's row stays locked until the
 * transaction ends, so that places are handed out in the order of commits, and a roll-back leaves no gap.
 */
export const takeSeq = (count: number): Counted<number> =>
  Effect.map(raise("seq", count), (last) => last - count)

/** The publication that a reader sees. */
export const publication = read("publication")

/** The publication as a column of another question, so that an answer of one statement knows what it was read from. */
export const publicationColumn = "(SELECT value FROM counters WHERE name = 'publication') AS publication"

/** Tells readers that something they can see has changed. The last statement of every commit. */
export const publish: Counted<void> = Effect.asVoid(raise("publication", 1))

/** Takes the database's writer, without changing anything: the first statement of a transaction that reads first. */
export const takeWriter: Counted<void> = Effect.asVoid(raise("publication", 0))
