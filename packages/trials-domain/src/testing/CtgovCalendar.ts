import { hashOf, type Permutation, permutation } from "./Permutation.js"

/** What happens to a study on a day. */
type CtgovEvent = "edited" | "flipped" | "silent" | "merged" | "gone" | "withheld" | "unserved"

/** How the registry of an upstream begins, and what happens in it. */
export interface CtgovCalendarOptions {
  /** How many studies there are on day 0: at least 20. */
  readonly size: number
  readonly seed: number
  /** The day on which every summary and every criteria text is written anew, with other markup and the same words. */
  readonly reingestDay?: number
  /** Days whose data are published on the same date as those of the day before, at a later hour. */
  readonly sameDate?: ReadonlyArray<number>
}

/** A study on a day. */
export interface CtgovState {
  /** The day it was registered; 0 for those that were there from the beginning. */
  readonly created: number
  /** How often it was edited in a way that its list entry shows. */
  readonly edits: number
  /** The day of the last such edit; null if there was none. */
  readonly edited: number | null
  /** How often something changed that its list entry does not show. */
  readonly silent: number
  /** Whether its status turned UNKNOWN by itself. */
  readonly flipped: boolean
  readonly withheld: boolean
  readonly gone: boolean
  /** Whether the list has it, but a request by its id does not. */
  readonly unserved: boolean
  /** The study that it became; null if it is its own. */
  readonly mergedInto: number | null
  /** The studies that became this one. */
  readonly aliases: ReadonlyArray<number>
  readonly reingested: boolean
}

/** The most days. */
export const mostDays = 60

// What happens on a weekday among 605,000 studies (sources.md: 805 to 1,147 updates, 160 new studies).
const fullSize = 605_000

const perDay = {
  created: [160, 2],
  edited: [1000, 3],
  flipped: [30, 2],
  silent: [40, 2],
  merged: [3, 1],
  gone: [3, 1],
  withheld: [3, 1],
  unserved: [3, 1]
} as const

// Studies are in blocks of ten. A place in a block decides what can happen to a study, so that no two kinds meet.
const block = 10
const ordinary = 6
const kinds: Readonly<Record<number, CtgovEvent>> = { 0: "merged", 1: "gone", 2: "withheld", 3: "unserved" }
const places = { merged: 0, gone: 1, withheld: 2, unserved: 3 } as const

/** How many days a study is gone or withheld. */
const lasting = 2

/** The order in which studies meet with what happens on one day. */
interface Day {
  readonly ordinary: Permutation
  readonly structural: ReadonlyArray<Permutation>
  /** Who became whom on this day. */
  readonly merges: ReadonlyMap<number, number>
}

/** What happens in an upstream's registry: a pure function of the seed, the study and the day. */
export interface CtgovCalendar {
  readonly size: number
  /** The most studies there can ever be. */
  readonly capacity: number
  /** How many studies were ever registered by this day. */
  readonly registered: (day: number) => number
  /** How many studies the list has. */
  readonly count: (day: number) => number
  /** A study on a day; null if it is not yet registered. */
  readonly state: (study: number, day: number) => CtgovState | null
  /** The studies that may differ between two days, but for a day on which all are written anew. */
  readonly touched: (from: number, to: number) => ReadonlySet<number>
  /** The date on which the data of a day are published, as YYYY-MM-DD. */
  readonly dateOf: (day: number) => string
  /** The timestamp of a day's data. */
  readonly timestampOf: (day: number) => string
}

/** Whether the list has a study. */
export const isListed = (state: CtgovState | null): state is CtgovState =>
  state !== null && !state.gone && state.mergedInto === null

