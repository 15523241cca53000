import { describe, expect, it } from "@effect/vitest"
import { SqlClient } from "@effect/sql"
import { Effect, TestClock } from "effect"
import type { Proof } from "../model/Run.js"
import { RunLedger } from "../store/RunLedger.js"
import { type Engine, seeded, startOfTime, syncFrom, writeSide } from "./Engine.js"
import { type Answers, areSame, type List, MovingRegistry } from "./MovingRegistry.js"

type Random = () => number

const below = (random: Random, end: number): number => Math.floor(random() * end)

const pick = <A>(random: Random, from: ReadonlyArray<A>): A => {
  const found = from[below(random, from.length)]
  if (found === undefined) throw new Error("nothing to pick from")
  return found
}

const listOf = (rows: number, prefix = "T"): List =>
  Array.from({ length: rows }, (_, n) => ({
    id: `${prefix}${String(n).padStart(4, "0")}`,
    title: `Trial ${n}`
  }))

const inserted = (list: List, random: Random): List => {
  const at = below(random, list.length + 1)
  const id = `N${below(random, 1e9)}`
  return [...list.slice(0, at), { id, title: `New ${id}` }, ...list.slice(at)]
}

const removed = (list: List, random: Random): List => list.toSpliced(below(random, list.length), 1)

const edited = (list: List, random: Random): List => {
  const at = below(random, list.length)
  return list.map((record, n) => (n === at ? { ...record, title: `${record.title}.` } : record))
}

/** A row at another place. */
const shifted = (list: List, random: Random): List => {
  const from = below(random, list.length)
  return list.toSpliced(from, 1).toSpliced(below(random, list.length), 0, ...list.slice(from, from + 1))
}

/** A row edited, in a list that begins with what was edited last. */
const brought = (list: List, random: Random): List => {
  const from = below(random, list.length)
  const row = list[from]
  return row === undefined ? list : [{ ...row, title: `${row.title}.` }, ...list.toSpliced(from, 1)]
}

/** A row less and a row more: the count does not show it. */
const replaced = (list: List, random: Random): List => inserted(removed(list, random), random)

const changes = [inserted, removed, edited, shifted, brought, replaced, replaced]

const changed = (list: List, random: Random, most = 3): List => {
  let found = list
  for (let left = 1 + below(random, most); left > 0; left -= 1) found = pick(random, changes)(found, random)
  return found
}

const isSameLength = (list: List, random: Random): List => {
  for (;;) {
    const found = changed(list, random)
    if (found.length === list.length) return found
  }
}

const shuffled = (list: List, random: Random): List =>
  list
    .map((record) => ({ record, by: random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ record }) => record)

/** The list with each run of `ties` rows in another order. */
const reordered = (list: List, random: Random, ties: number): List =>
  Array.from({ length: Math.ceil(list.length / ties) }, (_, n) =>
    shuffled(list.slice(n * ties, (n + 1) * ties), random)
  ).flat()

/** A row that is there twice: beside itself, or far away. */
const repeated = (list: List, random: Random): List => {
  const from = below(random, list.length)
  const to = random() < 0.5 ? from : below(random, list.length)
  return list.toSpliced(to, 0, ...list.slice(from, from + 1))
}

interface Pattern {
  readonly name: string
  /** Whether every run must be proven. */
  readonly isProven: boolean
  /** Whether it lists a row twice. */
  readonly isRepeated?: boolean
  readonly answers: (list: List, random: Random, pageSize: number) => Answers
}

const copies = (list: List, random: Random, many: number): ReadonlyArray<List> => [
  list,
  ...Array.from({ length: many - 1 }, () => isSameLength(list, random))
]

const byRoundRobin = (lists: ReadonlyArray<List>): Answers => {
  const [first = []] = lists
  return ({ n }) => lists[n % lists.length] ?? first
}

