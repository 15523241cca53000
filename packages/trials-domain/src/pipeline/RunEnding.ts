import type { SqlError } from "@effect/sql"
import { Cause, Effect, Option, type ParseResult, Ref } from "effect"
import { now } from "../model/Instant.js"
import { NotProven } from "./NotProven.js"
import { isUpstreamError, type UpstreamError } from "../registries/UpstreamError.js"
import type { Run, RunReason } from "../model/Run.js"
import { RunLedger } from "../store/RunLedger.js"

/**
 * Makes sure that a run that has begun also ends in the ledger: with its verdict if it could not be proven or the
 * upstream failed, and with the cause if it fails, dies or is interrupted. `known` is what the run knows about itself.
 */
export const recorded = <E, R>(
  start: Run,
  steps: (known: Ref.Ref<Run>) => Effect.Effect<Run, E | NotProven | UpstreamError, R>
): Effect.Effect<
  Run,
  Exclude<E, NotProven> | UpstreamError | SqlError.SqlError | ParseResult.ParseError,
  R | RunLedger
> =>
  Effect.gen(function* () {
    const ledger = yield* RunLedger
    const known = yield* Ref.make(start)
    const end = (verdict: "failed" | "quarantined", reason: RunReason) =>
      Effect.gen(function* () {
        const ended: Run = { ...(yield* Ref.get(known)), verdict, reason, finishedAt: yield* now }
        yield* ledger.finish(ended)
        return ended
      })
    return yield* steps(known).pipe(
      Effect.catchIf(isNotProven, ({ code, examples, message, verdict }) =>
        end(verdict, { code, message, examples })
      ),
      Effect.catchIf(mayPass, ({ message, reason }) =>
        end("failed", { code: reason, message, examples: [] })
      ),
      // The database may be what failed: then the next run marks this one as dead. Two seconds, because a shutdown is
      // waiting.
      Effect.onError((cause) =>
        end("failed", reasonOf(cause)).pipe(
          Effect.interruptible,
          Effect.timeout("2 seconds"),
          Effect.ignoreLogged
        )
      )
    )
  })

const isNotProven = (error: unknown): error is NotProven => error instanceof NotProven

/** Whether trying later may help. */
const mayPass = (error: unknown): error is UpstreamError => isUpstreamError(error) && !error.wantsPerson

const reasonOf = (cause: Cause.Cause<unknown>): RunReason => {
  const reason = (code: string, message: string): RunReason => ({ code, message, examples: [] })
  const failure = Option.getOrNull(Cause.failureOption(cause))
  if (isUpstreamError(failure)) return reason(failure.reason, failure.message)
  if (failure !== null && typeof failure === "object" && "_tag" in failure && failure._tag === "LeaseLost") {
    return reason("lease-lost", "Another run took over the registry; nothing of this one was loaded.")
  }
  if (failure !== null) return reason("storage", "The database failed; nothing of this run was loaded.")
  if (Cause.isInterrupted(cause))
    return reason("interrupted", "The run was stopped; nothing of it was loaded.")
  return reason("defect", "The program failed in a way that it should not; nothing of this run was loaded.")
}
