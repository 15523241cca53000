/** The parts of an address that is asked for. */
export interface Asked {
  readonly path: string
  readonly search: string
}

/** Splits the target of a request. No part of it is read as a host: `//host/` is a path. */
export const asked = (target: string): Asked => {
  const [whole = ""] = target.split("#", 1)
  const mark = whole.indexOf("?")
  return mark < 0
    ? { path: whole, search: "" }
    : { path: whole.slice(0, mark), search: whole.slice(mark + 1) }
}

/** What an address says beside its path, as far as its page knows it. */
export interface Query {
  /** What the page declares, without what is empty: a form sends every field that it has. */
  readonly known: Readonly<Record<string, string>>
  /** The names that the page does not declare. */
  readonly unknown: ReadonlyArray<string>
  /** The names that are given twice; the first value counts. */
  readonly repeated: ReadonlyArray<string>
}

/** Reads the parameters of an address of a page that declares some. */
export const queryFor = (declared: ReadonlyArray<string>, search: string): Query => {
  const given = [...new URLSearchParams(search)].filter(([, value]) => value.trim() !== "")
  const names = [...new Set(given.map(([name]) => name))]
  const isKnown = (name: string) => declared.includes(name)
  const first = (wanted: string): string => given.find(([name]) => name === wanted)?.[1] ?? ""
  return {
    known: Object.fromEntries(names.filter(isKnown).map((name) => [name, first(name)])),
    unknown: names.filter((name) => !isKnown(name)),
    repeated: names.filter((name) => isKnown(name) && given.filter(([each]) => each === name).length > 1)
  }
}
