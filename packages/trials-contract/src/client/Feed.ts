import { type Asked, type BodyOf, type Given, type IterationOptions, paced, type PagedCall } from "./Paced.js"
import { wait } from "./Wait.js"

interface PlacedChange {
  readonly seq: number
  readonly runId: string
}

interface PageOfFeed {
  readonly items: ReadonlyArray<PlacedChange>
  readonly nextAfter: string
}

/** The call of a client that gives the feed: `changes.list`. */
export type FeedCall = PagedCall<PageOfFeed>

/** A change, and the position after it: kept once the change is dealt with, it is where to begin the next time. */
export interface FeedItem<Change> {
  readonly change: Change
  readonly nextAfter: string
}

/** How the feed is read. */
export interface FeedOptions extends IterationOptions {
  /** The seconds after which to ask for more at the end of the feed. Without them the iteration ends there. */
  readonly poll?: number | undefined
}

/** The position after a change: that of `trials-domain/FeedPosition`, with which a test compares it. */
const positionOf = ({ runId, seq }: PlacedChange): string =>
  `${seq}:${/-([0-9a-z]{6})$/.exec(runId)?.[1] ?? (runId.replace(/[^0-9A-Za-z]/g, "").slice(-16) || "0")}`

/**
 * The changes of the feed after a position, as in `feed(client.changes.list, { query: { after } })`: each once, with the
 * position after it, to the end of the feed, or with `poll` until a signal aborts. It waits and asks again as `pages` does.
 * A position that the feed no longer has is thrown as a `TrialsClientError` with the status 410.
 */
export async function* feed<Call extends FeedCall>(
  call: Call,
  ...[args]: Given<Call, FeedOptions>
): AsyncGenerator<FeedItem<BodyOf<Call>["items"][number]>, void, undefined> {
  const { poll, ...asked }: FeedOptions & Asked = args ?? {}
  let after = String(asked.query?.["after"] ?? 0)
  const next = async ({ nextAfter }: PageOfFeed) => {
    // Not the end where a page has fewer changes than were asked for: it may end where a filter left some out.
    const ended = parseInt(nextAfter) === parseInt(after)
    after = nextAfter
    if (!ended) return { after }
    if (poll === undefined) return undefined
    await wait(poll, asked.fetchOptions?.signal)
    return { after }
  }
  for await (const { items, nextAfter } of paced<BodyOf<Call>>(call, asked, next)) {
    const last = items.at(-1)
    // That of the page is as far on, or further where a filter leaves out what follows.
    for (const change of items) yield { change, nextAfter: change === last ? nextAfter : positionOf(change) }
  }
}
