import { Config, Either, Option } from "effect"
import { databaseSetting } from "trials-database/DatabaseUrl"
import { logLevel, parsed, staleAfter } from "trials-domain/Environment"
import type { ApiOptions } from "./Api.js"

/** What the settings say of the API: TRIALS_DATABASE_URL, TRIALS_API_HOST, TRIALS_API_PORT and the others. */
export const settings: Config.Config<Omit<ApiOptions, "registries" | "limits">> = Config.all({
  of: databaseSetting,

  host: Config.string("TRIALS_API_HOST").pipe(Config.withDefault("127.0.0.1")),
  port: parsed("TRIALS_API_PORT", (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535
      ? Either.right(Number(text))
      : Either.left("must be a port from 0 to 65535")
  ).pipe(Config.withDefault(3000)),
  staleAfter,
  logLevel
}).pipe(
  Config.map(({ of: { connections, names, url }, staleAfter, ...rest }) => ({
    ...rest,
    database: url,
    connections,
    names: { ...names, host: "TRIALS_API_HOST", port: "TRIALS_API_PORT" },
    staleAfter: Option.getOrUndefined(staleAfter)
  }))
)
