// A link may give an instant, a form gives a day.
const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/

/** The first and the last time of a day in UTC. */
export const dayStart = "00:00:00.000Z"
export const dayEnd = "23:59:59.999Z"

/** The instant that a text is, or that its day begins or ends with; undefined where it is neither a day nor an instant. */
export const givenInstant = (text: string, time: typeof dayStart | typeof dayEnd): string | undefined => {
  const isDay = text.length === 10
  const millis = form.test(text) ? Date.parse(isDay ? `${text}T${time}` : text) : Number.NaN
  if (Number.isNaN(millis)) return undefined
  const instant = new Date(millis).toISOString()
  // `Date` reads 02-30 as the second of March.
  return isDay && !instant.startsWith(text) ? undefined : instant
}
