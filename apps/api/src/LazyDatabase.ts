import { type SqlClient, SqlError } from "@effect/sql"
import {
  Clock,
  Context,
  Duration,
  Effect,
  Exit,
  Fiber,
  Layer,
  Option,
  ParseResult,
  Ref,
  Runtime,
  Scope
} from "effect"
import { stat } from "node:fs/promises"
import { layer as answers, type Queries as Answered } from "trials-answers"
import * as Database from "trials-database/Database"
import { type DatabaseError, fromSqlError } from "trials-database/DatabaseError"
import { type DatabaseUrl, defaultConnections, parse } from "trials-database/DatabaseUrl"
import { version } from "./Version.js"
import * as Migrations from "trials-domain/Migrations"
import type { RegistryAbout } from "trials-domain/Registry"
import { optionNames } from "trials-database/Names"
import { ExportQueries } from "trials-domain/ExportQueries"
import { type Moment, moment } from "trials-domain/Snapshot"
import type { StoreError } from "trials-domain/StoreError"

/** The read side of the library. */
export type Queries = Answered | ExportQueries

export interface LazyDatabaseOptions extends Pick<Database.ReaderOptions, "url" | "connections" | "names"> {
  readonly registries: ReadonlyArray<RegistryAbout>
}

interface Opened {
  readonly queries: Context.Context<Queries | SqlClient.SqlClient>
  readonly scope: Scope.CloseableScope
  /** Reads the moment at once; null where that takes a round trip. */
  readonly probe: (() => Moment) | null
  /** Identifies the file; a file that replaces it has another identity. */
  readonly identity: string
}

interface State {
  readonly opened: Opened | null
  readonly error: DatabaseError | null
  readonly checkedAt: number
}

const recheckMillis = 1000

// Every request waits for a check. A server that vanished silently must not hold them all up.
const lookPatience = Duration.seconds(2)

// A server that vanished must not hold up a request that it will refuse.
const probePatience = Duration.seconds(1)

// Longer than any request: those that still read from an abandoned database can finish.
const grace = "15 seconds"

/** Whether the error is one statement's: the open database can still be read. */
const passes = ({ reason }: DatabaseError): boolean =>
  reason === "busy" || reason === "timeout" || reason === "connections" || reason === "permission"

const identityOf = (where: DatabaseUrl): Effect.Effect<string> =>
  where.engine === "postgres"
    ? Effect.succeed("server")
    : Effect.promise(() =>
        stat(where.file, { bigint: true }).then(
          ({ dev, ino }) => `${dev}:${ino}`,
          () => "none"
        )
      )

/** Reads once for all who ask before it begins, and again for those who ask after that. */
const shared = <A>(read: () => Promise<A>): (() => Promise<A>) => {
  let last: Promise<unknown> = Promise.resolve()
  let next: Promise<A> | null = null
  return () => {
    next ??= last.then(() => {
      next = null
      const reading = read()
      last = reading
      return reading
    })
    return next
  }
}

/**
 * The database. The first request opens it, and a later one opens it again after it was lost, replaced or restored; it
 * is checked at most once a second. Until it is open every answer is a `DatabaseError`.
 */
export class LazyDatabase extends Context.Tag("trials-api/LazyDatabase")<
  LazyDatabase,
  {
    readonly read: <A, E>(
      answer: Effect.Effect<A, E | StoreError, Queries>
    ) => Effect.Effect<A, E | DatabaseError>
    /** How many answers can be read at once. */
    readonly readsAtOnce: number
    /**
     * Reads the moment of the database after this was called: at once where the file is open and was checked in the last
     * second, in a round trip otherwise, which all share who ask before it begins. Null where it cannot be read.
     */
    readonly moment: () => Moment | null | Promise<Moment | null>
    /** What this program may answer otherwise than another one over the same database: its version, schema and registries. */
    readonly program: string
  }