const patterns: ReadonlyArray<Pattern> = [
  { name: "stands still", isProven: true, answers: (list) => () => list },
  {
    name: "moves one way",
    isProven: true,
    answers: (list, random) => {
      const after = changed(list, random)
      const at = below(random, 30)
      return ({ n }) => (n < at ? list : after)
    }
  },
  {
    name: "lists a row twice",
    isProven: true,
    isRepeated: true,
    answers: (list, random) => {
      const twice = repeated(list, random)
      return () => twice
    }
  },
  {
    name: "lists a row twice and moves one way",
    isProven: false,
    answers: (list, random) => {
      const before = repeated(list, random)
      const after = changed(before, random)
      const at = below(random, 30)
      return ({ n }) => (n < at ? before : after)
    }
  },
  {
    name: "moves at random",
    isProven: false,
    answers: (list, random) => {
      const often = pick(random, [0.02, 0.05, 0.1, 0.3])
      let now = list
      return () => {
        if (random() < often) now = changed(now, random, 1)
        return now
      }
    }
  },
  {
    name: "moves a row on at every request",
    isProven: false,
    answers: (list) => {
      let now = list
      return ({ page }) => {
        if (page !== null) now = [...now.slice(1), ...now.slice(0, 1)]
        return now
      }
    }
  },
  ...[2, 3].flatMap((many): ReadonlyArray<Pattern> => [
    {
      name: `has ${many} copies by turns`,
      isProven: false,
      answers: (list, random) => byRoundRobin(copies(list, random, many))
    },
    {
      name: `has ${many} copies by chance`,
      isProven: false,
      answers: (list, random) => {
        const lists = copies(list, random, many)
        return () => pick(random, lists)
      }
    }
  ]),
  {
    name: "has two copies by page",
    isProven: false,
    answers: (list, random) => {
      const [one = [], other = []] = copies(list, random, 2)
      const odd = below(random, 2)
      return ({ n, page }) => ((page ?? n) % 2 === odd ? one : other)
    }
  },
  {
    name: "has ten copies of which one is behind",
    isProven: false,
    answers: (list, random) => {
      const behind = isSameLength(list, random)
      const turn = below(random, 10)
      const isByChance = random() < 0.5
      return ({ n }) => ((isByChance ? below(random, 10) : n % 10) === turn ? behind : list)
    }
  },
  {
    name: "keeps a stale page in a cache",
    isProven: false,
    answers: (list, random, pageSize) => {
      const stale = isSameLength(list, random)
      const kept = 1 + below(random, Math.ceil(list.length / pageSize))
      const sizes = pick(random, [[pageSize], [pageSize - 1], [pageSize, pageSize - 1]])
      return ({ page, size }) => (page === kept && sizes.includes(size) ? stale : list)
    }
  },
  {
    name: "edits and undoes with a period",
    isProven: false,
    answers: (list, random) => {
      const other = isSameLength(list, random)
      const period = 1 + below(random, 2 * Math.ceil(list.length / 20) + 4)
      const start = below(random, period)
      return ({ n }) => (Math.floor((n + start) / period) % 2 === 0 ? list : other)
    }
  },
  {
    name: "puts ties into another order at every request",
    isProven: false,
    answers: (list, random) => {
      const ties = pick(random, [2, 5, 1000])
      return () => reordered(list, random, ties)
    }
  },
  {
    name: "has two copies, in another order each",
    isProven: false,
    answers: (list, random) => byRoundRobin([list, reordered(list, random, pick(random, [2, 5, 1000]))])
  },
  {
    name: "has two copies and lists rows twice",
    isProven: false,
    answers: (list, random) => {
      const twice = repeated(list, random)
      return byRoundRobin([twice, shifted(replaced(twice, random), random)])
    }
  }
]

const recordOf = ({ id, title }: List[number]): string => JSON.stringify([id, title])

/** Whether no other trial of all lists is before a trial in one of them, and after it in another. */
const keptItsPlace = (id: string, lists: ReadonlyArray<List>): boolean => {
  const places = lists.map((list) => new Map(list.map((record, n) => [record.id, n] as const).reverse()))
  const isBefore = (other: string, place: ReadonlyMap<string, number>) => {
    const [mine, its] = [place.get(id), place.get(other)]
    return mine === undefined || its === undefined ? null : its < mine
  }
  return (lists[0] ?? []).every((other) => {
    const sides = new Set(places.map((place) => isBefore(other.id, place)))
    return other.id === id || sides.has(null) || sides.size === 1
  })
}

/** What a proof claims and what was sent do not agree: what is wrong; null if they do. */
const broken = (
  proof: Proof | null,
  notes: ReadonlyArray<string>,
  moving: MovingRegistry,
  loaded: List
): string | null => {
  const read = moving.rowsOf()
  const seen = new Set(loaded.map(recordOf))
  const sent = new Set(read.map(recordOf))
  if (seen.size !== sent.size || [...seen].some((record) => !sent.has(record)))
    return "what was loaded is not what the last read contained"
  const once = (list: List) => [...new Map(list.map((record) => [recordOf(record), record])).values()]
  if (proof !== "two-reads") {
    return moving.listsOf(1).some((list) => areSame(once(list), loaded)) ? null : "it never was one state"
  }
  if (!areSame(read, moving.rowsOf(1))) return "the reads did not say the same"
  const lists = moving.listsOf(notes.some((note) => note.startsWith("3 reads agreed")) ? 3 : 2)
  const ids = lists.map((list) => new Set(list.map(({ id }) => id)))
  const loadedIds = new Set(loaded.map(({ id }) => id))
  const missed = (lists[0] ?? []).find(
    ({ id }) => !loadedIds.has(id) && ids.every((each) => each.has(id)) && keptItsPlace(id, lists)
  )
  return missed === undefined ? null : `${missed.id} was in every list, in its place, and is not loaded`
}

