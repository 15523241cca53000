import { existsSync } from "node:fs"
import { Cause, Config, ConfigError, Effect, Either, Option, Redacted } from "effect"
import { parsed } from "trials-domain/Environment"

const share = (name: string, normal: number) =>
  parsed(name, (text) => {
    const value = Number(text)
    return value >= 0 && value <= 1
      ? Either.right(value)
      : Either.left(`must be a share from 0 to 1, as in ${normal}`)
  }).pipe(Config.withDefault(normal))

/** Which database: the default one is made by the first run, one that was named must be there. */
export const database: Config.Config<{ readonly url: Redacted.Redacted<string>; readonly named: boolean }> =
  Config.option(Config.redacted("TRIALS_DATABASE_URL")).pipe(
    Config.map(
      Option.match({
        onNone: () => ({ url: Redacted.make("sqlite:./data/trials.db"), named: false }),
        onSome: (url) => ({ url, named: true })
      })
    )
  )

/** How far a run may differ from the last proven one. */
export const limits: Config.Config<{ readonly shrink: number; readonly reject: number }> = Config.all({
  shrink: share("TRIALS_SHRINK_LIMIT", 0.9),
  reject: share("TRIALS_REJECT_LIMIT", 0.005)
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
