import { SqlClient, type SqlError } from "@effect/sql"
import { Clock, Context, Duration, Effect, Schedule, Schema, type Scope } from "effect"
import { fromMillis } from "../model/Instant.js"
import { transaction, waitingForWriter } from "../sql/transaction.js"

/** Another run is working on the registry. */
export class LeaseHeld extends Schema.TaggedError<LeaseHeld>("trials-domain/LeaseHeld")("LeaseHeld", {
  registry: Schema.String,
  runId: Schema.String
}) {
  override get message(): string {
    return `Another run (${this.runId}) works on ${this.registry}. Wait for it to end; \`RunQueries\` shows it.`
  }
}

/** Another run took over the lease while this one slept: nothing of this run may be committed. */
export class LeaseLost extends Schema.TaggedError<LeaseLost>("trials-domain/LeaseLost")("LeaseLost", {
  registry: Schema.String
}) {
  override get message(): string {
    return `Another run took over ${this.registry} while this one was not answering; nothing of this run was loaded.`
  }
}

/**
 * Who holds leases in this process, and how to see whether another holder is still alive. A holder that is known to be
 * dead loses its lease immediately; an unknown one loses it when the lease runs out.
 */
export class LeaseHolder extends Context.Reference<LeaseHolder>()("trials-domain/LeaseHolder", {
  defaultValue: () => ({
    /** The name of this process, stored with each lease that it takes. */
    name: "unnamed",
    /** What is known of the process that took a lease under a name. */
    state: (_holder: string): Effect.Effect<"alive" | "dead" | "unknown"> => Effect.succeed("unknown")
  })
}) {}

/** The right to write one registry, proven by a token that every takeover raises. */
export interface Lease {
  readonly registry: string
  readonly runId: string
  /** Raised by every takeover, so that an older holder is noticed. */
  readonly token: number
  /**
   * The first statement of the load: it takes the write lock, and fails with `LeaseLost` if another run took over. Must
   * run inside the load's transaction.
   */
  readonly fence: Effect.Effect<void, LeaseLost | SqlError.SqlError, SqlClient.SqlClient>
  /**
   * Fails with `LeaseLost` if another run took over. Until the transaction that asks ends, no other run can: on
   * PostgreSQL by a lock on the lease, on SQLite if the transaction has written what the other run would write first.
   */
  readonly stillHeld: StillHeld["Type"]
}

/** What a run asks before it writes anything but its load: whether it still holds its registry. Without a lease, nothing. */
export class StillHeld extends Context.Reference<StillHeld>()("trials-domain/StillHeld", {
  defaultValue: (): Effect.Effect<void, LeaseLost | SqlError.SqlError, SqlClient.SqlClient> => Effect.void
}) {}

const timeToLive = Duration.minutes(2)
const heartbeat = Duration.seconds(30)
/** While the load holds the lease's row, no heartbeat can be written, so this much time is reserved beforehand. */
const loadTime = Duration.minutes(30)

interface LeaseRow {
  readonly runId: string
  readonly holder: string
  readonly token: number
  readonly expiresAt: string
}

const inFuture = (duration: Duration.Duration) =>
  Effect.map(Clock.currentTimeMillis, (millis) => fromMillis(millis + Duration.toMillis(duration)))

const held = (row: LeaseRow) =>
  Effect.gen(function* () {
    if (row.holder === "") return false
    const { state } = yield* LeaseHolder
    const known = yield* state(row.holder)
    return known === "unknown" ? row.expiresAt > (yield* inFuture(Duration.zero)) : known === "alive"
  })

/**
 * Takes the lease of a registry until the scope closes. If a read shows that another run holds it, fails immediately
 * with `LeaseHeld`. If it is free or its holder is dead, waits for the database's write lock.
 */
export const acquire = (
  registry: string,
  runId: string
): Effect.Effect<Lease, LeaseHeld | SqlError.SqlError, SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { name } = yield* LeaseHolder
    const read = sql<LeaseRow>`SELECT run_id AS "runId", holder, token, expires_at AS "expiresAt"
      FROM leases WHERE registry = ${registry}`
    const renew = (token: number, duration: Duration.Duration) =>
      Effect.flatMap(
        inFuture(duration),
        (until) =>
          sql`UPDATE leases SET expires_at = ${until} WHERE registry = ${registry} AND token = ${token}`
      )

    const take = Effect.gen(function* () {
      const [row] = yield* read
      if (row !== undefined && (yield* held(row))) return yield* new LeaseHeld({ registry, runId: row.runId })
      const until = yield* inFuture(timeToLive)
      const taken =
        row === undefined
          ? yield* sql<{ token: number }>`
              INSERT INTO leases (registry, run_id, holder, token, expires_at)
              VALUES (${registry}, ${runId}, ${name}, 1, ${until}) ON CONFLICT (registry) DO NOTHING RETURNING token`
          : yield* sql<{ token: number }>`
              UPDATE leases SET run_id = ${runId}, holder = ${name}, token = token + 1, expires_at = ${until}
              WHERE registry = ${registry} AND token = ${row.token} RETURNING token`
      const token = taken[0]?.token
      if (token === undefined) {
        const [winner] = yield* read
        return yield* new LeaseHeld({ registry, runId: winner?.runId ?? "" })
      }
      return token
    })

    const token = yield* Effect.acquireRelease(waitingForWriter(take), (held) =>
      Effect.ignoreLogged(
        waitingForWriter(
          sql`UPDATE leases SET holder = '', expires_at = '' WHERE registry = ${registry} AND token = ${held}`
        ).pipe(Effect.interruptible, Effect.timeout("2 seconds"))
      )
    )
    yield* Effect.forkScoped(
      Effect.repeat(Effect.ignoreLogged(renew(token, timeToLive)), Schedule.spaced(heartbeat)).pipe(
        Effect.delay(heartbeat)
      )
    )
    const fence = Effect.gen(function* () {
      const own = yield* SqlClient.SqlClient
      const until = yield* inFuture(loadTime)
      const kept = yield* own`UPDATE leases SET expires_at = ${until}
        WHERE registry = ${registry} AND token = ${token} AND run_id = ${runId} RETURNING token`
      if (kept.length === 0) return yield* new LeaseLost({ registry })
    })
    const stillHeld = Effect.gen(function* () {
      const own = yield* SqlClient.SqlClient
      const locked = own.onDialectOrElse({ pg: () => own`FOR SHARE`, orElse: () => own`` })
      const kept = yield* own`SELECT token FROM leases
        WHERE registry = ${registry} AND token = ${token} AND run_id = ${runId} ${locked}`
      if (kept.length === 0) return yield* new LeaseLost({ registry })
    })
    return { registry, runId, token, fence, stillHeld }
  }).pipe(Effect.withSpan("Lease.acquire", { attributes: { registry } }))

/**
 * Runs the load under the lease: reserves time for it, then runs one transaction whose first statement is the fence.
 */
export const withFence = <A, E, R>(
  lease: Lease,
  load: Effect.Effect<A, E, R>
): Effect.Effect<A, E | LeaseLost | SqlError.SqlError, R | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* waitingForWriter(lease.fence)
    return yield* transaction(sql)(Effect.zipRight(lease.fence, load))
  })
