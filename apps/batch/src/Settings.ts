import { existsSync } from "node:fs"
import {
  Cause,
  Config,
  ConfigError,
  ConfigProvider,
  Duration,
  Effect,
  Either,
  LogLevel,
  Option,
  Redacted
} from "effect"
import * as Age from "./Age.js"

/** The settings are the environment; one that is set to nothing is not set. */
export const provider = (environment: NodeJS.ProcessEnv): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromMap(
    new Map(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value] as const] : [])))
  )

const parsed = <A>(name: string, parse: (text: string) => Either.Either<A, string>): Config.Config<A> =>
  Config.string(name).pipe(
    Config.mapOrFail((text) => Either.mapLeft(parse(text), (wrong) => ConfigError.InvalidData([], wrong)))
  )

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

/** The age of the last proven run at which data are stale; none: never. */
export const staleAfter: Config.Config<Option.Option<Duration.Duration>> = Config.option(
  parsed("TRIALS_STALE_AFTER", Age.parse)
)

const levels: Record<string, LogLevel.LogLevel> = {
  debug: LogLevel.Debug,
  info: LogLevel.Info,
  warn: LogLevel.Warning,
  warning: LogLevel.Warning,
  error: LogLevel.Error,
  none: LogLevel.None
}

export const logLevel: Config.Config<LogLevel.LogLevel> = parsed("TRIALS_LOG_LEVEL", (text) =>
  Either.fromNullable(levels[text.toLowerCase()], () => "must be debug, info, warn, error or none")
).pipe(Config.withDefault(LogLevel.Info))

/** What is wrong with which setting, in one line for a person. */
export const explain = (error: ConfigError.ConfigError): string =>
  ConfigError.reduceWithContext(error, undefined, {
    andCase: (_, left, right) => `${left} ${right}`,
    orCase: (_, left) => left,
    invalidDataCase: (_, path, message) =>
      `${path.join("_") || "A setting"}${message.startsWith("must ") ? "" : ":"} ${message}.`,
    missingDataCase: (_, path) => `${path.join("_")} is not set.`,
    sourceUnavailableCase: (_, path, message) => `${path.join("_")} cannot be read: ${message}.`,
    unsupportedCase: (_, path, message) => `${path.join("_")} cannot be read: ${message}.`
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
