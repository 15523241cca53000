/**
 * A position in the feed of changes: after the version with a `seq`. With a tag it also says which run made that
 * version, so that a position of another history is noticed: a restored database gives the same places to other runs.
 *
 * @module
 */
import { Schema } from "effect"

// A place in the feed fits an INTEGER of PostgreSQL.
const largest = 2_147_483_647

/** The form of a position's text. */
export const form = /^(?:0|[1-9]\d{0,9}(?::[0-9A-Za-z]{1,16})?)$/

/** A position as text: `0`, the beginning; `157`; or `157:abc123`, with the tag of the run. */
export const FeedPosition = Schema.String.pipe(
  Schema.pattern(form),
  Schema.filter((text) => Number.parseInt(text) <= largest, { jsonSchema: {} })
).annotations({
  arbitrary: () => (fc) =>
    fc
      .tuple(fc.integer({ min: 0, max: largest }), fc.constantFrom("", ":abc123"))
      .map(([seq, tag]) => (seq === 0 ? "0" : `${seq}${tag}`))
})
export type FeedPosition = typeof FeedPosition.Type

/** Which way the feed is read: from the oldest change on, as it is followed, or back from the newest. */
export const FeedOrder = Schema.Literal("oldest", "newest")
export type FeedOrder = typeof FeedOrder.Type

/** Before the first change. */
export const beginning: FeedPosition = "0"

/**
 * The tag of a run: the six letters and digits that end its id. Of an id in another form, the last 16 letters and
 * digits.
 */
const tagOf = (runId: string): string =>
  /-([0-9a-z]{6})$/.exec(runId)?.[1] ?? (runId.replace(/[^0-9A-Za-z]/g, "").slice(-16) || "0")

/** A version, as far as a position names it. */
export interface Place {
  /** Its number in the feed, from 1. */
  readonly seq: number
  readonly runId: string
}

/** The position after a version. */
export const after = ({ runId, seq }: Place): FeedPosition => `${seq}:${tagOf(runId)}`

/** The place that a position names. */
export const seqOf = (position: FeedPosition): number => Number.parseInt(position)

/** Why a position is not of this feed. */
const Reason = Schema.Literal("beyond", "rewritten")

/** The position is not of this feed: the database was restored to an earlier state. */
export class PositionGone extends Schema.TaggedError<PositionGone>("trials-domain/PositionGone")(
  "PositionGone",
  { reason: Reason, position: Schema.String, end: Schema.Int }
) {
  override get message(): string {
    const { end, position, reason } = this
    const what =
      reason === "beyond"
        ? `The feed ends at ${end}, before the position ${position}.`
        : `The change at the position ${position} is now another one.`
    return (
      `${what} The database was restored to an earlier state, or the position is from another database: later places ` +
      "are given out again. Begin again at 0, which gives every change anew, or at a change that you had before that " +
      "state was saved: one that the feed still shows with the same seq and runId."
    )
  }
}

/** Why a position is not of the feed that ends with `end`, with `at` at its place; null if it is. */
export const flawOf = (
  position: FeedPosition,
  end: Place | undefined,
  at: Place | undefined
): PositionGone | null => {
  const last = end?.seq ?? 0
  const gone = (reason: typeof Reason.Type) => new PositionGone({ reason, position, end: last })
  if (seqOf(position) > last) return gone("beyond")
  const tagged = position.includes(":")
  return tagged && (at === undefined || after(at) !== position) ? gone("rewritten") : null
}