/** Makes a calendar. Remembers a few numbers a day, and nothing that grows with the studies. */
export const calendar = (options: CtgovCalendarOptions): CtgovCalendar => {
  const { reingestDay = Number.POSITIVE_INFINITY, sameDate = [], seed, size } = options
  const often = (kind: keyof typeof perDay) =>
    Math.max(perDay[kind][1], Math.round((perDay[kind][0] * size) / fullSize))
  const created = often("created")
  const [edits, flips, silents] = [often("edited"), often("flipped"), often("silent")]
  const registered = (day: number) => size + created * day
  const days: Array<Day> = []
  const counts = new Map<number, number>()

  const dayAt = (day: number): Day => {
    const known = days[day]
    if (known !== undefined) return known
    const blocks = Math.floor(registered(day - 1) / block)
    const structural = [0, 1, 2, 3].map((place) => permutation(blocks, hashOf(seed, day, place)))
    const merges = new Map<number, number>()
    for (let n = 0; n < often("merged"); n += 1) {
      const study = (structural[places.merged]?.at(n) ?? 0) * block + places.merged
      const isEarlier = Array.from({ length: day - 1 }, (_, before) => dayAt(before + 1)).some((earlier) =>
        earlier.merges.has(study)
      )
      // Another study, of a place where nothing disappears.
      const into =
        (hashOf(seed, day, study, 7) % blocks) * block + 4 + (hashOf(seed, day, study, 8) % ordinary)
      if (!isEarlier) merges.set(study, into)
    }
    days[day] = { ordinary: permutation(blocks * ordinary, hashOf(seed, day, 9)), structural, merges }
    return days[day]
  }

  const eventOf = (study: number, day: number): CtgovEvent | null => {
    const [at, place] = [Math.floor(study / block), study % block]
    const { ordinary: order, structural } = dayAt(day)
    const kind = kinds[place]
    if (kind !== undefined) {
      const places = structural[place]
      if (places === undefined || at >= places.size || kind === "edited") return null
      return places.placeOf(at) < often(kind) ? kind : null
    }
    const slot = at * ordinary + place - 4
    if (slot >= order.size) return null
    const turn = order.placeOf(slot)
    if (turn < edits) return "edited"
    if (turn < edits + flips) return "flipped"
    return turn < edits + flips + silents ? "silent" : null
  }

  /** The studies to which something happens on a day. */
  const on = (day: number): ReadonlyArray<number> => {
    if (day < 1) return []
    const { merges, ordinary: order, structural } = dayAt(day)
    const turns = Array.from({ length: edits + flips + silents }, (_, turn) => order.at(turn))
    return [
      ...turns.map((slot) => Math.floor(slot / ordinary) * block + 4 + (slot % ordinary)),
      ...structural.flatMap((order, place) =>
        Array.from({ length: often(kinds[place] ?? "merged") }, (_, n) => order.at(n) * block + place)
      ),
      ...merges.values(),
      ...Array.from({ length: created }, (_, n) => registered(day - 1) + n)
    ]
  }

  const state = (study: number, day: number): CtgovState | null => {
    if (study >= registered(day)) return null
    const found = {
      created: study < size ? 0 : Math.floor((study - size) / created) + 1,
      edits: 0,
      edited: null as number | null, // not yet
      silent: 0,
      flipped: false,
      withheld: false,
      gone: false,
      unserved: false,
      mergedInto: null as number | null, // not yet
      aliases: [] as Array<number>, // none yet
      reingested: day >= reingestDay
    }
    for (let n = 1; n <= day; n += 1) {
      const { merges } = dayAt(n)
      if (merges.size > 0 && study % block >= 4) {
        for (const [from, into] of merges) {
          if (into !== study) continue
          found.aliases.push(from)
          found.edited = n
        }
      }
      const event = eventOf(study, n)
      if (event === "edited" || event === "unserved") {
        found.edits += 1
        found.edited = n
        found.unserved = event === "unserved" && n === day
      } else if (event === "flipped") found.flipped = true
      else if (event === "silent") found.silent += 1
      else if (event === "merged") found.mergedInto ??= merges.get(study) ?? null
      else if (event !== null) found[event] ||= day < n + lasting
    }
    return found
  }

  const turn = (day: number) => sameDate.filter((each) => each <= day && each >= 1).length
  const dates = new Map<number, string>()
  const dateOf = (day: number): string => {
    const known = dates.get(day)
    if (known !== undefined) return known
    const date = new Date(Date.UTC(2026, 8, 1) + (day - turn(day)) * 86_400_000).toISOString().slice(0, 10)
    dates.set(day, date)
    return date
  }

  const count = (day: number): number => {
    const known = counts.get(day)
    if (known !== undefined) return known
    let missing = 0
    const seen = new Set<number>()
    for (let n = 1; n <= day; n += 1) {
      for (const study of on(n)) {
        if (seen.has(study) || study % block > places.gone) continue
        seen.add(study)
        if (!isListed(state(study, day))) missing += 1
      }
    }
    counts.set(day, registered(day) - missing)
    return registered(day) - missing
  }

  return {
    size,
    capacity: registered(mostDays),
    registered,
    count,
    state,
    touched: (from, to) => {
      const days = Array.from({ length: to - from + lasting }, (_, n) => from - lasting + 1 + n)
      return new Set(days.flatMap(on))
    },
    dateOf,
    timestampOf: (day) => {
      let first = day
      while (sameDate.includes(first)) first -= 1
      return `${dateOf(day)}T${String(9 + 2 * (day - first)).padStart(2, "0")}:00:05`
    }
  }
}
