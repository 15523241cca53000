import { Context, Effect } from "effect"

/** The points of a pack or a restore at which a test can make it fail or die. */
export type ReleaseFailpoint =
  "pack.block" | "pack.whole" | "restore.begin" | "restore.block" | "restore.whole"

/** The points of a run at which a test can make it fail or die. */
export type RunFailpoint =
  | "migrate"
  | "lease"
  | "ledger.begin"
  | "extract.count"
  | "extract.page"
  | "stage.page"
  | "stage.whole"
  | "stage.details"
  | "verify.read"
  | "verify.checks"
  | "load.begin"
  | "load.remap"
  | "load.page"
  | "load.absences"
  | "load.ledger"
  | "load.commit"
  | "ledger.end"

/** The points at which a test can make a command fail or die. */
export type FailpointName = RunFailpoint | ReleaseFailpoint

/** What happens at a failpoint: nothing by default; a test can replace it. */
export class Failpoint extends Context.Reference<Failpoint>()("trials-domain/Failpoint", {
  defaultValue:
    () =>
    (_: FailpointName): Effect.Effect<void> =>
      Effect.void
}) {}

/** Passes a failpoint: does what `Failpoint` says for it. */
export const failpoint = (name: FailpointName): Effect.Effect<void> =>
  Effect.flatMap(Failpoint, (at) => at(name))
