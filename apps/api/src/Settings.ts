import { Config, Duration, Either, Option } from "effect"
import { databaseSetting } from "trials-database/DatabaseUrl"
import { logLevel, parsed, staleAfter } from "trials-domain/Environment"
import * as TrustProxy from "./admission/TrustProxy.js"
import type { ApiOptions } from "./Api.js"
import * as McpHosts from "./McpHosts.js"
import * as PublicUrl from "./PublicUrl.js"

/** A whole number. */
const whole = (name: string, from: number, to: number, normal: number) =>
  parsed(name, (text) =>
    /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to
      ? Either.right(Number(text))
      : Either.left(`must be a whole number from ${from} to ${to}`)
  ).pipe(Config.withDefault(normal))

/** What the settings say of the API: TRIALS_DATABASE_URL, TRIALS_API_HOST, TRIALS_API_PORT and the others. */
export const settings: Config.Config<Omit<ApiOptions, "registries" | "limits">> = Config.all({
  of: databaseSetting,

  host: Config.string("TRIALS_API_HOST").pipe(Config.withDefault("127.0.0.1")),
  port: parsed("TRIALS_API_PORT", (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535
      ? Either.right(Number(text))
      : Either.left("must be a port from 0 to 65535")
  ).pipe(Config.withDefault(3000)),
  rateLimit: whole("TRIALS_API_RATE_LIMIT", 0, 1_000_000, 600),
  trustProxy: Config.option(
    parsed("TRIALS_API_TRUST_PROXY", (text) => Either.map(TrustProxy.parse(text), () => text))
  ),
  publicUrl: Config.option(parsed("TRIALS_PUBLIC_URL", PublicUrl.parse)),
  mcpHosts: Config.option(parsed("TRIALS_MCP_HOSTS", McpHosts.parse)),
  keepAlive: whole("TRIALS_API_KEEP_ALIVE", 1, 3600, 65),
  cache: whole("TRIALS_API_CACHE", 0, 65_536, 64),
  staleAfter,
  logLevel
}).pipe(
  Config.map(
    ({
      cache,
      keepAlive,
      mcpHosts,
      of: { connections, names, url },
      publicUrl,
      staleAfter,
      trustProxy,
      ...rest
    }) => ({
      ...rest,
      database: url,
      connections,
      names: { ...names, host: "TRIALS_API_HOST", port: "TRIALS_API_PORT" },
      trustProxy: Option.getOrUndefined(trustProxy),
      publicUrl: Option.getOrUndefined(publicUrl),
      mcpHosts: Option.getOrUndefined(mcpHosts),
      keepAlive: Duration.seconds(keepAlive),
      cacheBytes: cache * 1024 * 1024,
      staleAfter: Option.getOrUndefined(staleAfter)
    })
  )
)
