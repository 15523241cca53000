import { Effect } from "effect"
import type { Page } from "trials-domain/Page"

const largest = 100

/** The first `limit` items of a list, over as many pages as it takes. */
export const pages = <A, E, R>(
  limit: number,
  read: (size: number, cursor: string | undefined) => Effect.Effect<Page<A>, E, R>
): Effect.Effect<Page<A>, E, R> =>
  Effect.gen(function* () {
    const items: Array<A> = []
    let cursor: string | undefined
    for (;;) {
      const page = yield* read(Math.min(largest, limit - items.length), cursor)
      items.push(...page.items)
      if (page.nextCursor === null || items.length >= limit) return { ...page, items }
      cursor = page.nextCursor
    }
  })
