import { Clock, DateTime, Effect, Option, Schema } from "effect"

/** An instant in UTC, as stored and as sent: ISO 8601 with milliseconds and `Z`, so text order is time order. */
export const Instant = Schema.String.pipe(
  Schema.pattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
  Schema.filter((text) => !Number.isNaN(Date.parse(text)), { message: () => "not an instant" }),
  Schema.brand("Instant")
).annotations({
  identifier: "Instant",
  message: () => ({
    message: "must be an instant in UTC, as in 2026-11-23T09:00:00.000Z: Instant.parse makes one",
    override: true
  }),
  description: "An instant in UTC, ISO 8601 with milliseconds.",
  jsonSchema: { type: "string", format: "date-time", examples: ["2026-11-23T09:00:00.000Z"] },
  arbitrary: () => (fc) =>
    fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }).map((millis) => fromMillis(millis))
})
export type Instant = typeof Instant.Type

const textOf = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis))

/** Converts milliseconds since 1970-01-01T00:00Z to an instant. */
export const fromMillis = (millis: number): Instant => Instant.make(textOf(millis))

/** The current instant, from Effect's Clock. */
export const now: Effect.Effect<Instant> = Effect.map(Clock.currentTimeMillis, fromMillis)

/** The current instant, or `earliest` if the clock is behind it: instants written in order must not go backwards. */
export const notBefore = (earliest: Instant | null): Effect.Effect<Instant> =>
  Effect.map(now, (present) => (earliest !== null && earliest > present ? earliest : present))

const written = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/**
 * Reads an RFC 3339 instant in any zone. With `day`, it also accepts a time without seconds, and a date without a time,
 * which means the `start` or the `end` of that day in UTC. Returns none for any other text, and for a day that its
 * month does not have.
 */
export const parse = (text: string, day?: "start" | "end"): Option.Option<Instant> => {
  const [, date, time, seconds] = written.exec(text) ?? []
  if (date === undefined || (day === undefined && seconds === undefined)) return Option.none()
  const millis = Date.parse(`${date}${time ?? (day === "end" ? "T23:59:59.999Z" : "T00:00:00.000Z")}`)
  // Date.parse reads 02-30 as the second of March.
  const real = !Number.isNaN(millis) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
  return real ? Schema.decodeOption(Instant)(textOf(millis)) : Option.none()
}
