import { SqlClient, type SqlError } from "@effect/sql"
import { Effect } from "effect"

/**
 * Takes `count` places in the feed and returns the one before the first. The counter's row stays locked until the
 * transaction ends, so that places are handed out in the order of commits, and a roll-back leaves no gap.
 */
export const takeSeq = (count: number): Effect.Effect<number, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ value: number }>`
      UPDATE counters SET value = value + ${count} WHERE name = 'seq' RETURNING value`
    return (row?.value ?? 0) - count
  })
