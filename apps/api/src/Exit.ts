import * as Runtime from "@effect/platform/Runtime"
import { Cause, ConfigError, Console, Effect, Exit, Option } from "effect"
import type { DatabaseError } from "trials-database/DatabaseError"
import type { CannotListen } from "./ApiServer.js"
import { explain } from "trials-domain/Environment"

/** An error that keeps the API from starting: a setting is wrong. */
export type StartError = ConfigError.ConfigError | DatabaseError | CannotListen

const lineOf = (error: StartError): string =>
  ConfigError.isConfigError(error) ? explain(error) : error.message

/** Reports on stderr, in one line, why the program did not start. */
export const explained = <A, R>(program: Effect.Effect<A, StartError, R>): Effect.Effect<A, StartError, R> =>
  Effect.tapErrorCause(program, (cause) => {
    if (Cause.isInterruptedOnly(cause)) return Effect.void
    const failure = Cause.failureOption(cause)
    return Console.error(
      `trials-api: ${Option.isSome(failure) ? lineOf(failure.value) : `a defect. ${Cause.pretty(cause)}`}`
    )
  })

/** Exit codes: 0 stopped by a signal, 1 a defect, 2 configuration. */
export const teardown: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) onExit(0)
  else onExit(Cause.isFailure(exit.cause) ? 2 : 1)
}
