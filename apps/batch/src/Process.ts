import { Cause, Effect, Exit, Fiber, FiberId, Scheduler } from "effect"
import { type CommandError, exitOf, exits, ofCause } from "./Failure.js"
import type { Output } from "./Output.js"

type Signal = "SIGINT" | "SIGTERM"

/** A run that does not end by itself so long after a signal is left where it is: a transaction then rolls back. */
const patience = 4000

// SQLite's driver answers within the same turn of the event loop: with Effect's own scheduler no signal would be heard
// while a run loads, and no timer would renew its lease.
const scheduler = Scheduler.makeBatched((batch) => void setImmediate(batch))

/**
 * Runs a command to its end and leaves with its exit code. The first signal interrupts the command, which rolls back
 * and writes the ledger; a second one leaves at once.
 */
export const runToExit = (command: Effect.Effect<void, CommandError>, output: Output["Type"]): void => {
  let signal: Signal | undefined
  const leave = (code: number): void => {
    // What was printed into a pipe may still be on its way.
    process.stdout.write("", () => process.exit(code))
    setTimeout(() => process.exit(code), 500)
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
    if (signal !== undefined) process.exit(exits[which])
    signal = which
    Effect.runFork(Fiber.interruptAsFork(fiber, FiberId.none))
    setTimeout(() => end(Exit.failCause(Cause.interrupt(FiberId.none))), patience)
  }
  process.on("SIGINT", () => stop("SIGINT"))
  process.on("SIGTERM", () => stop("SIGTERM"))
  fiber.addObserver(end)
}
