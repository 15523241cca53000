import { Effect, Layer } from "effect"
import { Progress, type ProgressEvent } from "trials-domain/Progress"
import { Output } from "./Output.js"

const words: Record<ProgressEvent["step"], string> = {
  extract: "reading",
  list: "listing what is stored",
  details: "reading whole records",
  load: "loading",
  remap: "mapping again",
  pack: "packing",
  restore: "restoring",
  verify: "checking",
  export: "exporting"
}

/** Shows a bar on stderr while a person watches. */
export const layer: Layer.Layer<never, never, Output> = Layer.unwrapScoped(
  Effect.gen(function* () {
    const { watched } = yield* Output
    if (!watched) return Layer.empty
    const { default: cliProgress } = yield* Effect.promise(() => import("cli-progress"))
    const bar = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new cliProgress.SingleBar({
            format: "{step} {bar} {value} of {total}",
            stream: process.stderr,
            clearOnComplete: true,
            // The program handles its own exit.
            gracefulExit: false
          })
      ),
      (bar) => Effect.sync(() => bar.stop())
    )
    let step: ProgressEvent["step"] | undefined
    return Layer.succeed(Progress, (event) =>
      Effect.sync(() => {
        const total = event.total ?? event.done
        if (event.step !== step) bar.start(total, event.done, { step: words[event.step] })
        step = event.step
        bar.setTotal(total)
        bar.update(event.done)
      })
    )
  })
)
