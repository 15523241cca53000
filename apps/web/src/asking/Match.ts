import type { Page } from "../Page.js"

/** A page, and what its path says in an address. */
export interface Match {
  readonly page: Page
  readonly params: Readonly<Record<string, string>>
}

const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

const paramsOf = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const wanted = pattern.split("/")
  const parts = path.split("/")
  if (wanted.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const name = wanted[index] ?? ""
    const value = decoded(part)
    if (value === undefined) return undefined
    if (name.startsWith(":") && value !== "") params[name.slice(1)] = value
    else if (name !== part) return undefined
  }
  return params
}

/** The page at a path below the language; undefined where there is none. Of two that fit, the first. */
export const match = (pages: ReadonlyArray<Page>, path: string): Match | undefined => {
  for (const page of pages) {
    const params = paramsOf(page.path, path)
    if (params !== undefined) return { page, params }
  }
  return undefined
}
