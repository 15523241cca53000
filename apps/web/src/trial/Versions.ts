import type { Visit } from "../Page.js"
import type { History, Version } from "./Answers.js"
import type { Place } from "./Place.js"

// As many as the API sends at once, and as often as one page asks for them.
const mostAtOnce = 100
const mostPages = 10

/** The version that a trial had at an instant, with what made it. */
export const versionAt = async (
  { client }: Visit,
  place: Place,
  until: string
): Promise<Version | undefined> => {
  const { items } = await client.orThrow.changes.list({
    query: { ...place, until, order: "newest", limit: 1 }
  })
  return items[0]
}

/**
 * Some versions of a trial by their numbers, read back from `newest`, the newest one, as far as the oldest that is wanted.
 * One that is too far back is left out.
 */
export const versionsOf = async (
  { client }: Visit,
  place: Place,
  newest: History,
  wanted: ReadonlyArray<number>
): Promise<ReadonlyMap<number, Version>> => {
  const found = new Map(newest.items.map((each) => [each.version, each]))
  const oldest = Math.min(...wanted.filter((version) => !found.has(version)))
  let cursor = newest.nextCursor
  let reached = newest.items.at(-1)?.version ?? 1
  for (let page = 0; page < mostPages && cursor !== null && reached > oldest; page++) {
    const limit = Math.min(mostAtOnce, reached - oldest)
    const { items, nextCursor } = await client.orThrow.trials.history({
      params: place,
      query: { cursor, limit }
    })
    for (const each of items) if (wanted.includes(each.version)) found.set(each.version, each)
    cursor = nextCursor
    reached = items.at(-1)?.version ?? oldest
  }
  return found
}
