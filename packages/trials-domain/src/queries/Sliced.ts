import type { SqlClient, SqlError } from "@effect/sql"
import { Context, Data, Effect } from "effect"
import type { StoreError } from "../store/StoreError.js"
import { snapshot } from "./Snapshot.js"

/** Lets other reads go first. A long answer does so between its steps; by default nobody waits. */
export class GiveWay extends Context.Reference<GiveWay>()("trials-domain/GiveWay", {
  defaultValue: (): Effect.Effect<void> => Effect.void
}) {}

/** A run published between two steps. */
export class Moved extends Data.TaggedError("Moved") {}

/** Reads one step of an answer. */
export type Step = <A, E, R>(
  step: Effect.Effect<A, E, R>
) => Effect.Effect<A, E | Moved | SqlError.SqlError, R>

/** What steps read. */
export type Stepped<A> = Effect.Effect<A, StoreError | Moved, SqlClient.SqlClient>

type Answer<A, E, R> = (step: Step) => Effect.Effect<A, E, R>
type Read<A, E, R> = Effect.Effect<A, Exclude<E, Moved> | SqlError.SqlError, R>

/** A step within a snapshot that its reader has. */
export const atOnce: Step = (step) => step

/** Reads all steps of an answer from one snapshot. */
const inOnePiece = <A, E, R>(sql: SqlClient.SqlClient, answer: Answer<A, E, R>): Read<A, E, R> =>
  snapshot(sql, () => answer(atOnce)) as Read<A, E, R> // nothing moves within a snapshot

const retries = 4

/** Reads all steps from one publication, each step from a snapshot of its own. Between two steps other reads go first. */
const inSteps = <A, E, R>(sql: SqlClient.SqlClient, answer: Answer<A, E, R>) =>
  Effect.gen(function* () {
    const giveWay = yield* GiveWay
    let began: number | null = null
    const step: Step = <B, F, S>(each: Effect.Effect<B, F, S>) =>
      Effect.zipRight(
        began === null ? Effect.void : giveWay,
        snapshot(sql, (publication): Effect.Effect<B, F | Moved, S> => {
          began ??= publication
          return publication === began ? each : new Moved()
        })
      )
    return yield* answer(step)
  })

/**
 * Reads an answer in steps where SQLite works in this process, and else in one piece. If a run publishes meanwhile, the answer
 * begins again; in the end it is read in one piece, too.
 */
export const sliced = <A, E, R>(sql: SqlClient.SqlClient, answer: Answer<A, E, R>): Read<A, E, R> =>
  sql.onDialectOrElse({
    pg: () => inOnePiece(sql, answer),
    orElse: () =>
      inSteps(sql, answer).pipe(
        Effect.retry({ times: retries, while: (error) => error instanceof Moved }),
        Effect.catchAll(
          (error) =>
            error instanceof Moved
              ? inOnePiece(sql, answer)
              : Effect.fail(error as Exclude<typeof error, Moved>) // as the condition says
        )
      )
  })
