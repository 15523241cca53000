import type { InEach, Language } from "../Language.js"

const form = (language: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options })

const day = { year: "numeric", month: "long", day: "numeric" } as const
const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const

const forms = (language: string) => ({
  10: form(language, day),
  7: form(language, { year: "numeric", month: "long" }),
  4: form(language, { year: "numeric" }),
  instant: form(language, { ...day, ...time })
})

const byLanguage: InEach<ReturnType<typeof forms>> = { en: forms("en-GB"), ko: forms("ko") }

const partial = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/

/** Whether a text is a date: a day, a month or a year. */
export const isDate = (text: string): boolean => partial.test(text) && !Number.isNaN(Date.parse(text))

/** A date in words, as precise as it is given; a text that is no date stays as it is. */
export const dateText = (language: Language, date: string): string => {
  if (!isDate(date)) return date
  const { 10: whole, 4: year, 7: month } = byLanguage[language]
  return (date.length === 4 ? year : date.length === 7 ? month : whole).format(Date.parse(date))
}

/** An instant in words, to the minute and in UTC; a text that is no instant stays as it is. */
export const instantText = (language: Language, instant: string): string => {
  const millis = Date.parse(instant)
  return Number.isNaN(millis) ? instant : `${byLanguage[language].instant.format(millis)} UTC`
}

/** A date, as precise as its registry gives it; a text that is no date stays as it is. */
export const DateOf = ({ date, language }: { readonly date: string; readonly language: Language }) =>
  isDate(date) ? <time datetime={date}>{dateText(language, date)}</time> : <bdi>{date.slice(0, 100)}</bdi>

/** An instant. */
export const InstantOf = ({
  instant,
  language
}: {
  readonly instant: string
  readonly language: Language
}) => <time datetime={instant}>{instantText(language, instant)}</time>
