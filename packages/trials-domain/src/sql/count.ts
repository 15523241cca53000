import { SqlClient, type SqlError, SqlSchema, type Statement } from "@effect/sql"
import { Effect, type ParseResult, Schema } from "effect"

const Count = Schema.Struct({ n: Schema.Int })

/** How many rows there are in what stands behind FROM: tables, their joins, and conditions. */
export const count = (
  from: (sql: SqlClient.SqlClient) => Statement.Fragment
): Effect.Effect<number, SqlError.SqlError | ParseResult.ParseError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const counted = SqlSchema.single({
      Request: Schema.Void,
      Result: Count,
      execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS n FROM ${from(sql)}`
    })
    const { n } = yield* Effect.catchTag(counted(), "NoSuchElementException", Effect.die)
    return n
  })
