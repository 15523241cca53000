import { Effect } from "effect"

/** One page of a list of the library. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly total: { readonly value: number; readonly relation: "eq" | "gte" }
  readonly nextCursor: string | null
}

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
