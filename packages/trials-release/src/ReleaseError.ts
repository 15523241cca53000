import { Effect, Predicate, Schema } from "effect"

/**
 * Why a release cannot be packed, read, restored or published.
 *
 * - `none`: there is no release where one was expected
 * - `damaged`: its bytes are not what was packed
 * - `forked`: it and the state, or it and what is published, have gone different ways
 * - `ahead`: the state has more than the release
 * - `unproven`: no run has loaded anything yet, so there is nothing to keep
 * - `newer`: a newer version of this program packed it, and this one cannot read it
 * - `older`: an older version packed it, so that only a new database takes it
 * - `taken`: something is where it would be written
 * - `unreachable`: it cannot be read or written now, but may be later
 * - `refused`: the place does not allow it
 * - `storage`: the disk does not read or write it
 */
export const ReleaseReason = Schema.Literal(
  "none",
  "damaged",
  "forked",
  "ahead",
  "unproven",
  "newer",
  "older",
  "taken",
  "unreachable",
  "refused",
  "storage"
)
export type ReleaseReason = typeof ReleaseReason.Type

/** A release cannot be used; the message says what to do. */
export class ReleaseError extends Schema.TaggedError<ReleaseError>("trials-release/ReleaseError")(
  "ReleaseError",
  { reason: ReleaseReason, message: Schema.String }
) {}

const codeOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : ""

/** What a promise of Node does, with what it throws as an error. */
export const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, ReleaseError> =>
  Effect.tryPromise({ try: run, catch: fromCause })

/** What a file, a connection or a decompressor threw, as an error. */
export const fromCause = (cause: unknown): ReleaseError => {
  if (cause instanceof ReleaseError) return cause
  const code = codeOf(cause)
  if (cause instanceof SyntaxError || code.startsWith("Z_") || code === "ERR_TRAILING_JUNK_AFTER_STREAM_END")
    return new ReleaseError({ reason: "damaged", message: "The release is damaged." })
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new ReleaseError({ reason: "none", message: "A file of the release is not there." })
    case "EEXIST":
      return new ReleaseError({ reason: "taken", message: "A file is where the release would be written." })
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ReleaseError({
        reason: "refused",
        message: `The release cannot be read or written there: check the rights of the folder. (${code})`
      })
    case "ENOSPC":
    case "EDQUOT":
      return new ReleaseError({
        reason: "storage",
        message: "The disk is full; nothing half-done was kept. Make room."
      })
    case "EIO":
    case "EISDIR":
    case "EFBIG":
    case "EMFILE":
    case "ENFILE":
      return new ReleaseError({ reason: "storage", message: `The disk does not read or write. (${code})` })
    default:
      return new ReleaseError({
        reason: "unreachable",
        message: "The release could not be read to its end. Try again."
      })
  }
}
