import { bytesOf, type Json } from "./Cut.js"
import { mostBytes } from "./Reply.js"

/**
 * A page that fits into an answer. It is asked for again with half as many items until it does, or has one: what would be
 * left out of a page is then at its cursor, and lost to nobody.
 */
export const fitting = async <Page>(
  limit: number,
  ask: (limit: number) => Promise<Page>,
  shown: (page: Page) => Json
): Promise<Json> => {
  for (let most = limit; ; most = Math.floor(most / 2)) {
    const answer = shown(await ask(most))
    if (most <= 1 || bytesOf(answer) <= mostBytes) return answer
  }
}
