import { Context, Effect } from "effect"

/** How far a run, a pack, a restore or an export is in one of its steps; `total` is null if it is not known. */
export interface ProgressEvent {
  readonly step: "extract" | "list" | "details" | "load" | "remap" | "pack" | "restore" | "verify" | "export"
  /** In records. */
  readonly done: number
  readonly total: number | null
}

/** Receives the progress of a run, or of what takes as long; by default it is ignored. */
export class Progress extends Context.Reference<Progress>()("trials-domain/Progress", {
  defaultValue:
    () =>
    (_: ProgressEvent): Effect.Effect<void> =>
      Effect.void
}) {}

/** Tells `Progress` how far a run is. */
export const report = (event: ProgressEvent): Effect.Effect<void> =>
  Effect.flatMap(Progress, (tell) => tell(event))
