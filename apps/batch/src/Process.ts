import { Cause, Effect, Exit, Fiber, FiberId, Scheduler } from "effect"
import { type CommandError, exitOf, exits, ofCause } from "./Failure.js"
import type { Output } from "./Output.js"

type Signal = "SIGINT" | "SIGTERM"

/** A run that does not end by itself so long after a signal is left where it is: a transaction then rolls back. */
const patience = 4000

// SQLite's driver answers within the same turn of the event loop: with Effect's own scheduler no signal would be heard
// while a run loads, and no timer would renew its lease. This one gives the loop a turn after so many milliseconds.
const longest = 50
let asked = 0
let turned = performance.now()
const scheduler = Scheduler.makeBatched(
  (batch) =>
    void setImmediate(() => {
      turned = performance.now()
      batch()
    }),
  // The clock is looked at every 32nd time: it costs more than what it measures.
  () => ((asked += 1) % 32 === 0 && performance.now() - turned > longest ? 0 : false)
)

/**
 * Runs a command to its end and leaves with its exit code. The first signal interrupts the command, which rolls back
 * and writes the ledger; a second one leaves at once.
 */
export const runToExit = (command: Effect.Effect<void, CommandError>, output: Output["Type"]): void => {
  let signal: Signal | undefined
  // For a process that has nothing left to wait for, and has not left.
  process.exitCode = exits.defect
  let leaving = false
  const leave = (code: number): void => {
    leaving = true
    // Who stopped the command need not wait for a slow reader; else it gets all, however long it takes.
    if (signal !== undefined) setTimeout(() => process.exit(code), 500)
    Effect.runCallback(output.flushed, {
      onExit: (exit) =>
        process.exit(code === exits.done && !Exit.getOrElse(exit, () => false) ? exits.storage : code)
    })
  }
  const end = (exit: Exit.Exit<void, CommandError>): void => {
    if (Exit.isSuccess(exit)) return leave(exits.done)
    const failure = ofCause(exit.cause, signal)
    if (failure !== null) output.stopped(failure.code, failure.message)
    leave(exitOf(exit.cause, failure))
  }
  const fiber = Effect.runFork(
    Effect.tapErrorCause(command, (cause) => Effect.logDebug("The command did not succeed.", cause)),
    { scheduler }
  )
  const stop = (which: Signal): void => {
    if (signal !== undefined || leaving) process.exit(exits[which])
    signal = which
    Effect.runFork(Fiber.interruptAsFork(fiber, FiberId.none))
    setTimeout(() => end(Exit.failCause(Cause.interrupt(FiberId.none))), patience)
  }
  // `npm start` holds a channel to this process, and ends by whatever it may.
  const orphaned = () => signal === undefined && stop("SIGTERM")
  if (process.connected === false) orphaned()
  process.on("disconnect", orphaned)
  process.on("SIGINT", () => stop("SIGINT"))
  process.on("SIGTERM", () => stop("SIGTERM"))
  fiber.addObserver(end)
}
