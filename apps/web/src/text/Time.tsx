import type { Language } from "../Language.js"

const locales = { en: "en-GB", ko: "ko-KR" } as const

const days = (language: Language) =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: "long", timeZone: "UTC" })
const dayFormats = { en: days("en"), ko: days("ko") }
const ageFormats = {
  en: new Intl.RelativeTimeFormat("en-GB"),
  ko: new Intl.RelativeTimeFormat("ko-KR")
}

/** The day of an instant in UTC, as people write it. */
export const dayOf = (language: Language, instant: string): string =>
  dayFormats[language].format(new Date(instant))

/** An instant as people write it, with its zone. */
export const instantText = (language: Language, instant: string): string =>
  `${dayOf(language, instant)}${language === "en" ? "," : ""} ${new Date(instant).toISOString().slice(11, 16)} UTC`

/** An instant, to the minute. */
export const Time = ({ instant, language }: { readonly instant: string; readonly language: Language }) => (
  <time datetime={instant}>{instantText(language, instant)}</time>
)

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** An age in words, and the instant from which it is another one. */
export interface Age {
  readonly text: string
  readonly until: number
}

/** How long ago an instant was: in minutes up to an hour, in hours up to two days, then in days. */
export const ageOf = (language: Language, instant: string, now: number): Age => {
  const then = Date.parse(instant)
  const passed = Math.max(0, now - then)
  const [size, unit] =
    passed < hour
      ? ([minute, "minute"] as const)
      : passed < 2 * day
        ? ([hour, "hour"] as const)
        : ([day, "day"] as const)
  const count = Math.floor(passed / size)
  return { text: ageFormats[language].format(-count, unit), until: now + (count + 1) * size - passed }
}

/** The first instant of the day in UTC that is some days from that of an instant. */
export const startOfDay = (now: number, daysOn = 0): number => (Math.floor(now / day) + daysOn) * day
