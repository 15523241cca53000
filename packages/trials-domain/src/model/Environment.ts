/**
 * Reads a program's settings by name, checks each one, and explains a wrong one in one line. A check must come before
 * the default: after the default, the message would not name the setting.
 *
 * @module
 */
import { Config, ConfigError, ConfigProvider, type Duration, Either, LogLevel, type Option } from "effect"
import * as Age from "./Age.js"

/** The settings of an environment, trimmed. An empty setting counts as not set. */
export const settings = (
  environment: Readonly<Record<string, string | undefined>>
): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(environment).flatMap(([name, value]) => {
      const text = value?.trim()
      return text ? [[name, text] as const] : []
    })
  )

/** Reads the settings of an environment. */
export const provider = (
  environment: Readonly<Record<string, string | undefined>>
): ConfigProvider.ConfigProvider => ConfigProvider.fromMap(new Map(settings(environment)))

/** A setting parsed from its text; Left says what it must be. */
export const parsed = <A>(
  name: string,
  parse: (text: string) => Either.Either<A, string>
): Config.Config<A> =>
  Config.string(name).pipe(
    Config.mapOrFail((text) => Either.mapLeft(parse(text), (wrong) => ConfigError.InvalidData([], wrong)))
  )

/** The age of the last proven run beyond which data are stale; none means never. */
export const staleAfter: Config.Config<Option.Option<Duration.Duration>> = Config.option(
  parsed("TRIALS_STALE_AFTER", Age.parse)
)

const levels: Readonly<Record<string, LogLevel.LogLevel>> = {
  debug: LogLevel.Debug,
  info: LogLevel.Info,
  warn: LogLevel.Warning,
  warning: LogLevel.Warning,
  error: LogLevel.Error,
  none: LogLevel.None
}

/** The log level. */
export const logLevel: Config.Config<LogLevel.LogLevel> = parsed("TRIALS_LOG_LEVEL", (text) =>
  Either.fromNullable(levels[text.toLowerCase()], () => "must be debug, info, warn, error or none")
).pipe(Config.withDefault(LogLevel.Info))

/** Explains in one line which setting is wrong, and why. */
export const explain = (error: ConfigError.ConfigError): string =>
  ConfigError.reduceWithContext(error, undefined, {
    andCase: (_, left, right) => `${left} ${right}`,
    orCase: (_, left) => left,
    invalidDataCase: (_, path, message) =>
      `${path.join("_")}${message.startsWith("must ") ? "" : ":"} ${message}.`,
    missingDataCase: (_, path) => `${path.join("_")} is not set.`,
    sourceUnavailableCase: (_, path, message) => `${path.join("_")} cannot be read: ${message}.`,
    unsupportedCase: (_, path, message) => `${path.join("_")} cannot be read: ${message}.`
  })
