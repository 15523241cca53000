import { type SqlClient, SqlError } from "@effect/sql"
import { Clock, Context, Effect, Exit, Layer, ParseResult, type Redacted, Ref, Scope } from "effect"
import { stat } from "node:fs/promises"
import * as Database from "trials-database/Database"
import { type DatabaseError, fromSqlError } from "trials-database/DatabaseError"
import { type DatabaseUrl, parse } from "trials-database/DatabaseUrl"
import * as Migrations from "trials-domain/Migrations"
import type { Registry } from "trials-domain/Registry"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { RunQueries } from "trials-domain/RunQueries"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import type { StoreError } from "trials-domain/StoreError"

/** The read side of the library. */
export type Queries = TrialQueries | VersionQueries | RunQueries | RegistryQueries

export interface LazyDatabaseOptions {
  readonly url: Redacted.Redacted<string>
  readonly registries: ReadonlyArray<Registry>
}

interface Opened {
  readonly queries: Context.Context<Queries | SqlClient.SqlClient>
  readonly scope: Scope.CloseableScope
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
const lookPatience = "2 seconds"

// Longer than any request: those that still read from an abandoned database can finish.
const grace = "15 seconds"

/** Whether the error passes by itself, in the open database. */
const passes = ({ reason }: DatabaseError): boolean => reason === "busy" || reason === "timeout"

const identityOf = (where: DatabaseUrl): Effect.Effect<string> =>
  where.engine === "postgres"
    ? Effect.succeed("server")
    : Effect.promise(() =>
        stat(where.file, { bigint: true }).then(
          ({ dev, ino }) => `${dev}:${ino}`,
          () => "none"
        )
      )

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
  }
>() {
  static readonly layer = ({
    registries,
    url
  }: LazyDatabaseOptions): Layer.Layer<LazyDatabase, DatabaseError> =>
    Layer.scoped(
      LazyDatabase,
      Effect.gen(function* () {
        const where = yield* parse(url)
        const own = yield* Effect.scope
        const state = yield* Ref.make<State>({
          opened: null,
          error: null,
          checkedAt: Number.NEGATIVE_INFINITY
        })
        const one = yield* Effect.makeSemaphore(1)
        /** Allows one check at a time. It completes even if the request that started it has gone. */
        const alone = <A>(looking: Effect.Effect<A>) => one.withPermits(1)(Effect.uninterruptible(looking))
        const layer = Layer.mergeAll(
          TrialQueries.layer,
          VersionQueries.layer,
          RunQueries.layer,
          RegistryQueries.layer(registries)
        ).pipe(Layer.provideMerge(Database.reader({ url, applicationName: "trials-api" })))

        const leave = ({ scope }: Opened) =>
          Scope.close(scope, Exit.void).pipe(
            Effect.delay(grace),
            // The caller is uninterruptible. This wait must not be, or a shutdown would wait for its end.
            Effect.interruptible,
            Effect.forkIn(own),
            Effect.asVoid
          )

        const open = Effect.gen(function* () {
          const scope = yield* Scope.fork(own, own.strategy)
          const identity = yield* identityOf(where)
          return yield* Layer.buildWithScope(layer, scope).pipe(
            Effect.map((queries): Opened => ({ queries, scope, identity })),
            Effect.onError(() => Scope.close(scope, Exit.void))
          )
        }).pipe(Effect.tap(() => Effect.logInfo("The database is open.")))

        const put = (opened: Opened | null, error: DatabaseError | null) =>
          Effect.flatMap(Clock.currentTimeMillis, (checkedAt) => Ref.set(state, { opened, error, checkedAt }))

        const told = (error: DatabaseError, before: DatabaseError | null) =>
          error.message === before?.message ? Effect.void : Effect.logWarning(error.message)

        /** Whether the open database has this version's schema: a newer version may have migrated it meanwhile. */
        const readable = ({ queries }: Opened) =>
          Migrations.check.pipe(
            Effect.provide(queries),
            Effect.as(true),
            Effect.catchAll((error) =>
              Effect.succeed(error._tag === "SqlError" && passes(fromSqlError(error)))
            ),
            Effect.interruptible,
            Effect.timeoutTo({ duration: lookPatience, onSuccess: (is) => is, onTimeout: () => false })
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

        /** Handles a failed statement: a lost database is opened again. */
        const failed = (from: Opened, error: SqlError.SqlError) =>
          Effect.gen(function* () {
            const known = fromSqlError(error)
            if (known.reason === "other") return yield* unexpected(from, error)
            if (passes(known)) return yield* known
            yield* Effect.logWarning(known.message, error)
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
            const { error: found } = yield* alone(
              Effect.zipRight(
                Effect.flatMap(Ref.get(state), ({ opened }) => (opened === from ? look : Effect.void)),
                Ref.get(state)
              )
            )
            return yield* found === null ? Effect.die(error) : Effect.fail(found)
          })

        return {
          readsAtOnce: Database.readsAtOnce(where),
          read: <A, E>(answer: Effect.Effect<A, E | StoreError, Queries>) =>
            Effect.flatMap(present, (opened) =>
              Effect.catchAll(
                Effect.provide(answer, opened.queries),
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
