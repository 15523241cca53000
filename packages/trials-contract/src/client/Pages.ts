import { type BodyOf, type Given, type IterationOptions, paced, type PagedCall } from "./Paced.js"

interface PageOfList {
  readonly items: ReadonlyArray<unknown>
  readonly nextCursor: string | null
  /** Of the feed, which a cursor does not follow. */
  readonly nextAfter?: never
}

/** A call of a client whose list has pages: `trials.list`, `trials.recent`, `trials.history` and `runs.list`. */
export type ListCall = PagedCall<PageOfList>

/**
 * The pages of a list, as in `pages(client.trials.list, { query: { q: "치매" } })`: one after another, from the one that a
 * `cursor` names if there is one. It waits as the server's `RateLimit` wants, asks again as `retries` does, and throws a
 * refusal that stands as a `TrialsClientError`.
 */
export async function* pages<Call extends ListCall>(
  call: Call,
  ...[args]: Given<Call, IterationOptions>
): AsyncGenerator<BodyOf<Call>, void, undefined> {
  const next = ({ nextCursor }: PageOfList) => (nextCursor == null ? undefined : { cursor: nextCursor })
  yield* paced<BodyOf<Call>>(call, args ?? {}, next)
}

/** The items of a list, as in `items(client.trials.list, { query: { q: "치매" } })`, page by page as `pages` gets them. */
export async function* items<Call extends ListCall>(
  call: Call,
  ...given: Given<Call, IterationOptions>
): AsyncGenerator<BodyOf<Call>["items"][number], void, undefined> {
  for await (const page of pages(call, ...given)) yield* page.items
}
