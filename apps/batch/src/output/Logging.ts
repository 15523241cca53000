import { Cause, DateTime, HashMap, Layer, Logger, LogLevel } from "effect"
import type { Output } from "./Output.js"
import { clean } from "./Output.js"

const word = (text: unknown): string => (typeof text === "string" ? text : JSON.stringify(text))

/** Logs one line per event on stderr: instant, level, message, annotations. Causes show only at debug level. */
export const layer = (output: Output["Type"], level: LogLevel.LogLevel): Layer.Layer<never> => {
  const detailed = LogLevel.lessThanEqual(level, LogLevel.Debug)
  const logger = Logger.make<unknown, void>(({ annotations, cause, date, logLevel, message }) => {
    if (output.quiet && LogLevel.lessThan(logLevel, LogLevel.Error)) return
    const messages = (Array.isArray(message) ? message : [message]).map(word)
    const notes = [...HashMap.entries(annotations)].map(([name, value]) => `${name}=${word(value)}`)
    const why = detailed && !Cause.isEmpty(cause) ? [Cause.pretty(cause)] : []
    const instant = DateTime.formatIso(DateTime.unsafeFromDate(date))
    output.note(
      clean([instant, logLevel.label.toLowerCase().padEnd(5), ...messages, ...notes, ...why].join(" "))
    )
  })
  return Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(level))
}
