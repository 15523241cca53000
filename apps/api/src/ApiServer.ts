import { Context, Data, type Duration, Effect, Layer, type Option } from "effect"
import { createServer, type Server } from "node:http"
import { Admission } from "./admission/Admission.js"
import { Rate } from "./admission/Rate.js"
import * as TrustProxy from "./admission/TrustProxy.js"
import { AnswerCache } from "./answers/AnswerCache.js"
import { makeApp } from "./App.js"
import { serve } from "./connections/Connections.js"
import { rawRefusals } from "./connections/RawRefusal.js"
import { Rounds } from "./connections/Rounds.js"
import { front } from "./Front.js"
import { LazyDatabase } from "./LazyDatabase.js"
import * as McpHosts from "./McpHosts.js"
import * as Limits from "./Limits.js"
import { Log } from "./telemetry/Log.js"
import { Metrics } from "./telemetry/Metrics.js"

/** Where the API listens, and how long it waits. */
export interface ApiServerOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** What messages call the two. Default: as they are called here. */
  readonly names?: { readonly host: string; readonly port: string }
  readonly staleAfter: Option.Option<Duration.Duration>
  /** How many requests a client may send in a minute. Default 600; 0 does not limit anybody. */
  readonly rateLimit?: number | undefined
  /** Which proxies are believed when they say for whom they ask. Default: none. */
  readonly trustProxy?: TrustProxy.TrustProxy | undefined
  /** What addresses that the API tells begin with (`PublicUrl.parse`). Default: they are relative. */
  readonly publicUrl?: string | undefined
  /** The names of further hosts that `/mcp` answers to (`McpHosts.parse`). Default: none. */
  readonly mcpHosts?: ReadonlyArray<string> | undefined
  /** How many bytes of answers are kept at most. Default 64 MiB; 0 keeps none. */
  readonly cacheBytes?: number | undefined
  /** Those that differ from `Limits.defaults`. */
  readonly limits?: Partial<Limits.Limits>
}

/** The API cannot listen on its address. */
export class CannotListen extends Data.TaggedError("CannotListen")<{ readonly message: string }> {}

/** How many connections wait to be accepted. A client beyond them tries again after a whole second. */
const backlog = 4096

const defaultRateLimit = 600

const defaultCacheBytes = 64 * 1024 * 1024

// A whole shutdown may take five seconds.
const shutdownMillis = 3000

const optionNames = { host: "`host`", port: "`port`" }

const why = (code: string | undefined, { host, names = optionNames, port }: ApiServerOptions): string => {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} of ${host} is in use. End what listens there, or set ${names.port} to another.`
    case "EACCES":
      return `Port ${port} of ${host} may not be opened by this user. Set ${names.port} to one above 1023.`
    case "ERR_SOCKET_BAD_PORT":
      return `${names.port} must be a port from 0 to 65535.`
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${names.host} must be an address of this machine, as in 127.0.0.1; ${JSON.stringify(host)} is not.`
    default:
      return `Cannot listen on port ${port} of ${host} (${code ?? "unknown"}).`
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined

const listen = (server: Server, options: ApiServerOptions): Effect.Effect<Server, CannotListen> =>
  Effect.async((resume) => {
    const { host, port } = options
    const failed = (error: unknown) => resume(new CannotListen({ message: why(codeOf(error), options) }))
    // Of an empty address Node makes all of them.
    if (host === "") return failed(Object.assign(new Error(), { code: "EADDRNOTAVAIL" }))
    server.once("error", failed)
    try {
      server.listen({ port, host, backlog }, () => resume(Effect.succeed(server)))
    } catch (error) {
      failed(error)
    }
  })

/** Lets running requests end, closes connections as they fall idle, and closes all others after three seconds. */
const close = (server: Server): Effect.Effect<void> =>
  Effect.async((resume) => {
    const idle = setInterval(() => server.closeIdleConnections(), 50)
    const end = setTimeout(() => server.closeAllConnections(), shutdownMillis)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(end)
      resume(Effect.void)
    })
    server.closeIdleConnections()
  })

const urlOf = (server: Server, host: string): string => {
  const address = server.address()
  const port = address !== null && typeof address === "object" ? address.port : 0
  const shown =
    host === "127.0.0.1" || host === "0.0.0.0" || host === "::" || host === "::1" ? "localhost" : host
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`
}

/** The API. It listens as long as its scope lasts. */
export class ApiServer extends Context.Tag("trials-api/ApiServer")<
  ApiServer,
  {
    /** The address at which it listens, as in `http://localhost:3000`. */
    readonly url: string
  }
>() {
  /** @internal For `makeApi` alone, which brings what it needs. */
  static readonly layer = (
    options: ApiServerOptions
  ): Layer.Layer<ApiServer, CannotListen, LazyDatabase | Log> => {
    const limits = Limits.from(options.limits)
    const rounds = new Rounds()
    return Layer.scoped(
      ApiServer,
      Effect.gen(function* () {
        const log = yield* Log
        const runtime = yield* Effect.runtime<LazyDatabase | Admission>()
        const { moment, program } = yield* LazyDatabase
        const clock = yield* Effect.clock
        const { cacheBytes = defaultCacheBytes, publicUrl = "", rateLimit = defaultRateLimit } = options
        const cache =
          cacheBytes === 0 ? null : new AnswerCache(cacheBytes, () => clock.unsafeCurrentTimeMillis())
        const metrics = new Metrics()
        const app = makeApp({
          runtime,
          metrics,
          staleAfter: options.staleAfter,
          publicUrl,
          mcp: {
            hosts: McpHosts.allowed(options.host, publicUrl, options.mcpHosts ?? []),
            address: publicUrl,
            arrival: limits.arrival
          },
          cache,
          moment,
          program: `${program} ${publicUrl}`
        })
        const listener = front({
          app,
          log,
          metrics,
          moment,
          cache,
          rate: rateLimit === 0 ? null : new Rate(rateLimit),
          trustProxy: options.trustProxy ?? TrustProxy.none,
          publicUrl
        })
        const server = createServer({
          requestTimeout: limits.arrival,
          headersTimeout: limits.arrival,
          connectionsCheckingInterval: limits.arrival / 10,
          keepAliveTimeout: limits.keepAlive,
          requireHostHeader: false
        })
        serve(server, listener, rawRefusals({ log, metrics, publicUrl }), rounds, limits)
        yield* Effect.acquireRelease(listen(server, options), close)
        return { url: urlOf(server, options.host) }
      })
    ).pipe(Layer.provide(Admission.layer(limits, rounds)))
  }
}
