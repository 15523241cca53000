import { Cause, Config, ConfigError, type Duration, Effect, Either, type Option, Redacted } from "effect"
import { existsSync } from "node:fs"
import { parsed, staleAfter } from "trials-domain/Environment"

/** Where the trials are. The URL may hold a password. */
export const database: Config.Config<Redacted.Redacted<string>> = Config.redacted("TRIALS_DATABASE_URL").pipe(
  Config.withDefault(Redacted.make("sqlite:./data/trials.db"))
)

/**
 * Where the API listens (port 0 is any that is free), and the age of the last proven run at which data are stale
 * (none: never).
 */
export const server: Config.Config<{
  readonly host: string
  readonly port: number
  readonly staleAfter: Option.Option<Duration.Duration>
}> = Config.all({
  host: Config.string("TRIALS_API_HOST").pipe(Config.withDefault("127.0.0.1")),
  port: parsed("TRIALS_API_PORT", (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535
      ? Either.right(Number(text))
      : Either.left("must be a port from 0 to 65535")
  ).pipe(Config.withDefault(3000)),
  staleAfter
})

/** The settings of a `.env` file in the working folder, where there is one; what is set already stays. */
export const loadDotEnv: Effect.Effect<void, ConfigError.ConfigError> = Effect.suspend(() =>
  existsSync(".env")
    ? Effect.try({
        try: () => process.loadEnvFile(),
        catch: () =>
          ConfigError.SourceUnavailable([".env"], "it is no file that this user can read", Cause.empty)
      })
    : Effect.void
)
