/** Any JSON that a registry sends, as text that can be compared, however deep it is nested. */

/** How many objects and lists of a record may be nested in each other; a real one has about ten. */
export const deepest = 100

/** Whether a value is nested deeper than `deepest`. Does not recurse, so that no value is too deep for it. */
export const isTooDeep = (value: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    const nested = level.filter((each) => typeof each === "object" && each !== null)
    if (nested.length > 0 && depth === deepest) return true
    level = nested.flatMap((each) => Object.values(each as object)) // filtered above
  }
  return false
}

const sorted = (value: unknown, left: number): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (left === 0) return "…"
  if (Array.isArray(value)) return value.map((each) => sorted(each, left - 1))
  // Pairs, for `__proto__` may be a key; in an object, for a list of pairs is another value.
  const pairs = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => [key, sorted(each, left - 1)])
  return { pairs }
}

/**
 * A text that is equal for equal values, whatever the order of their keys. It is no JSON of the value. What is nested
 * deeper than `deepest` does not count.
 */
export const comparable = (value: unknown): string => JSON.stringify(sorted(value, deepest)) ?? ""
