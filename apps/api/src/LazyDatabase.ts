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
  /** Which file it is; a file put in its place is another. */
  readonly identity: string
}

interface State {
  readonly opened: Opened | null
  readonly error: DatabaseError | null
  readonly checkedAt: number
}

const recheckMillis = 1000

// Every request waits for a look; a server that is gone without a word must not keep them all.
const lookPatience = "2 seconds"

// Longer than any request: who still reads from a database that was left may end in peace.
const grace = "15 seconds"

/** Whether it ends by itself, in the database that is open. */
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
 * The database, opened when it is first asked for and again after it was lost, replaced or brought back: it looks at
 * most once a second. Until then every answer is a `DatabaseError`.
 */
export class LazyDatabase extends Context.Tag("trials-api/LazyDatabase")<
  LazyDatabase,
  {
    readonly read: <A, E>(
      answer: Effect.Effect<A, E | StoreError, Queries>
    ) => Effect.Effect<A, E | DatabaseError>
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
        /** One look at a time. It ends even where the request that began it does not wait. */
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
            // Whoever leaves may not be interrupted; this wait must be, or a shutdown would sit it out.
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

        /** Whether what is open has this version's schema: a newer version may have migrated it meanwhile. */
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

        /** Opens, or looks whether what is open is still what is there, and can be read. */
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
            // A request that comes second finds it done.
            yield* alone(Effect.flatMap(recent, (found) => (found === null ? look : Effect.void)))
          }
          const { error, opened } = yield* Ref.get(state)
          if (opened !== null) return opened
          return yield* error === null ? Effect.dieMessage("neither open nor refused") : Effect.fail(error)
        })

        /** What failed in a statement: a database that is lost is opened anew. */
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

        /** What no database of this version's schema makes: it was migrated meanwhile, or it is a defect of ours. */
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
          read: <A, E>(answer: Effect.Effect<A, E | StoreError, Queries>) =>
            Effect.flatMap(present, (opened) =>
              Effect.catchAll(
                Effect.provide(answer, opened.queries),
                (error): Effect.Effect<never, E | DatabaseError> => {
                  if (error instanceof SqlError.SqlError) return failed(opened, error)
                  // A row that is not what we wrote.
                  return ParseResult.isParseError(error) ? unexpected(opened, error) : Effect.fail(error)
                }
              )
            )
        }
      })
    )
}
