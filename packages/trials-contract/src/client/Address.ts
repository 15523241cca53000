import { TrialsClientError } from "./TrialsClientError.js"

/** The parameters of a call, by name. */
export type Parameters = Readonly<Record<string, unknown>>

// Nothing, `.` and `..` lead to another path in any encoding, and half a character has none.
const unfit = /^\.{0,2}$|\p{Surrogate}/u

/** The address of a path below a base, with its parameters in place and encoded. */
export const addressOf = (base: string, path: string, params: Parameters = {}): string =>
  base +
  path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(params[name] ?? "")
    if (unfit.test(value)) {
      const message = `The parameter ${name} is ${JSON.stringify(value)}, which no path can hold. Check it before asking.`
      throw new TrialsClientError("parameter", message, { url: base + path })
    }
    return encodeURIComponent(value)
  })

/** The query of a request, with its question mark. What is undefined or null is left out. */
export const queryOf = (query: Parameters = {}): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value != null) search.set(name, String(value))
  const text = String(search)
  return text && `?${text}`
}
