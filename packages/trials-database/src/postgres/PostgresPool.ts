import { SqlError } from "@effect/sql/SqlError"
import { Effect, Option, type Scope } from "effect"
import { Pool, type PoolClient, type PoolConfig } from "pg"
import { fromSqlError } from "../DatabaseError.js"
import { close, logged } from "./PostgresConnection.js"
import { PostgresSession } from "./PostgresSession.js"

export interface PoolOptions extends PoolConfig {
  /** How many connections are opened at most. */
  readonly max: number
  /** How long a connection may take, in milliseconds. */
  readonly patience: number
}

/** Takes a connection as long as the scope lasts. */
export type Take = Effect.Effect<PoolClient, SqlError, Scope.Scope>

// After the server granted no further connection: the milliseconds until the pool asks again.
const growAfter = 30_000

// How many milliseconds a further connection may take, where others can be waited for. A pooler lets clients in that it cannot serve.
const growPatience = 1000

// Milliseconds between two tries of a process that holds no connection yet.
const pause = 100

/** What the server says where it has no connection left, for a pooler that says nothing. */
const noneLeft = Object.assign(new Error("no connection was granted in time"), { code: "53300" })

const isRefused = (error: SqlError): boolean => fromSqlError(error).reason === "connections"

/** A connection of the pool; none if there is none within `patience` milliseconds. */
const connected = (
  pool: Pool,
  patience = Number.POSITIVE_INFINITY
): Effect.Effect<Option.Option<PoolClient>, SqlError> =>
  logged(
    Effect.async((resume) => {
      let taken: PoolClient | undefined
      let isGone = false
      const leave = () => {
        isGone = true
        clearTimeout(late)
        taken?.release()
      }
      const late = Number.isFinite(patience)
        ? setTimeout(() => {
            leave()
            resume(Effect.succeedNone)
          }, patience)
        : undefined
      pool.connect((cause, client) => {
        if (isGone) return client?.release()
        clearTimeout(late)
        if (client === undefined) {
          return resume(new SqlError({ cause, message: "Failed to acquire connection" }))
        }
        taken = client
        resume(Effect.succeedSome(client))
      })
      return Effect.sync(leave)
    })
  )

// The pool keeps real time, whatever clock a program gives its effects.
const paused = Effect.async<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), pause)
  return Effect.sync(() => clearTimeout(timer))
})

/** How many connections the pool opens: what is set, or for a while what the server granted. */
const sizeOf = (pool: Pool, most: number) => {
  let growAt = 0
  return {
    /** Asks for more again, when it is time. */
    grow: () => {
      if (performance.now() >= growAt) pool.options.max = most
    },
    /** The server granted no more than these. */
    granted: (held: number) => {
      pool.options.max = Math.max(1, held)
      growAt = performance.now() + growAfter
    }
  }
}

/**
 * A pool that lives with what the server grants. Where that refuses one more connection, or a pooler keeps it waiting, the
 * pool waits for those that it holds, and asks for more only after a while. A connection comes back only when no statement
 * and no transaction is open on it; otherwise it is closed.
 */
export const make = ({ patience, ...config }: PoolOptions): Effect.Effect<Take, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const pool = new Pool({
          ...config,
          connectionTimeoutMillis: patience,
          Client: PostgresSession,
          // A pooler lets clients in that it cannot serve: a connection counts when the server has answered on it.
          verify: (client, done) => {
            let isLate = false
            const late = setTimeout(() => {
              isLate = true
              close(client)
            }, patience)
            client.query("SELECT 1", (error: Error | null) => {
              clearTimeout(late)
              if (error !== null) size.granted(pool.totalCount - 1)
              done(isLate ? noneLeft : (error ?? undefined))
            })
          }
        })
        const size = sizeOf(pool, config.max)
        // A connection that is lost while nobody uses it is not missed.
        pool.on("error", () => undefined)
        return { pool, size }
      }),
      ({ pool }) =>
        Effect.promise(() => pool.end()).pipe(Effect.interruptible, Effect.timeoutOption("1 second"))
    ),
    ({ pool, size }) => {
      /** One connection, or none where the server did not grant another. */
      const attempt = Effect.suspend(() => {
        size.grow()
        const isOneMore = pool.totalCount > 0 && pool.totalCount < pool.options.max
        return Effect.catchIf(
          connected(pool, isOneMore ? growPatience : undefined),
          isRefused,
          () => Effect.succeedNone
        )
      })

      const within = (until: number): Effect.Effect<PoolClient, SqlError> =>
        Effect.flatMap(attempt, (found) => {
          if (Option.isSome(found)) return Effect.succeed(found.value)
          size.granted(pool.totalCount)
          if (performance.now() >= until) return new SqlError({ cause: noneLeft, message: "No connection" })
          return Effect.zipRight(pool.totalCount === 0 ? paused : Effect.void, within(until))
        })

      const taken = Effect.suspend(() => within(performance.now() + patience))
      const ignore = () => undefined
      return Effect.uninterruptibleMask((restore) =>
        Effect.acquireRelease(restore(taken), (client) =>
          Effect.sync(() => {
            client.off("error", ignore)
            client.release(client.getTransactionStatus() !== "I")
          })
        ).pipe(Effect.tap((client) => Effect.sync(() => client.on("error", ignore))))
      )
    }
  )
