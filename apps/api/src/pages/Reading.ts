import { Data, Effect, Runtime } from "effect"
import {
  fetchOf,
  type Queries,
  type Question,
  type QuestionError,
  refusalOf,
  settled,
  Unanswered
} from "trials-answers"
import type { Fetch } from "trials-contract/answering"
import { createTrialsClient, type TrialsClient } from "trials-contract/client"
import { StaysUntil } from "trials-domain/Snapshot"
import { part } from "../answers/OnePublication.js"
import type { StoreError } from "trials-domain/StoreError"

const isQuestionError = (error: QuestionError | StoreError): error is QuestionError =>
  error._tag !== "SqlError" && error._tag !== "ParseError"

/** Asks the same only once: what one page reads is of one state, and its frame asks some of what it asks itself. */
const asking = (fetch: Fetch) => {
  const asked = new Map<string, Promise<Response>>()
  return async (url: string, init: RequestInit): Promise<Response> => {
    const answer = asked.get(url) ?? fetch(url, init)
    asked.set(url, answer)
    return (await answer).clone()
  }
}

/** The reader failed, or could not be answered. */
class Unread extends Data.TaggedError("Unread")<{ readonly cause: unknown }> {}

/**
 * Makes an answer of what a client of the contract reads, within the turn and the connection of this answer, and without a
 * socket. What the contract refuses is for the reader to deal with; the database's own errors end the answer. The calls go one
 * after another, since they share what one answer may take.
 */
export const reading = <A>(
  read: (client: TrialsClient) => Promise<A>
): Effect.Effect<A, StoreError, Queries> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<Queries>()
    const one = yield* Effect.makeSemaphore(1)
    return yield* Effect.tryPromise({
      try: (signal) => {
        const run = async <B>(question: Question<B>): Promise<B> => {
          // What a page shows of the clock, it says itself.
          const asked = Effect.provideService(question, StaysUntil, () => Effect.void)
          const exit = await Runtime.runPromiseExit(runtime)(one.withPermits(1)(part(asked)), { signal })
          return settled(exit, (error) => (isQuestionError(error) ? refusalOf(error) : null))
        }
        return read(createTrialsClient("", { fetch: asking(fetchOf(run)) }))
      },
      catch: (cause) => new Unread({ cause })
    }).pipe(
      Effect.catchTag("Unread", ({ cause }) =>
        cause instanceof Unanswered
          ? // `run` makes it of the end of a question.
            Effect.failCause((cause as Unanswered<StoreError>).cause)
          : Effect.die(cause)
      )
    )
  })
