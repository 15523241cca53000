import { Clock, DateTime, Effect, Schema } from "effect"

/**
 * An instant in UTC, as stored and as sent: ISO 8601 with milliseconds and `Z`, so that text order is time order.
 */
export const Instant = Schema.String.pipe(
  Schema.pattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
  Schema.filter((text) => !Number.isNaN(Date.parse(text)), { message: () => "not an instant" })
).annotations({
  identifier: "Instant",
  description: "An instant in UTC, ISO 8601 with milliseconds.",
  jsonSchema: { type: "string", format: "date-time", examples: ["2026-11-23T09:00:00.000Z"] },
  arbitrary: () => (fc) =>
    fc
      .integer({ min: 946_684_800_000, max: 4_102_444_800_000 })
      .map((millis) => new Date(millis).toISOString())
})
export type Instant = typeof Instant.Type

/** The instant of so many milliseconds since 1970-01-01T00:00Z. */
export const fromMillis = (millis: number): Instant => DateTime.formatIso(DateTime.unsafeMake(millis))

/** The present instant, from Effect's Clock. */
export const now: Effect.Effect<Instant> = Effect.map(Clock.currentTimeMillis, fromMillis)

/** The present instant, or `earliest` where the clock is behind it: what is written in order must not go backwards. */
export const notBefore = (earliest: Instant | null): Effect.Effect<Instant> =>
  Effect.map(now, (present) => (earliest !== null && earliest > present ? earliest : present))
