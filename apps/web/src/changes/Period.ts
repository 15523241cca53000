import { dayEnd, dayStart, givenInstant } from "../values/GivenInstant.js"

const day = 86_400_000

/** The days that each period has, with today. */
const lengths = { today: 1, week: 7, month: 30 } as const

/** The name of a period that ends today. */
type PeriodName = keyof typeof lengths

/** The names of the periods, the shortest first. */
export const periodNames: ReadonlyArray<PeriodName> = ["today", "week", "month"]

const isName = (name: string): name is PeriodName => Object.hasOwn(lengths, name)

/** The period that is given by days, as a form names it. */
export const ofDays = "days"

/** Of when the changes are. */
export interface Period {
  /** Null where it is given by days. */
  readonly name: PeriodName | null
  readonly since: string
  /** Undefined: until now. */
  readonly until: string | undefined
  /** The parameters that were wrong, and so are left out. */
  readonly wrong: ReadonlyArray<"period" | "since" | "until">
  /** Why no change can be in it: its end is before its beginning, or it is still to come. */
  readonly flaw: "reversed" | "future" | null
}

type Query = Readonly<Record<string, string>>

/** The name of a period that was chosen: it goes before days. */
const chosen = ({ period }: Query): PeriodName | undefined =>
  period !== undefined && isName(period) ? period : undefined

/** Whether days were given that do not count, because a period has a name. */
export const isOverDays = (query: Query): boolean =>
  chosen(query) !== undefined && (query["since"] ?? query["until"]) !== undefined

/** The parameters as they count, for links: a period that has a name, or else days. */
export const settled = (query: Query): Query => {
  const unused = chosen(query) === undefined ? ["period"] : ["since", "until"]
  return Object.fromEntries(Object.entries(query).filter(([name]) => !unused.includes(name)))
}

/** The first instant of the day of an instant, or of one that is some days on, in UTC. */
export const startOfDay = (millis: number, daysOn = 0): number => (Math.floor(millis / day) + daysOn) * day

/** The first instant of a period that ends at another one. */
const startOf = (name: PeriodName, end: number): string =>
  new Date(startOfDay(end, 1 - lengths[name])).toISOString()

/** Reads of when changes are wanted: by default the last seven days. */
export const periodOf = (query: Query, now: number): Period => {
  const name = chosen(query)
  if (name !== undefined) return { name, since: startOf(name, now), until: undefined, wrong: [], flaw: null }
  const { period = ofDays, since, until } = query
  const from = since === undefined ? undefined : givenInstant(since, dayStart)
  const to = until === undefined ? undefined : givenInstant(until, dayEnd)
  const wrong = [
    ...(period === ofDays ? [] : (["period"] as const)),
    ...(since !== undefined && from === undefined ? (["since"] as const) : []),
    ...(until !== undefined && to === undefined ? (["until"] as const) : [])
  ]
  // A week that ends at a day is the week before the end of that day.
  const start = from ?? startOf("week", to === undefined ? now : Date.parse(to))
  const isReversed = to !== undefined && to < start
  const flaw = isReversed ? "reversed" : Date.parse(start) > now ? "future" : null
  return {
    name: from === undefined && to === undefined ? "week" : null,
    since: start,
    until: to,
    wrong,
    flaw
  }
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
