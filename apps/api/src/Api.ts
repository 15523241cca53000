import { Duration, Effect, Either, Layer, LogLevel, Option, Redacted } from "effect"
import type { DatabaseError } from "trials-database/DatabaseError"
import { type Names, optionNames } from "trials-database/Names"
import { make as makeRegistries } from "trials-domain/registries"
import type { RegistrySource } from "trials-domain/RegistrySource"
import * as TrustProxy from "./admission/TrustProxy.js"
import { ApiServer, type CannotListen } from "./ApiServer.js"
import { LazyDatabase } from "./LazyDatabase.js"
import type { Limits } from "./Limits.js"
import * as McpHosts from "./McpHosts.js"
import * as PublicUrl from "./PublicUrl.js"
import { Log } from "./telemetry/Log.js"

/** What messages call the options of the API, and of its database. */
export interface ApiNames extends Names {
  /** What says on which address it listens. */
  readonly host: string
  /** What says on which port it listens. */
  readonly port: string
}

/** What the API is made of. */
export interface ApiOptions {
  /**
   * The registries that it knows, in the order in which it lists them: `[...builtin, acme]`. It serves every registry
   * that the database holds; of one that it knows it has the newest words, before its first run too.
   */
  readonly registries: Iterable<Pick<RegistrySource, "registry">>
  /** `sqlite:` and a path, or `postgres://…`. It is opened when it is there, and again after it was lost or replaced. */
  readonly database: string | Redacted.Redacted<string>
  /** How many connections are opened at most on PostgreSQL. Default 10. */
  readonly connections?: number
  /** What messages call the options. Default: as they are called here. */
  readonly names?: ApiNames
  /** The address to listen on. Default 127.0.0.1. */
  readonly host?: string
  /** The port to listen on; 0 takes any free one. Default 3000. */
  readonly port?: number
  /** How many requests a client may send in a minute. Default 600; 0 does not limit anybody. */
  readonly rateLimit?: number
  /**
   * The proxies that are believed when they say for whom they ask: how many there are, or their addresses and subnets,
   * separated by commas, as Express' `trust proxy` takes them. Default: none. Throws where it is neither.
   */
  readonly trustProxy?: number | string | undefined
  /**
   * The address that people use, as in `https://example.org/trials`, with the prefix that a proxy takes away: the types of
   * problems and the `Link` headers begin with it. Default: none, they are relative. Throws where it is no such address.
   */
  readonly publicUrl?: string | undefined
  /**
   * The names of further hosts that `/mcp` answers to, without a port: `["trials.example.org"]`. It answers to the host of
   * `publicUrl`, and to `localhost` where the API listens to this machine alone. Default: none. Throws where one is no such name.
   */
  readonly mcpHosts?: ReadonlyArray<string> | undefined
  /** How many bytes of answers are kept at most. Default 64 MiB; 0 keeps none. */
  readonly cacheBytes?: number
  /** How long a connection waits for its next request. Default 65 seconds, more than a balancer's 60. */
  readonly keepAlive?: Duration.DurationInput
  /** The age of the last proven run beyond which `/readyz` answers 503. Default: never. */
  readonly staleAfter?: Duration.DurationInput | undefined
  /** How long it waits for clients and answers, where that differs from the defaults. */
  readonly limits?: Partial<Limits>
  /** From which level on it logs, on stderr. Default `info`. */
  readonly logLevel?: LogLevel.LogLevel
}

// The log says why a database cannot be opened, as early as it can. The API opens it as soon as there is one.
const looked = Layer.effectDiscard(
  Effect.flatMap(LazyDatabase, ({ read }) => Effect.ignore(read(Effect.void)))
)

/** What an option means; throws where it is wrong. */
const meant = <A>(name: string, parsed: Either.Either<A, string>): A =>
  Either.getOrThrowWith(parsed, (wrong) => new Error(`\`${name}\` ${wrong}.`))

/**
 * The API over a database, listening as long as the layer is built. `ApiServer` says where. Fails with `CannotListen`, or
 * with `DatabaseError` if the URL is none.
 */
export const makeApi = ({
  cacheBytes,
  connections,
  database,
  host = "127.0.0.1",
  keepAlive,
  limits,
  logLevel = LogLevel.Info,
  mcpHosts,
  names = { ...optionNames, url: "`database`", host: "`host`", port: "`port`" },
  port = 3000,
  publicUrl,
  rateLimit,
  registries,
  staleAfter,
  trustProxy
}: ApiOptions): Layer.Layer<ApiServer, CannotListen | DatabaseError> =>
  Layer.merge(
    ApiServer.layer({
      host,
      port,
      names,
      staleAfter: Option.map(Option.fromNullable(staleAfter), Duration.decode),
      cacheBytes,
      rateLimit,
      trustProxy:
        trustProxy === undefined ? undefined : meant("trustProxy", TrustProxy.parse(String(trustProxy))),
      publicUrl: publicUrl === undefined ? undefined : meant("publicUrl", PublicUrl.parse(publicUrl)),
      mcpHosts: mcpHosts === undefined ? undefined : meant("mcpHosts", McpHosts.parse(mcpHosts.join(","))),
      limits: { ...(keepAlive === undefined ? {} : { keepAlive: Duration.toMillis(keepAlive) }), ...limits }
    }),
    looked
  ).pipe(
    Layer.provide(
      LazyDatabase.layer({
        url: Redacted.isRedacted(database) ? database : Redacted.make(database),
        names,
        registries: makeRegistries(registries).map(({ registry }) => registry),
        ...(connections === undefined ? {} : { connections })
      })
    ),
    Layer.provide(Log.layer(logLevel))
  )
