import { Schema } from "effect"

/**
 * Why a release cannot be packed, read, restored or published.
 *
 * - `none`: there is no release where one was expected
 * - `damaged`: its bytes are not what was packed
 * - `forked`: it and the state, or it and what is published, have gone different ways
 * - `ahead`: the state has more than the release
 * - `unproven`: no run has loaded anything yet, so there is nothing to keep
 * - `newer`: a newer version of this program wrote it
 * - `taken`: something is where it would be written
 * - `unreachable`: it cannot be read or written now, but may be later
 * - `refused`: the place does not allow it
 */
export const ReleaseReason = Schema.Literal(
  "none",
  "damaged",
  "forked",
  "ahead",
  "unproven",
  "newer",
  "taken",
  "unreachable",
  "refused"
)
export type ReleaseReason = typeof ReleaseReason.Type

/** A release cannot be used; the message says what to do. */
export class ReleaseError extends Schema.TaggedError<ReleaseError>("trials-release/ReleaseError")(
  "ReleaseError",
  { reason: ReleaseReason, message: Schema.String }
) {}