/** What the last proven run saw, according to the database. */
export const lastSeen = (registry: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ id: string; title: string }>`SELECT id, title FROM trials t
      WHERE registry = ${registry} AND missing_since IS NULL
        AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.registry = t.registry AND a.id = t.id)
      ORDER BY id`
  )

/** A seed's registry over its nights: the first stands still, on the others the pattern's list moves. */
const nights = 3

interface Seed {
  readonly number: number
  readonly pattern: Pattern
}

/** What is wrong with the runs of a seed, and how many of them were proven. */
const runsOf = ({ number, pattern }: Seed) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const ledger = yield* RunLedger
    const random = seeded(number * 7919 + 1)
    for (let warm = 0; warm < 5; warm += 1) random()
    const pageSize = 20 + below(random, 5)
    const pages = pick(random, [2, 3, 4, 12])
    const name = `moving-${number}`
    const what = `${name}, which ${pattern.name}, in ${pages} pages of ${pageSize}`
    let list = listOf((pages - 1) * pageSize + 2 + below(random, pageSize - 1))
    yield* syncFrom(new MovingRegistry(name, 1000, () => list))
    const moving = new MovingRegistry(name, pageSize, () => list)
    moving.isStamped = number % 5 === 4
    let known = yield* lastSeen(name)
    const everSeen = new Set(known.map(({ id }) => id))
    const missing = new Set<string>()
    const refuted: Array<string> = []
    let proven = 0
    let disappeared = 0
    for (let night = 1; night < nights; night += 1) {
      list = changed(list, random)
      moving.begin(pattern.answers(list, random, pageSize))
      const report = yield* syncFrom(moving, { limits: { allowShrink: true } })
      const seen = yield* lastSeen(name)
      const gone = yield* sql<{ id: string }>`SELECT id FROM trial_versions
        WHERE registry = ${name} AND run_id = ${report.runId} AND kind = 'disappeared' ORDER BY id`
      const refute = (why: string) => refuted.push(`${what}, night ${night}: ${why}`)
      if (report.reason !== null) {
        if (pattern.isProven && !(moving.isStamped && pattern.isRepeated === true))
          refute(report.reason.message)
        if (!areSame(seen, known) || gone.length > 0) refute("it loaded something")
        continue
      }
      proven += 1
      const last = yield* ledger.lastLoaded(name)
      const wrong = broken(last?.proof ?? null, last?.notes ?? [], moving, seen)
      if (wrong !== null) refute(`${last?.proof}: ${wrong}`)
      const present = new Set([...known, ...seen].map(({ id }) => id))
      const expected = [...everSeen].filter((id) => !present.has(id) && !missing.has(id)).sort()
      if (gone.map(({ id }) => id).join() !== expected.join())
        refute("other trials disappeared than were missed twice")
      for (const id of expected) missing.add(id)
      for (const { id } of seen) {
        everSeen.add(id)
        missing.delete(id)
      }
      disappeared += gone.length
      known = seen
    }
    return { refuted, proven, disappeared }
  })

/** What runs make of registries that move, or that are several. */
export const movingSuite = (engine: Engine, runs: number) =>
  describe(`Registries that move, on ${engine.name}`, () => {
    it.scoped(
      `of ${runs} seeded runs, every proof holds what its name says, and only what two of them lack disappears`,
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const seeds = patterns.flatMap((pattern, n) =>
            Array.from({ length: Math.ceil(runs / (nights - 1) / patterns.length) }, (_, round) => ({
              number: round * patterns.length + n,
              pattern
            }))
          )
          const ended = yield* Effect.provide(Effect.forEach(seeds, runsOf), writeSide(database))
          expect(ended.flatMap(({ refuted }) => refuted)).toEqual([])
          // Otherwise the test shows nothing.
          const sumOf = (of: "proven" | "disappeared") => ended.reduce((sum, each) => sum + each[of], 0)
          expect(sumOf("proven")).toBeGreaterThan(runs / 3)
          expect(sumOf("disappeared")).toBeGreaterThan(runs / 50)
        }),
      Math.max(60_000, runs * 500)
    )
  })
