import { dayEnd, dayStart, givenInstant } from "../values/GivenInstant.js"

const day = 86_400_000

/** The days that each period has, with today. */
const lengths = { today: 1, week: 7, month: 30 } as const

/** The name of a period that ends today. */
type PeriodName = keyof typeof lengths

/** The names of the periods, the shortest first. */
export const periodNames: ReadonlyArray<PeriodName> = ["today", "week", "month"]

const isName = (name: string): name is PeriodName => Object.hasOwn(lengths, name)

/** Of when the changes are. */
export interface Period {
  /** Null where it is from a date that was given. */
  readonly name: PeriodName | null
  readonly since: string
  /** Undefined: until now. */
  readonly until: string | undefined
  /** The parameters that were wrong, and so are left out. */
  readonly wrong: ReadonlyArray<"period" | "since" | "until">
}

/** The first instant of the day of an instant, or of one that is some days on, in UTC. */
export const startOfDay = (millis: number, daysOn = 0): number => (Math.floor(millis / day) + daysOn) * day

/** Reads of when changes are wanted: by default the last seven days. A date goes before the name of a period. */
export const periodOf = (query: Readonly<Record<string, string>>, now: number): Period => {
  const { period = "week", since, until } = query
  const from = since === undefined ? undefined : givenInstant(since, dayStart)
  const to = until === undefined ? undefined : givenInstant(until, dayEnd)
  const wrong = [
    ...(isName(period) ? [] : (["period"] as const)),
    ...(since !== undefined && from === undefined ? (["since"] as const) : []),
    ...(until !== undefined && to === undefined ? (["until"] as const) : [])
  ]
  if (from !== undefined) return { name: null, since: from, until: to, wrong }
  const name = isName(period) ? period : "week"
  // A period that ends at a day has its length before that day.
  const end = to === undefined ? now : Date.parse(to)
  const start = new Date(startOfDay(end, 1 - lengths[name])).toISOString()
  return { name: to === undefined ? name : null, since: start, until: to, wrong }
}

/** How many days (UTC) lie between two instants, with those of both. */
export const countDays = (since: number, until: number): number =>
  Math.max(1, Math.floor((until - startOfDay(since)) / day) + 1)

/** The days (UTC) from one instant to another, the first one first. */
export const daysOf = (since: number, until: number): ReadonlyArray<string> => {
  const first = startOfDay(since)
  const count = countDays(since, until)
  return Array.from({ length: count }, (_, index) => new Date(first + index * day).toISOString().slice(0, 10))
}
