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

const textOf = (value: unknown, left: number): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  if (left === 0) return "…"
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each, left - 1)).join()}]`
  const members = value as Readonly<Record<string, unknown>> // an object's values may be anything
  const keys = Object.keys(members).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${textOf(members[key], left - 1)}`).join()}}`
}

/**
 * A text that is equal for equal values, whatever the order of their keys. What is nested deeper than `deepest` does not
 * count.
 */
export const comparable = (value: unknown): string => textOf(value, deepest)
