import { Effect, Layer } from "effect"
import { Failpoint } from "trials-domain/Failpoint"

/**
 * A hook for tests: `TRIALS_FAILPOINT=load.page:3` kills this process (SIGKILL) when it passes that failpoint for the
 * third time. With `:pause` after it, the process stops there instead (SIGSTOP). Both are reported on stderr.
 */
export const layer = (wanted: string | undefined): Layer.Layer<never> => {
  if (wanted === undefined || wanted === "") return Layer.empty
  const [name, nth = "1", how] = wanted.split(":")
  let passed = 0
  return Layer.succeed(Failpoint, (here) =>
    Effect.suspend(() => {
      if (here !== name) return Effect.void
      passed += 1
      if (passed !== Number(nth)) return Effect.void
      process.stderr.write(`failpoint ${name}\n`)
      process.kill(process.pid, how === "pause" ? "SIGSTOP" : "SIGKILL")
      // After waking up, it handles the signals that came while it was stopped before it continues.
      return Effect.sleep("100 millis")
    })
  )
}
