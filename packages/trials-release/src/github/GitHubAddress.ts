import { numberOf } from "../Tag.js"

/** A repository on GitHub, or one release in it. */
export interface GitHubAddress {
  /** As in `acme/trials-data`. */
  readonly repository: string
  /** The tag of one release; null means the newest. */
  readonly tag: string | null
}

/**
 * Reads `https://github.com/OWNER/REPO`, also with `/releases`, and `…/releases/tag/data-000123`; null if it is neither.
 * `server` is where GitHub is (`GITHUB_SERVER_URL`).
 */
export const parseAddress = (text: string, server = "https://github.com"): GitHubAddress | null => {
  const base = `${server.replace(/\/+$/, "")}/`
  // The name of a host has no case.
  if (!text.toLowerCase().startsWith(base.toLowerCase())) return null
  const path = text.slice(base.length).replace(/\/+$/, "")
  const [, repository, tag] =
    /^([A-Za-z0-9][A-Za-z0-9_-]*\/[A-Za-z0-9._-]+?)(?:\.git)?(?:\/releases(?:\/tag\/([^/]+))?)?$/.exec(
      path
    ) ?? []
  if (repository === undefined || (tag !== undefined && numberOf(tag) === null)) return null
  return { repository, tag: tag ?? null }
}
