import { TrialsClientError } from "./TrialsClientError.js"

/** The parameters of a call, by name. */
export type Parameters = Readonly<Record<string, unknown>>

// A path without a part, or with one of these in any encoding, is another path.
const leadsAway = new Set(["", ".", ".."])

/** The address of a path below a base, with its parameters in place and encoded. */
export const addressOf = (base: string, path: string, params: Parameters = {}): string =>
  base +
  path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(params[name] ?? "")
    if (leadsAway.has(value) || /\p{Surrogate}/u.test(value)) {
      const message = `The parameter ${name} is ${JSON.stringify(value)}, which no path can hold. Check it before asking.`
      throw new TrialsClientError("parameter", message, { url: base + path })
    }
    return encodeURIComponent(value)
  })

/** The query of a request, with its question mark. What is undefined or null is left out. */
export const queryOf = (query: Parameters = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const text = String(new URLSearchParams(given.map(([name, value]) => [name, String(value)])))
  return text === "" ? "" : `?${text}`
}
