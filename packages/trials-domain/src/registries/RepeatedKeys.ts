import type { RepeatedKey } from "./RegistryClient.js"

/** A key that occurs twice in one object of a JSON text, and the first two steps of the path to that object. */
export interface RepeatedName {
  readonly path: ReadonlyArray<string | number>
  readonly key: string
}

// How many are found within the outermost object, and how many in it.
const most = 1000
const mostOutermost = 10

// Up to so many keys are sooner looked through than looked up.
const fewKeys = 16

/** The keys of an object. */
class Keys {
  private readonly first: Array<string> = []
  private more: Set<string> | null = null

  /** Adds a key. Returns whether it was there. */
  add(key: string): boolean {
    if (this.first.includes(key) || this.more?.has(key) === true) return true
    if (this.first.length < fewKeys) this.first.push(key)
    else (this.more ??= new Set()).add(key)
    return false
  }
}

/** An object or a list that is being read. */
interface Within {
  /** The keys so far; null in a list. */
  readonly keys: Keys | null
  /** The key or the place that is being read. */
  at: string | number
  /** Whether a string would be a key. */
  isKey: boolean
}

const backslash = 92

/** The place of the quotation mark that ends the string begun at `start`. */
const endOf = (json: string, start: number): number => {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let back = end
    while (json.charCodeAt(back - 1) === backslash) back -= 1
    if ((end - back) % 2 === 0) return end
  }
  return json.length
}

/** A key without its escapes. */
const keyOf = (written: string): string =>
  written.includes("\\") ? String(JSON.parse(`"${written}"`)) : written

/**
 * Finds keys that occur twice in one object, of which `JSON.parse` keeps only the last value. The text must be JSON.
 * Finds a thousand of them at most, beside those of the outermost object.
 */
export const repeatedNames = (json: string): ReadonlyArray<RepeatedName> => {
  const found: Array<RepeatedName> = []
  const outermost: Array<RepeatedName> = []
  const open: Array<Within> = []
  const find = (key: string): void => {
    const path = open.slice(0, Math.min(2, open.length - 1)).map(({ at }) => at)
    if (path.length === 0 && outermost.length < mostOutermost) outermost.push({ path, key })
    if (path.length > 0 && found.length < most) found.push({ path, key })
  }
  for (let place = 0; place < json.length; place += 1) {
    const within = open.at(-1)
    switch (json[place]) {
      case "{":
        open.push({ keys: new Keys(), at: "", isKey: true })
        break
      case "[":
        open.push({ keys: null, at: 0, isKey: false })
        break
      case "}":
      case "]":
        open.pop()
        break
      case ",":
        if (within?.keys === null && typeof within.at === "number") within.at += 1
        else if (within !== undefined) within.isKey = true
        break
      case '"': {
        const end = endOf(json, place)
        if (within?.isKey === true && within.keys !== null) {
          const name = keyOf(json.slice(place + 1, end))
          if (within.keys.add(name)) find(name)
          within.at = name
          within.isKey = false
        }
        place = end
      }
    }
  }
  return [...outermost, ...found]
}

/** Of the keys that occur twice, those of records; the path of a record begins with `prefix`, and then has its place. */
export const ofRecords = (
  repeated: ReadonlyArray<RepeatedName>,
  prefix: ReadonlyArray<string>
): ReadonlyArray<RepeatedKey> =>
  repeated.flatMap(({ key, path }) => {
    const row = path[prefix.length]
    return typeof row === "number" && prefix.every((part, n) => path[n] === part) ? [{ row, key }] : []
  })
