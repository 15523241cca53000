/** A key that occurs twice in one object of a JSON text, and the path to that object. */
export interface RepeatedName {
  readonly path: ReadonlyArray<string | number>
  readonly key: string
}

// More of them say nothing new.
const most = 1000

/** An object or a list that is being read. */
interface Within {
  /** The keys so far; null in a list. */
  readonly keys: Set<string> | null
  /** The key or the place that is being read. */
  at: string | number
  /** Whether a string would be a key. */
  isKey: boolean
}

/** The place of the quotation mark that ends the string begun at `start`. */
const endOf = (json: string, start: number): number => {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let back = end
    while (json[back - 1] === "\\") back -= 1
    if ((end - back) % 2 === 0) return end
  }
  return json.length
}

/** A key without its escapes. */
const keyOf = (written: string): string =>
  written.includes("\\") ? String(JSON.parse(`"${written}"`)) : written

/**
 * Finds keys that occur twice in one object, of which `JSON.parse` keeps only the last value. The text must be JSON.
 * Finds a thousand at most.
 */
export const repeatedNames = (json: string): ReadonlyArray<RepeatedName> => {
  const found: Array<RepeatedName> = []
  const open: Array<Within> = []
  for (let place = 0; place < json.length && found.length < most; place += 1) {
    const within = open.at(-1)
    switch (json[place]) {
      case "{":
        open.push({ keys: new Set(), at: "", isKey: true })
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
          if (within.keys.has(name)) found.push({ path: open.slice(0, -1).map(({ at }) => at), key: name })
          within.keys.add(name)
          within.at = name
          within.isKey = false
        }
        place = end
      }
    }
  }
  return found
}
