import { Cause, Effect, Exit, Fiber, FiberId, Scheduler } from "effect"
import * as Starter from "trials-domain/Starter"
import { type CommandError, exitOf, exits, ofCause } from "../Failure.js"
import type { Output } from "../output/Output.js"

type Signal = "SIGINT" | "SIGTERM"

/** Milliseconds in which a run must end after a signal. It is then abandoned, and its transaction rolls back. */
const patience = 4000

// SQLite's driver answers within the same turn of the event loop. With Effect's own scheduler no signal would arrive
// during a load, and no timer would renew its lease. This scheduler gives the loop a turn after this many milliseconds.
const longest = 50
let asked = 0
let turned = performance.now()
const scheduler = Scheduler.makeBatched(
  (batch) =>
    void setImmediate(() => {
      turned = performance.now()
      batch()
    }),
  // Reads the clock only every 32nd time, because reading it costs more than what it measures.
  () => ((asked += 1) % 32 === 0 && performance.now() - turned > longest ? 0 : false)
)

/**
 * Runs a command to its end and exits with its code. The first signal interrupts the command, which rolls back and
 * writes the ledger. A second one exits immediately.
 */
export const runToExit = (command: Effect.Effect<void, CommandError>, output: Output["Type"]): void => {
  let signal: Signal | undefined
  // The exit code of a process that runs out of work before it leaves.
  process.exitCode = exits.defect
  let leaving = false
  const leave = (code: number): void => {
    leaving = true
    // After a signal, a slow reader has half a second. Otherwise it gets everything, however long that takes.
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
  Starter.whenGone(process, () => signal === undefined && stop("SIGTERM"))
  process.on("SIGINT", () => stop("SIGINT"))
  process.on("SIGTERM", () => stop("SIGTERM"))
  fiber.addObserver(end)
}
