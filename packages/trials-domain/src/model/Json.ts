/** Any JSON that a registry sends, as text that can be compared, however deep it is nested. */

/** How many objects and lists of a record may be nested in each other; a real one has about ten. */
export const deepest = 100

const flawWithin = (value: unknown, left: number): string | null => {
  if (value === Infinity || value === -Infinity) return "holds a number that is too large to be read"
  if (typeof value !== "object" || value === null) return null
  if (left === 0) return `is nested more than ${deepest} levels deep`
  if (Array.isArray(value)) {
    for (const item of value) {
      const flaw = flawWithin(item, left - 1)
      if (flaw !== null) return flaw
    }
    return null
  }
  const members = value as Readonly<Record<string, unknown>> // an object's values may be anything
  for (const name in members) {
    const flaw = flawWithin(members[name], left - 1)
    if (flaw !== null) return flaw
  }
  return null
}

/**
 * What is wrong with a record that cannot be stored as it came; null if it can. It is nested deeper than `deepest`, beyond
 * which nothing looks, or has a number such as `1e999`, of which `JSON.parse` makes Infinity.
 */
export const flawOfRecord = (record: unknown): string | null => flawWithin(record, deepest)

// More values than any real record has; JSON cannot be larger by referring to itself, but an object can.
const most = 500_000

/** What a value is if it is not JSON by itself; null if it is. What it holds is not looked at. */
const flawOf = (value: unknown): string | null => {
  if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean")
    return null
  if (typeof value === "number") return Number.isNaN(value) ? "NaN" : null
  if (typeof value !== "object") return `a ${typeof value}`
  if (Array.isArray(value)) return null
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
    ? null
    : "an object that is not plain, as a Date"
}

/**
 * What in a value is not plain JSON, as `JSON.parse` returns it; null if nothing is. Anything else (a Date, a Map, a value
 * that refers to itself) is compared as one thing, and stored as another. A member that is undefined counts as absent. What
 * is nested deeper than `deepest` is not looked at.
 */
export const notJson = (value: unknown): string | null => {
  let seen = 0
  const flawIn = (each: unknown, depth: number): string | null => {
    seen += 1
    if (seen > most) return "a value that is too large, or refers to itself"
    if (typeof each === "string" || each === null) return null
    const flaw = flawOf(each)
    if (flaw !== null || typeof each !== "object" || depth > deepest) return flaw
    if (Array.isArray(each)) {
      for (const item of each) {
        const found = flawIn(item, depth + 1)
        if (found !== null) return found
      }
      return null
    }
    const members = each as Readonly<Record<string, unknown>> // an object's values may be anything
    for (const name in members) {
      if (!Object.hasOwn(members, name)) continue
      const found = flawIn(members[name], depth + 1)
      if (found !== null) return found
    }
    return null
  }
  return flawIn(value, 0)
}

const textOf = (value: unknown, left: number): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  if (left === 0) return "…"
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each, left - 1)).join()}]`
  const members = value as Readonly<Record<string, unknown>> // an object's values may be anything
  const keys = Object.keys(members)
    .filter((key) => members[key] !== undefined)
    .sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${textOf(members[key], left - 1)}`).join()}}`
}

/**
 * A text that is equal for equal values, whatever the order of their keys. What is nested deeper than `deepest` does not
 * count.
 */
export const comparable = (value: unknown): string => textOf(value, deepest)

/** Whether a value says something at a path; a list on the way is entered, one in it is not, and an empty list or object says nothing. */
export const says = (value: unknown, path: ReadonlyArray<string>, at = 0): boolean => {
  if (typeof value !== "object" || value === null)
    return at === path.length && value !== undefined && value !== null
  if (at === path.length) return Object.keys(value).length > 0
  if (Array.isArray(value)) return value.some((each) => !Array.isArray(each) && says(each, path, at))
  const name = path[at] ?? ""
  return Object.hasOwn(value, name) && says(value[name as keyof typeof value], path, at + 1)
}
