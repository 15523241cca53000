import { Cause, Context, Effect, HashMap, Layer, Logger, LogLevel } from "effect"
import { type Level, type Logger as Pino, pino, stdTimeFunctions } from "pino"
import * as LogLines from "./LogLines.js"

const levelOf = (level: LogLevel.LogLevel): Level => {
  if (LogLevel.greaterThanEqual(level, LogLevel.Error)) return "error"
  if (LogLevel.greaterThanEqual(level, LogLevel.Warning)) return "warn"
  return LogLevel.greaterThanEqual(level, LogLevel.Info) ? "info" : "debug"
}

const word = (text: unknown): string => (typeof text === "string" ? text : JSON.stringify(text))

/** Effect's logger, which writes to this log. */
const bridgeTo = (log: Pino) =>
  Logger.make<unknown, void>(({ annotations, cause, logLevel, message }) => {
    const why = Cause.isEmpty(cause) ? {} : { cause: Cause.pretty(cause) }
    const messages = (Array.isArray(message) ? message : [message]).map(word)
    log[levelOf(logLevel)](
      { ...Object.fromEntries(HashMap.entries(annotations)), ...why },
      messages.join(" ")
    )
  })

/** The log of requests and of everything else: one line of JSON per event, on stderr. */
export class Log extends Context.Tag("trials-api/Log")<Log, Pino>() {
  /** Replaces Effect's own logger with this one. */
  static readonly layer = (level: LogLevel.LogLevel, put: LogLines.Put = LogLines.standardError()) =>
    Layer.unwrapScoped(
      Effect.gen(function* () {
        const lines = LogLines.make(put, (dropped, why) =>
          log.error(
            { dropped },
            `${dropped} lines of this log were dropped: it could not be written (${why}).`
          )
        )
        yield* Effect.addFinalizer(() => lines.flush)
        const log = pino(
          {
            level: level === LogLevel.None ? "silent" : levelOf(level),
            base: null,
            timestamp: stdTimeFunctions.isoTime
          },
          lines
        )
        return Layer.mergeAll(
          Layer.succeed(Log, log),
          Logger.replace(Logger.defaultLogger, bridgeTo(log)),
          Logger.minimumLogLevel(level)
        )
      })
    )
}
