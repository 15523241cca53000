import { SqlError } from "@effect/sql/SqlError"
import { Effect, type Scope } from "effect"
import { Pool, type PoolClient, type PoolConfig } from "pg"
import { fromCause } from "../DatabaseError.js"
import { close, logged, silence } from "./PostgresConnection.js"
import { PostgresSession } from "./PostgresSession.js"

export interface PoolOptions extends PoolConfig {
  /** How many connections are opened at most. */
  readonly max: number
  /** How many milliseconds to wait for a connection. */
  readonly patience: number
}

/** Takes a connection as long as the scope lasts. */
export type Take = Effect.Effect<PoolClient, SqlError, Scope.Scope>

// Milliseconds until the pool asks for more connections, after the server said that it has no more, or said anything else.
const refusedFor = 30_000
const failedFor = 1000

// Milliseconds between two tries of a process that holds no connection yet.
const pause = 100

// A timer of Node takes no more milliseconds than this.
const longestTimer = 2 ** 31 - 1

const ignore = () => undefined

const noneLeft = Object.assign(new Error("no connection came in time"), { code: "53300" })
const ended = Object.assign(new Error("the pool has ended"), { code: "57P01" })

interface Waiter {
  readonly give: (client: PoolClient) => void
  readonly refuse: (cause: Error) => void
}

/**
 * Connections and those who wait for them, in one line. A connection is opened for the line, not for one of it: whatever
 * connection comes first goes to the first. One is opened at a time, and counts when the server has answered on it,
 * because a pooler lets clients in that it cannot serve. Where the server grants no more, the line goes on with those that
 * are there, and asks again after a while.
 */
class PostgresPool {
  readonly #pool: Pool
  readonly #max: number
  /** How many milliseconds everything may take: to wait, to connect, to be answered. */
  readonly #limit: number
  readonly #line: Array<Waiter> = []
  /** How many idle connections are on their way to the line. */
  #coming = 0
  #isOpening = false
  #isOver = false
  /** How many connections there can be until `#growAt`. */
  #granted: number
  #growAt = 0
  /** Why there is no connection yet. */
  #refusal: Error | undefined

  constructor({ patience, ...config }: PoolOptions) {
    this.#max = this.#granted = config.max
    this.#limit = Math.min(patience, longestTimer)
    this.#pool = new Pool({ ...config, connectionTimeoutMillis: this.#limit, Client: PostgresSession })
    // Whoever uses a lost connection learns it from the statement.
    this.#pool.on("error", ignore)
    this.#pool.on("connect", (client) => client.on("error", ignore))
    this.#pool.on("remove", () => this.#serve())
  }

  /** Waits in the line. Returns how to leave it; what came too late is given back. */
  enter(waiter: Waiter): () => void {
    let taken: PoolClient | undefined
    const leave = () => {
      clearTimeout(late)
      const at = this.#line.indexOf(own)
      if (at !== -1) this.#line.splice(at, 1)
    }
    const late = setTimeout(() => own.refuse(this.#refusal ?? noneLeft), this.#limit)
    const own: Waiter = {
      give: (client) => {
        leave()
        taken = client
        waiter.give(client)
      },
      refuse: (cause) => {
        leave()
        waiter.refuse(cause)
      }
    }
    this.#line.push(own)
    if (this.#isOver) own.refuse(ended)
    this.#serve()
    return () => {
      leave()
      if (taken !== undefined) this.release(taken)
    }
  }

  /** Takes a connection back if no statement and no transaction is open on it, and closes it otherwise. */
  release(client: PoolClient): void {
    client.release(client.getTransactionStatus() !== "I")
    this.#serve()
  }

  /** Closes every connection that nobody uses, and the others as they come back. */
  end(): Promise<void> {
    this.#isOver = true
    this.#refuseAll(ended)
    return this.#pool.end()
  }

  #serve(): void {
    if (this.#isOver) return
    const idle = Math.min(this.#pool.idleCount, this.#line.length) - this.#coming
    for (let n = 0; n < idle; n += 1) {
      this.#coming += 1
      this.#connect((cause, client) => {
        this.#coming -= 1
        if (client === undefined) this.#failed(cause)
        else this.#hand(client)
      })
    }
    const most = performance.now() < this.#growAt ? this.#granted : this.#max
    if (this.#line.length > this.#coming && !this.#isOpening && this.#pool.totalCount < most) this.#open()
  }

  /** Asks for a connection, and hears one answer: the driver may give a second one after it said that it is late. */
  #connect(then: (cause: Error, client: PoolClient | undefined) => void): void {
    let hasAnswered = false
    this.#pool.connect((cause, client) => {
      if (hasAnswered) return client === undefined ? undefined : this.release(client)
      hasAnswered = true
      then(cause ?? silence, client)
    })
  }

  #open(): void {
    this.#isOpening = true
    const failed = (cause: Error) => {
      this.#isOpening = false
      this.#failed(cause)
    }
    this.#connect((cause, client) => {
      if (client === undefined) return failed(cause)
      let isLate = false
      const late = setTimeout(() => {
        isLate = true
        close(client)
      }, this.#limit)
      client.query("SELECT 1", (error: Error | null) => {
        clearTimeout(late)
        if (error !== null) {
          client.release(true)
          return failed(isLate ? silence : error)
        }
        this.#isOpening = false
        this.#refusal = undefined
        this.#hand(client)
      })
    })
  }

  #hand(client: PoolClient): void {
    const first = this.#line.shift()
    if (first === undefined) this.release(client)
    else first.give(client)
    this.#serve()
  }

  /** No further connection came. */
  #failed(cause: Error): void {
    const isRefused = fromCause(cause).reason === "connections"
    if (this.#pool.totalCount > 0) {
      this.#granted = this.#pool.totalCount
      this.#growAt = performance.now() + (isRefused ? refusedFor : failedFor)
      return
    }
    this.#refusal = cause
    if (isRefused) setTimeout(() => this.#serve(), pause)
    else this.#refuseAll(cause)
  }

  #refuseAll(cause: Error): void {
    for (const waiter of this.#line.splice(0)) waiter.refuse(cause)
  }
}

/** A pool that lives with what the server grants. */
export const make = (options: PoolOptions): Effect.Effect<Take, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new PostgresPool(options)),
      (pool) => Effect.promise(() => pool.end()).pipe(Effect.interruptible, Effect.timeoutOption("1 second"))
    ),
    (pool) => {
      const waited = logged(
        Effect.async<PoolClient, SqlError>((resume) => {
          const leave = pool.enter({
            give: (client) => resume(Effect.succeed(client)),
            refuse: (cause) => resume(new SqlError({ cause, message: "Failed to acquire connection" }))
          })
          return Effect.sync(leave)
        })
      )
      return Effect.uninterruptibleMask((restore) =>
        Effect.acquireRelease(restore(waited), (client) => Effect.sync(() => pool.release(client)))
      )
    }
  )
