import type { Answers, List } from "./MovingRegistry.js"

export type Random = () => number

export const below = (random: Random, end: number): number => Math.floor(random() * end)

export const pick = <A>(random: Random, from: ReadonlyArray<A>): A => {
  const found = from[below(random, from.length)]
  if (found === undefined) throw new Error("nothing to pick from")
  return found
}

export const listOf = (rows: number, prefix = "T"): List =>
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

/** A row less and a row more. */
const replaced = (list: List, random: Random): List => inserted(removed(list, random), random)

const changes = [inserted, removed, edited, shifted, brought, replaced, replaced]

export const changed = (list: List, random: Random, most = 3): List => {
  let found = list
  for (let left = 1 + below(random, most); left > 0; left -= 1) found = pick(random, changes)(found, random)
  return found
}

/** A change that the count does not show. */
const ofSameLength = (list: List, random: Random): List => {
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

/** A way in which a registry moves, or is several. */
export interface Pattern {
  readonly name: string
  /** Whether every run must be proven. */
  readonly isProven: boolean
  /** Whether it lists a row twice. */
  readonly isRepeated?: boolean
  readonly answers: (list: List, random: Random, pageSize: number) => Answers
}

const copies = (list: List, random: Random, many: number): ReadonlyArray<List> => [
  list,
  ...Array.from({ length: many - 1 }, () => ofSameLength(list, random))
]

const byRoundRobin = (lists: ReadonlyArray<List>): Answers => {
  const [first = []] = lists
  return ({ n }) => lists[n % lists.length] ?? first
}

/** One-way moves, copies behind one address, caches, undone edits, ties and repeated rows. */
export const patterns: ReadonlyArray<Pattern> = [
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
      const behind = ofSameLength(list, random)
      const turn = below(random, 10)
      const isByChance = random() < 0.5
      return ({ n }) => ((isByChance ? below(random, 10) : n % 10) === turn ? behind : list)
    }
  },
  {
    name: "keeps a stale page in a cache",
    isProven: false,
    answers: (list, random, pageSize) => {
      const stale = ofSameLength(list, random)
      const kept = 1 + below(random, Math.ceil(list.length / pageSize))
      const sizes = pick(random, [[pageSize], [pageSize - 1], [pageSize, pageSize - 1]])
      return ({ page, size }) => (page === kept && sizes.includes(size) ? stale : list)
    }
  },
  {
    name: "edits and undoes with a period",
    isProven: false,
    answers: (list, random) => {
      const other = ofSameLength(list, random)
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
