import { Context, Effect } from "effect"

/** How far a run is in one of its steps; `total` is null where it is not known. */
export interface ProgressEvent {
  readonly step: "extract" | "load"
  readonly done: number
  readonly total: number | null
}

/** Who is told how far a run is: nobody, unless the program says otherwise. */
export class Progress extends Context.Reference<Progress>()("trials-domain/Progress", {
  defaultValue:
    () =>
    (_: ProgressEvent): Effect.Effect<void> =>
      Effect.void
}) {}

export const report = (event: ProgressEvent): Effect.Effect<void> =>
  Effect.flatMap(Progress, (tell) => tell(event))
