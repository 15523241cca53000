import type { Language } from "../Language.js"

const formats = {
  en: new Intl.RelativeTimeFormat("en-GB"),
  ko: new Intl.RelativeTimeFormat("ko-KR")
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** An age in words, and the instant, in milliseconds, from which it is another one. */
export interface Age {
  readonly text: string
  readonly until: number
}

/** In what an age is counted: minutes up to an hour, hours up to two days, then days. */
const unitOf = (passed: number) => {
  if (passed < hour) return { size: minute, unit: "minute" } as const
  return passed < 2 * day ? ({ size: hour, unit: "hour" } as const) : ({ size: day, unit: "day" } as const)
}

/** How long ago an instant was. One that is yet to come, because a clock is wrong, is as one that is now. */
export const ageOf = (language: Language, instant: string, now: number): Age => {
  const passed = Math.max(0, now - Date.parse(instant))
  const { size, unit } = unitOf(passed)
  const count = Math.floor(passed / size)
  return { text: formats[language].format(-count, unit), until: now + (count + 1) * size - passed }
}
