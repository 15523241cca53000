import { Effect } from "effect"

// SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535; no row of ours has more than 50 columns.
const chunkSize = 500

/** Runs one statement for every 500 rows. */
export const inChunks = <A, E, R>(
  rows: ReadonlyArray<A>,
  statement: (chunk: Array<A>) => Effect.Effect<unknown, E, R>
): Effect.Effect<void, E, R> =>
  Effect.forEach(
    Array.from({ length: Math.ceil(rows.length / chunkSize) }, (_, n) =>
      rows.slice(n * chunkSize, (n + 1) * chunkSize)
    ),
    statement,
    { discard: true }
  )
