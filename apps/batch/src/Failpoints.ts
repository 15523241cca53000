import { Effect, Layer } from "effect"
import { Failpoint } from "trials-domain/Failpoint"

/**
 * A hook for tests: `TRIALS_FAILPOINT=load.page:3` kills this process (SIGKILL) when it passes that failpoint for the
 * third time; with `:pause` after it, the process is stopped (SIGSTOP) there instead. Either is told on stderr.
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
      // Woken up, it hears the signals that came while it was stopped before it goes on.
      return Effect.sleep("100 millis")
    })
  )
}
