import type { Body, Calls } from "../asking/Body.js"

/** A piece of the feed of changes, as a newer server may send it. */
export type Feed = Body<Calls["changes"]["list"]>
/** A change, with the version that it made. */
export type Change = Feed["items"][number]
/** Changes counted by what they are. */
export type Counts = Body<Calls["changes"]["summary"]>
/** What the feed can be asked for. */
export type FeedQuery = NonNullable<NonNullable<Parameters<Calls["changes"]["list"]>[0]>["query"]>
