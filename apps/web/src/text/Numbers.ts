import type { Language } from "../Language.js"

const formats = { en: new Intl.NumberFormat("en-GB"), ko: new Intl.NumberFormat("ko-KR") }

/** A whole number as people read it. */
export const whole = (language: Language, value: number): string => formats[language].format(value)

/** A whole number with the English noun that goes with it: `1 trial`, `2 trials`. */
export const many = (value: number, one: string, more = `${one}s`): string =>
  `${whole("en", value)} ${value === 1 ? one : more}`

/** A whole number with its sign. */
export const signed = (language: Language, value: number): string =>
  value < 0 ? `−${whole(language, -value)}` : `${value > 0 ? "+" : "±"}${whole(language, value)}`
