import { isObject, jsonText } from "./Json.js"

/** What became of the items of a list. */
export interface ListDiff {
  readonly removed: ReadonlyArray<unknown>
  readonly added: ReadonlyArray<unknown>
  /** Objects of one name in both lists, with other members. */
  readonly changed: ReadonlyArray<{ readonly from: object; readonly to: object }>
  /** How many are in both lists as they are. */
  readonly kept: number
  /** Whether those that are in both stand in another order. */
  readonly isReordered: boolean
}

// The members by which an object in a list is known, while its others change.
const naming = ["measure", "label", "name", "raw"]

const nameOf = (item: object): string | undefined => {
  if (!isObject(item)) return undefined
  const member = naming.find((each) => typeof item[each] === "string")
  return member === undefined ? undefined : `${member}:${String(item[member])}`
}

/** Takes one item after another of those that share a key, the first one first. */
const places = <Item>(items: ReadonlyArray<Item>, keyOf: (item: Item) => string | undefined) => {
  const byKey = new Map<string, Array<number>>()
  items.forEach((item, at) => {
    const key = keyOf(item)
    if (key === undefined) return
    const found = byKey.get(key)
    if (found === undefined) byKey.set(key, [at])
    else found.push(at)
  })
  for (const found of byKey.values()) found.reverse()
  return (key: string | undefined): number | undefined =>
    key === undefined ? undefined : byKey.get(key)?.pop()
}

/** Splits the new items into those that `find` finds in the old ones, and all others. */
const matched = (
  from: ReadonlyArray<unknown>,
  to: ReadonlyArray<unknown>,
  keyOf: (item: unknown) => string | undefined
) => {
  const take = places(from, keyOf)
  const pairs: Array<readonly [at: number, item: unknown]> = []
  const added: Array<unknown> = []
  for (const item of to) {
    const at = take(keyOf(item))
    if (at === undefined) added.push(item)
    else pairs.push([at, item])
  }
  const found = new Set(pairs.map(([at]) => at))
  return { pairs, added, removed: from.filter((_, at) => !found.has(at)) }
}

/** Two lists item by item. */
export const listDiff = (from: ReadonlyArray<unknown>, to: ReadonlyArray<unknown>): ListDiff => {
  const equal = matched(from, to, jsonText)
  const named = matched(equal.removed, equal.added, (item) => (isObject(item) ? nameOf(item) : undefined))
  return {
    removed: named.removed,
    added: named.added,
    changed: named.pairs.flatMap(([at, to]) => {
      const from = equal.removed[at]
      return isObject(from) && isObject(to) ? [{ from, to }] : []
    }),
    kept: equal.pairs.length,
    isReordered: equal.pairs.some(([at], index) => at < (equal.pairs[index - 1]?.[0] ?? 0))
  }
}
