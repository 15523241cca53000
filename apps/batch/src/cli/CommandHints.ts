import { Layer } from "effect"
import { Hints } from "trials-domain/Hints"

/** The ways out as this command has them. */
export const layer = Layer.succeed(Hints, {
  allowShrink: "--allow-shrink",
  allowOlder: "--allow-older",
  rejectLimit: "TRIALS_REJECT_LIMIT",
  full: "--full",
  revision: (id) => `--revision ${id}`,
  rebuild: "`trials migrate --rebuild`",
  firstRelease: "--first"
})
