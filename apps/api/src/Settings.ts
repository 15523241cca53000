import {
  Cause,
  Config,
  ConfigError,
  ConfigProvider,
  Duration,
  Effect,
  Either,
  LogLevel,
  type Option,
  Redacted
} from "effect"
import { existsSync } from "node:fs"

/** The settings are the environment; one that is set to nothing is not set. */
export const provider = (environment: NodeJS.ProcessEnv): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromMap(
    new Map(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value] as const] : [])))
  )

const parsed = <A>(name: string, parse: (text: string) => Either.Either<A, string>): Config.Config<A> =>
  Config.string(name).pipe(
    Config.mapOrFail((text) => Either.mapLeft(parse(text), (wrong) => ConfigError.InvalidData([], wrong)))
  )

/** Where the trials are. The URL may hold a password. */
export const database: Config.Config<Redacted.Redacted<string>> = Config.redacted("TRIALS_DATABASE_URL").pipe(
  Config.withDefault(Redacted.make("sqlite:./data/trials.db"))
)

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

const age = (text: string): Either.Either<Duration.Duration, string> => {
  const [, digits, letter = ""] =
    /^\s*(\d+(?:\.\d+)?)\s*([smhdw])(?:ec|econd|in|inute|our|r|ay|eek)?s?\s*$/i.exec(text) ?? []
  const found = Number(digits) * (seconds[letter.toLowerCase()] ?? Number.NaN)
  return found > 0 && Number.isFinite(found)
    ? Either.right(Duration.seconds(found))
    : Either.left("must be an age greater than zero, as in 90m, 36h or 2d")
}

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
  staleAfter: Config.option(parsed("TRIALS_STALE_AFTER", age))
})

const levels: Readonly<Record<string, LogLevel.LogLevel>> = {
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
    invalidDataCase: (_, path, message) => `${path.join("_")} ${message}.`,
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
