import type { Language } from "../Language.js"
import type { Parameters } from "../Page.js"

/** The addresses of the site, as people see them. */
export interface Addresses {
  /** The address of a path, with the prefix that a proxy takes away. */
  readonly at: (path: string, query?: Parameters) => string
  /** The address of a page in a language. */
  readonly in: (language: Language, path: string, query?: Parameters) => string
  /** An address with its host, as far as that is known. */
  readonly whole: (address: string) => string
}

/** The parameters of a link, with their question mark. What is undefined or empty is left out. */
const queryOf = (query: Parameters = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "")
  const text = String(new URLSearchParams(given.map(([name, value]) => [name, String(value)])))
  return text && `?${text}`
}

/** The addresses of a site that people see at `publicUrl`; empty: at the root of a host that is not known. */
export const addresses = (publicUrl = ""): Addresses => {
  const { origin, pathname } =
    publicUrl === "" ? { origin: "", pathname: "" } : new URL(publicUrl.replace(/\/+$/, ""))
  const prefix = pathname.replace(/\/+$/, "")
  const at: Addresses["at"] = (path, query) => `${prefix}${path}${queryOf(query)}`
  return {
    at,
    in: (language, path, query) => at(`/${language}${path}`, query),
    whole: (address) => origin + address
  }
}
