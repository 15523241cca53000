import { Context, Effect } from "effect"

/** The moments of a run at which a test may make it fail or die. */
export type FailpointName =
  | "migrate"
  | "lease"
  | "ledger.begin"
  | "extract.count"
  | "extract.page"
  | "stage.page"
  | "stage.whole"
  | "verify.read"
  | "verify.checks"
  | "load.begin"
  | "load.remap"
  | "load.page"
  | "load.absences"
  | "load.ledger"
  | "load.commit"
  | "ledger.end"

/** What happens at a failpoint: nothing, unless a test says otherwise. */
export class Failpoint extends Context.Reference<Failpoint>()("trials-domain/Failpoint", {
  defaultValue:
    () =>
    (_: FailpointName): Effect.Effect<void> =>
      Effect.void
}) {}

export const failpoint = (name: FailpointName): Effect.Effect<void> =>
  Effect.flatMap(Failpoint, (at) => at(name))