>() {
  static readonly layer = ({
    connections = defaultConnections,
    names = optionNames,
    registries,
    url
  }: LazyDatabaseOptions): Layer.Layer<LazyDatabase, DatabaseError> =>
    Layer.scoped(
      LazyDatabase,
      Effect.gen(function* () {
        const where = yield* parse(url, names)
        yield* Database.usable(where)
        const own = yield* Effect.scope
        const clock = yield* Effect.clock
        const runtime = yield* Effect.runtime<never>()
        const state = yield* Ref.make<State>({
          opened: null,
          error: null,
          checkedAt: Number.NEGATIVE_INFINITY
        })
        const one = yield* Effect.makeSemaphore(1)
        /** Allows one check at a time. It goes on if the request that started it has gone, and ends with the API. */
        const alone = <A>(looking: Effect.Effect<A>) =>
          one
            .withPermits(1)(looking)
            .pipe(Effect.interruptible, Effect.forkIn(own), Effect.flatMap(Fiber.join))
        const layer = Layer.merge(answers(registries), ExportQueries.layer).pipe(
          Layer.provideMerge(Database.layerReader({ url, connections, names, applicationName: "trials-api" }))
        )

        const leave = ({ scope }: Opened) =>
          Scope.close(scope, Exit.void).pipe(Effect.delay(grace), Effect.forkIn(own), Effect.asVoid)

        const open = Effect.gen(function* () {
          const scope = yield* Scope.fork(own, own.strategy)
          const identity = yield* identityOf(where)
          return yield* Layer.buildWithScope(layer, scope).pipe(
            Effect.bindTo("queries"),
            Effect.bind("probe", () => Scope.extend(Database.probe(where), scope)),
            Effect.map(({ probe, queries }): Opened => ({ queries, scope, probe, identity })),
            Effect.onError(() => Scope.close(scope, Exit.void))
          )
        }).pipe(Effect.tap(() => Effect.logInfo("The database is open.")))

        const put = (opened: Opened | null, error: DatabaseError | null) =>
          Effect.flatMap(Clock.currentTimeMillis, (checkedAt) => Ref.set(state, { opened, error, checkedAt }))

        const told = (error: DatabaseError, before: DatabaseError | null) =>
          error.message === before?.message ? Effect.void : Effect.logWarning(error.message)

        /** When the open database last gave an answer: a check that waits behind many of them is not worried. */
        let answeredAt = Number.NEGATIVE_INFINITY
        const answered = Effect.map(Clock.currentTimeMillis, (now) => void (answeredAt = now))
        const isAnswering = Effect.map(
          Clock.currentTimeMillis,
          (now) => now - answeredAt < Duration.toMillis(lookPatience)
        )

        /** Whether the open database has this version's schema: a newer version may have migrated it meanwhile. */
        const readable = ({ queries }: Opened) =>
          Migrations.check.pipe(
            Effect.provide(queries),
            Effect.as(true),
            Effect.catchAll((error) =>
              Effect.succeed(error._tag === "SqlError" && passes(fromSqlError(error, names)))
            ),
            Effect.interruptible,
            Effect.timeoutOption(lookPatience),
            Effect.flatMap((found) => (Option.isSome(found) ? Effect.succeed(found.value) : isAnswering))
          )

        /** Opens the database, or checks that the open one has not been replaced and can be read. */
        const look = Effect.gen(function* () {
          const { error: before, opened } = yield* Ref.get(state)
          if (opened !== null && opened.identity === (yield* identityOf(where)) && (yield* readable(opened)))
            return yield* put(opened, null)
          if (opened !== null) yield* leave(opened)
          yield* Ref.set(state, { opened: null, error: before, checkedAt: Number.NEGATIVE_INFINITY })
          yield* Effect.matchEffect(open, {
            onSuccess: (found) => put(found, null),
            onFailure: (error) => Effect.zipRight(told(error, before), put(null, error))
          })
        })

        const recent = Effect.zipWith(Ref.get(state), Clock.currentTimeMillis, (found, now) =>
          now - found.checkedAt < recheckMillis ? found : null
        )

        const present: Effect.Effect<Opened, DatabaseError> = Effect.gen(function* () {
          if ((yield* recent) === null) {
            // A second request finds the check done.
            yield* alone(Effect.flatMap(recent, (found) => (found === null ? look : Effect.void)))
          }
          const { error, opened } = yield* Ref.get(state)
          if (opened !== null) return opened
          return yield* error === null ? Effect.dieMessage("neither open nor refused") : Effect.fail(error)
        })

        /** Checks a database that gave a strange answer, unless another request has done so. */
        const again = (from: Opened): Effect.Effect<State> =>
          alone(
            Effect.zipRight(
              Effect.flatMap(Ref.get(state), ({ opened }) => (opened === from ? look : Effect.void)),
              Ref.get(state)
            )
          )

        /** Handles a failed statement: a lost database is opened again. */
        const failed = (from: Opened, error: SqlError.SqlError) =>
          Effect.gen(function* () {
            const known = fromSqlError(error, names)
            if (known.reason === "other") return yield* unexpected(from, error)
            if (passes(known)) {
              yield* answered
              if (known.reason === "permission" || known.reason === "connections") {
                yield* Effect.logWarning(known.message)
              }
              return yield* known
            }
            yield* Effect.logWarning(known.message)
            // A server has many connections, and says more of one statement: the check tells whether it is still there.
            if (where.engine === "postgres") {
              yield* again(from)
              return yield* known
            }
            const { opened } = yield* Ref.get(state)
            if (opened === from) {
              yield* put(null, known)
              yield* leave(from)
            }
            return yield* known
          })

        /** Handles an error that this version's schema rules out: the database was migrated, or it is a defect. */
        const unexpected = (from: Opened, error: StoreError): Effect.Effect<never, DatabaseError> =>
          Effect.gen(function* () {
            const { error: found } = yield* again(from)
            return yield* found === null ? Effect.die(error) : Effect.fail(found)
          })

        const read = ({ probe, queries }: Opened) =>
          probe === null ? Effect.provide(moment, queries) : Effect.sync(probe)

        const inTurn = shared(() =>
          present.pipe(
            Effect.flatMap(read),
            Effect.interruptible,
            Effect.timeout(probePatience),
            Effect.exit,
            Effect.map((exit) => (Exit.isSuccess(exit) ? exit.value : null)),
            Runtime.runPromise(runtime)
          )
        )

        const now = (): Moment | null | Promise<Moment | null> => {
          const { checkedAt, opened } = Effect.runSync(Ref.get(state))
          if (opened?.probe == null || clock.unsafeCurrentTimeMillis() - checkedAt >= recheckMillis)
            return inTurn()
          try {
            return opened.probe()
          } catch {
            return null
          }
        }

        return {
          moment: now,
          program: JSON.stringify([version, Migrations.schemaVersion, registries]),
          readsAtOnce: Database.readsAtOnce(where, connections),
          read: <A, E>(answer: Effect.Effect<A, E | StoreError, Queries>) =>
            Effect.flatMap(present, (opened) =>
              Effect.catchAll(
                Effect.zipLeft(Effect.provide(answer, opened.queries), answered),
                (error): Effect.Effect<never, E | DatabaseError> => {
                  if (error instanceof SqlError.SqlError) return failed(opened, error)
                  // This version did not write such a row.
                  return ParseResult.isParseError(error) ? unexpected(opened, error) : Effect.fail(error)
                }
              )
            )
        }
      })
    )
}
