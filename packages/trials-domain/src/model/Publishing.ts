/**
 * On which days a registry publishes, and how much of an age counts towards a limit: where nothing is published at the
 * weekend, data of Friday are not two days older on Monday.
 *
 * @module
 */
import { Schema } from "effect"

/** On which days a registry publishes what has changed. */
export const Publishing = Schema.Literal("daily", "business-days").annotations({
  identifier: "Publishing",
  description:
    "On which days the registry publishes: any, or Monday to Friday (UTC). Where it is `business-days`, Saturdays and " +
    "Sundays do not count towards the age at which data are stale."
})
export type Publishing = typeof Publishing.Type

const day = 86_400_000
// A Monday, 00:00 UTC.
const monday = Date.UTC(1970, 0, 5)

/** The milliseconds of business days from `monday` to an instant. */
const businessMillis = (millis: number): number => {
  const weeks = Math.floor((millis - monday) / (7 * day))
  return weeks * 5 * day + Math.min(millis - monday - weeks * 7 * day, 5 * day)
}

/** How much of the time between two instants (milliseconds since 1970) counts towards an age. */
export const countedMillis = (publishes: Publishing, from: number, to: number): number =>
  publishes === "daily" ? to - from : businessMillis(to) - businessMillis(from)
